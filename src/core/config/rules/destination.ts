/** Where results go: addresses on grid storage, upload templates, patterns of output files. */
import { longestText, type Findings, partOf, rewordFix } from './findings';
import { type Format, type KeySpec } from '../key';
import { placeholders } from '../outputs';
import { checkLocation } from './repository';
import { rules } from './rule';
import { asMap, asScalar, entryOf, valueAt, type Entry, type MapNode, type Node, type ScalarNode } from '../tree';
import { type Use } from './variables';

const checked: ReadonlySet<Format> = new Set(['grid-url', 'upload-location', 'upload-template', 'storage-path', 'pattern', 'name-format']);

/** Checks every text with a format of its own; returns those in which variables are replaced. */
export function checkFormats(findings: Findings, spec: KeySpec): Use[] {
  const uses: Use[] = [];
  const walk = (node: Node, below: KeySpec): void => {
    if (node.kind === 'scalar') {
      const { format } = below;
      if (format === undefined || !checked.has(format) || typeof node.value !== 'string' || node.text === '') return;
      if (node.text.length > longestText) return;
      checkText(findings, node, format);
      if (format !== 'pattern' && format !== 'name-format') uses.push({ node, format });
    } else if (node.kind === 'list') {
      const { item } = below;
      if (item !== undefined) for (const each of node.items) walk(each, item);
    } else if (node.kind === 'map') {
      for (const { key, value } of node.entries) {
        const next = below.keys !== undefined && Object.hasOwn(below.keys, key.text) ? below.keys[key.text] : below.others;
        if (next !== undefined) walk(value, next);
      }
    }
  };
  if (findings.tree.root !== undefined) walk(findings.tree.root, spec);
  return uses;
}

function checkText(findings: Findings, node: ScalarNode, format: Format): void {
  if (format === 'grid-url' || format === 'upload-location') checkUrl(findings, node);
  else if (format === 'pattern') checkPattern(findings, node);
  else if (format === 'name-format') checkNameFormat(findings, node);
  // `loc` is the sandbox's own, and checked with it.
  else if (format === 'storage-path' && node.text.includes('://')) checkUrl(findings, node);
}

/** Protocols that the grid's storage answers. */
const gridUrl = /^(gsiftp|https?|davs?|srm|roots?|xroots?|s3s?|gridftp|ftp|file):\/\/(\/|[\w.-]+(:\d+)?\/)./i;

function checkUrl(findings: Findings, node: ScalarNode): void {
  const { text } = node;
  if (text.startsWith('$')) return checkLocation(findings, node, false);
  if (!gridUrl.test(text)) findings.add(rules.notGridUrl, node, rules.notGridUrl.message());
  else checkLocation(findings, node, false);
}

function checkPattern(findings: Findings, node: ScalarNode): void {
  const { text } = node;
  const reason = text.startsWith('/')
    ? 'is an absolute path'
    : /(^|\/)\.\.(\/|$)/.test(text)
      ? 'leads out of the job’s folder by “..”'
      : text.trim() === ''
        ? 'is empty'
        : undefined;
  if (reason !== undefined) findings.add(rules.badPattern, node, rules.badPattern.message(reason));
}

function checkNameFormat(findings: Findings, node: ScalarNode): void {
  const { text } = node;
  const known: readonly string[] = placeholders;
  for (const match of text.matchAll(/\{([^{}]*)\}/g)) {
    if (known.includes(match[1] ?? '')) continue;
    const place = partOf(findings.tree, node, match.index, match[0].length);
    findings.add(
      rules.badFormat,
      place,
      rules.badFormat.message(`has no placeholder ${match[0]}: known are ${known.map((each) => `{${each}}`).join(', ')}`),
    );
  }
  if (!text.includes('{fname}'))
    findings.add(rules.badFormat, node, rules.badFormat.message('lacks {fname}, so all files would get one name'));
  else if (/[\s"]/.test(text)) findings.add(rules.badFormat, node, rules.badFormat.message('holds a blank or a quote'));
}

/** The upload map of v1: its template and its date belong together. */
export function checkUpload(findings: Findings, root: MapNode | undefined): void {
  const upload = asMap(valueAt(root, 'Token', 'upload'));
  const template = asScalar(valueAt(upload, 'template'));
  if (typeof template?.value !== 'string' || template.text.length > longestText) return;
  const { text } = template;
  const ending = /\.(tar|tar\.gz|tgz)$/.exec(text)?.[0];
  if (ending !== undefined) {
    const clean = text.slice(0, -ending.length);
    findings.add(rules.templateEnding, template, rules.templateEnding.message(ending), {
      fixes: rewordFix(`Write ${clean}`, template, clean),
    });
  }
  if (text.includes('/')) findings.add(rules.templateFolder, template, rules.templateFolder.message());
  checkDate(findings, template, entryOf(upload, 'add_date'));
}

function checkDate(findings: Findings, template: ScalarNode, addDate: Entry | undefined): void {
  const added = asScalar(addDate?.value)?.value;
  const at = template.text.indexOf('$DATE');
  if (at >= 0 && added === false) findings.add(rules.emptyDate, partOf(findings.tree, template, at, 5), rules.emptyDate.message());
  if (at < 0 && added === true && addDate !== undefined) findings.add(rules.unusedDate, addDate.key, rules.unusedDate.message());
}
