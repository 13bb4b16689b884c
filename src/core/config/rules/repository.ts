/** The sandbox: repositories, names and places. */
import { longestText, type Findings, partOf, rewordFix } from './findings';
import { rules } from './rule';
import { isRevision, isSafeName, whyNoLocation, whyNoRepository } from '../../sandbox/name';
import {
  asList,
  asMap,
  asScalar,
  entriesOf,
  entryOf,
  textOf,
  valueAt,
  type Entry,
  type MapNode,
  type Node,
  type ScalarNode,
} from '../tree';

export function checkSandbox(findings: Findings, root: MapNode | undefined): void {
  const sandbox = asMap(valueAt(root, findings.dialect === 'v1' ? 'sandbox' : 'Sandbox'));
  if (sandbox === undefined) return;
  if (findings.dialect === 'v1') checkV1(findings, sandbox);
  else checkV05(findings, sandbox);
  checkPlace(findings, root, sandbox);
}

function checkV05(findings: Findings, sandbox: MapNode): void {
  checkName(findings, asScalar(valueAt(sandbox, 'name')));
  const loc = asScalar(valueAt(sandbox, 'loc'));
  if (typeof loc?.value === 'string' && loc.text.length <= longestText) checkLocation(findings, loc, true);
  checkRepository(findings, entryOf(sandbox, 'git'), 'location');
  for (const entry of entriesOf(asMap(valueAt(sandbox, 'git_scripts')))) {
    checkName(findings, entry.key);
    checkRepository(findings, entry, 'git_url');
  }
}

function checkV1(findings: Findings, sandbox: MapNode): void {
  for (const entry of entriesOf(sandbox)) {
    if (entry.key.text !== 'scripts') checkRepository(findings, entry, 'url');
  }
  for (const item of asList(valueAt(sandbox, 'scripts'))?.items ?? []) {
    for (const entry of entriesOf(asMap(item))) {
      checkName(findings, entry.key);
      checkRepository(findings, entry, 'url');
    }
  }
}

function checkRepository(findings: Findings, entry: Entry | undefined, addressKey: string): void {
  const map = asMap(entry?.value);
  if (entry === undefined || map === undefined || entry.value.kind === 'alias') return;
  const address = asScalar(valueAt(map, addressKey));
  if (typeof address?.value === 'string' && address.text.length <= longestText) checkAddress(findings, address);
  const branch = entryOf(map, 'branch');
  const commit = entryOf(map, 'commit');
  checkRevision(findings, branch?.value);
  checkRevision(findings, commit?.value);
  checkName(findings, asScalar(valueAt(map, 'checkout_dir')));
  if (branch !== undefined && commit !== undefined) {
    const related = { start: branch.key.start, end: branch.value.end, message: 'The branch' };
    findings.add(rules.branchAndCommit, commit.key, rules.branchAndCommit.message(), { related });
  }
  if (branch === undefined && commit === undefined && address !== undefined) {
    findings.add(rules.notPinned, entry.key, rules.notPinned.message());
  }
}

/** Branches and commits come to git as arguments. */
function checkRevision(findings: Findings, node: Node | undefined): void {
  const revision = asScalar(node);
  if (typeof revision?.value !== 'string' || revision.text === '' || revision.text.length > longestText) return;
  if (!isRevision(revision.text)) findings.add(rules.unsafeName, revision, rules.unsafeName.message(revision.text));
}

function checkAddress(findings: Findings, node: ScalarNode): void {
  const { text } = node;
  const login = /^[a-z+]+:\/\/[^/@\s]*:([^/@\s]+)@/i.exec(text);
  if (login !== null) {
    findings.add(
      rules.secret,
      partOf(findings.tree, node, text.indexOf('//') + 2, text.indexOf('@') - text.indexOf('//') - 2),
      rules.secret.message(),
    );
  }
  const reason = whyNoRepository(text);
  if (reason !== undefined) findings.add(rules.unsafeRepository, node, rules.unsafeRepository.message(reason));
}

function checkName(findings: Findings, node: ScalarNode | undefined): void {
  if (typeof node?.value !== 'string') return;
  if (!isSafeName(node.text)) findings.add(rules.unsafeName, node, rules.unsafeName.message(node.text));
}

/** A path on grid storage. @param joined it stands between two slashes of the tool. */
export function checkLocation(findings: Findings, node: ScalarNode, joined: boolean): void {
  const { text } = node;
  const reason = whyNoLocation(text);
  if (reason !== undefined) findings.add(rules.unsafePath, node, rules.unsafePath.message(reason));
  else if (joined && !text.includes('://') && /^\/|\/$/.test(text) && /[^/]/.test(text)) {
    const clean = text.replace(/^\/+|\/+$/g, '');
    findings.add(rules.doubleSlash, node, rules.doubleSlash.message(), {
      fixes: rewordFix(`Write ${clean}`, node, clean),
    });
  }
}

/** Whether the token names the tar that this file makes. */
function checkPlace(findings: Findings, root: MapNode | undefined, sandbox: MapNode): void {
  const told = asScalar(valueAt(root, 'Token', 'SBXloc'));
  const name = textOf(valueAt(sandbox, 'name'));
  const loc = textOf(valueAt(sandbox, 'loc'));
  const long = [told?.text, name, loc].some((text) => text !== undefined && text.length > longestText);
  if (long || told === undefined || !told.text.endsWith('.tar') || told.text.includes('$') || name === undefined || loc === undefined)
    return;
  const made = `${loc.replace(/^\/+|\/+$/g, '')}/${name.replace(/\.tar$/, '')}.tar`.replace(/^\//, '');
  if (!`/${told.text}`.endsWith(`/${made}`)) findings.add(rules.sandboxElsewhere, told, rules.sandboxElsewhere.message(made));
}
