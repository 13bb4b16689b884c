/** Shell variables: where they come from, what they are called, and which paths use them. */
import { nearest } from '../../nearest';
import { type Findings, partOf, rewordFix } from './findings';
import { type Format } from '../key';
import { rules, type Fix } from './rule';
import { asMap, asScalar, entriesOf, valueAt, type Entry, type MapNode, type ScalarNode } from '../tree';

const variable = /^\$[A-Za-z_][A-Za-z0-9_]*$/;
const word = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A place where a variable may be used. */
export interface Use {
  readonly node: ScalarNode;
  readonly format: Format;
}

/** The map of token fields, that of the job's variables, and those of the environment. */
export interface Places {
  readonly token: MapNode | undefined;
  readonly jobVariables: MapNode | undefined;
  /** v0.5 and ours: field → variable. */
  readonly shell: MapNode | undefined;
  /** v1: variable → field, variable → attachment. */
  readonly tokenKeys: MapNode | undefined;
  readonly attachments: MapNode | undefined;
}

export function placesOf(root: MapNode | undefined, dialect: Findings['dialect']): Places {
  const token = dialect === 'token' ? root : asMap(valueAt(root, 'Token'));
  const shell = dialect === 'v1' ? undefined : asMap(valueAt(root, 'Shell_variables'));
  return {
    token,
    jobVariables: asMap(valueAt(root, 'Job', 'variables')),
    shell,
    tokenKeys: asMap(valueAt(root, 'Token', 'variables', '_token_keys')),
    attachments: asMap(shell === undefined ? valueAt(root, 'Token', 'variables', '_attachments') : valueAt(shell, '_attachments')),
  };
}

/** Variables by name, with their `$`, and the node that defines each. */
export function definedBy({ shell, tokenKeys, attachments }: Places): Map<string, ScalarNode> {
  const defined = new Map<string, ScalarNode>();
  const add = (node: ScalarNode | undefined): void => {
    if (node?.text.startsWith('$') === true && !defined.has(node.text)) defined.set(node.text, node);
  };
  if (shell === undefined) {
    for (const { key } of [...entriesOf(tokenKeys), ...entriesOf(attachments)]) add(key);
  } else {
    for (const { key, value } of entriesOf(shell)) if (key.text !== '_attachments') add(asScalar(value));
    for (const { value } of entriesOf(attachments)) add(asScalar(value));
  }
  return defined;
}

export function checkVariables(findings: Findings, places: Places, uses: readonly Use[]): void {
  if (places.shell === undefined) checkV1(findings, places);
  else checkShell(findings, places);
  const defined = definedBy(places);
  if (findings.dialect === 'v1') checkPrefixes(findings, defined);
  if (findings.dialect !== 'token') for (const use of uses) checkUse(findings, use, defined);
}

function checkShell(findings: Findings, places: Places): void {
  const { shell, attachments } = places;
  const set = new Map<string, ScalarNode>();
  const known = fieldsOf(places);
  for (const { key, value } of shell?.entries ?? []) {
    const node = asScalar(value);
    if (key.text === '_attachments' || key.text === '<<' || typeof node?.value !== 'string') continue;
    checkName(findings, node);
    checkShared(findings, node, set);
    if (!known.has(key.text) && key.text !== '_id') findings.add(rules.unknownField, key, rules.unknownField.message(key.text));
  }
  const names = namesIn(attachments);
  for (const entry of attachments?.entries ?? []) {
    const node = asScalar(entry.value);
    if (typeof node?.value !== 'string') continue;
    if (entry.key.text.startsWith('$') && !node.text.startsWith('$')) swapped(findings, entry, node, '“name: "$VARIABLE"”', names);
    else if (node.text.startsWith('$')) {
      checkName(findings, node);
      checkShared(findings, node, set);
      // A file name is downloaded and no more; a word in capitals was meant to be a variable.
    } else if (/^[A-Z][A-Z0-9_]+$/.test(node.text) && node.text !== entry.key.text) missingDollar(findings, node);
  }
}

function checkV1(findings: Findings, places: Places): void {
  const { tokenKeys, attachments } = places;
  const known = fieldsOf(places);
  const keyNames = namesIn(tokenKeys);
  for (const entry of tokenKeys?.entries ?? []) {
    const node = asScalar(entry.value);
    if (typeof node?.value !== 'string') continue;
    if (node.text.startsWith('$') && !entry.key.text.startsWith('$')) swapped(findings, entry, node, '“"$VARIABLE": "FIELD"”', keyNames);
    else if (!known.has(node.text) && node.text !== '_id') findings.add(rules.unknownField, node, rules.unknownField.message(node.text));
  }
  const names = namesIn(attachments);
  for (const entry of attachments?.entries ?? []) {
    const node = asScalar(entry.value);
    if (typeof node?.value !== 'string') continue;
    if (node.text.startsWith('$') && !entry.key.text.startsWith('$')) swapped(findings, entry, node, '“"$VARIABLE": "name"”', names);
  }
  for (const { key } of [...(tokenKeys?.entries ?? []), ...(attachments?.entries ?? [])]) {
    if (key.text.startsWith('$') && !variable.test(key.text)) findings.add(rules.badVariable, key, rules.badVariable.message(key.text));
  }
}

function namesIn(map: MapNode | undefined): Set<string> {
  return new Set(entriesOf(map).map(({ key }) => key.text));
}

function fieldsOf({ token, jobVariables }: Places): Set<string> {
  return new Set([...namesIn(token), ...namesIn(jobVariables)]);
}

function checkName(findings: Findings, node: ScalarNode): void {
  if (!node.text.startsWith('$')) missingDollar(findings, node);
  else if (!variable.test(node.text)) findings.add(rules.badVariable, node, rules.badVariable.message(node.text));
}

function missingDollar(findings: Findings, node: ScalarNode): void {
  const fixes = word.test(node.text) ? rewordFix(`Write $${node.text}`, node, `$${node.text}`) : [];
  findings.add(rules.missingDollar, node, rules.missingDollar.message(node.text), { fixes });
}

function checkShared(findings: Findings, node: ScalarNode, set: Map<string, ScalarNode>): void {
  const first = set.get(node.text);
  if (first === undefined) set.set(node.text, node);
  else {
    const related = { start: first.start, end: first.end, message: `${node.text} the first time` };
    findings.add(rules.sharedVariable, node, rules.sharedVariable.message(node.text), { related });
  }
}

/** YAML reads no longer keys than these, in characters. */
const longestKey = 1000;

function swapped(findings: Findings, { key }: Entry, node: ScalarNode, wanted: string, names: Set<string>): void {
  const { text, syntax } = findings.tree;
  const source = (each: ScalarNode): string => text.slice(each.start, each.end);
  // Anchors and tags belong to one of the two, and longer words cannot be keys.
  const apart = (syntax === 'json' ? /^\s*:\s*$/ : /^\s*:[ \t]+$/).test(text.slice(key.end, node.start));
  const oneLine = node.style !== 'block' && !/[\r\n]/.test(source(node)) && node.end - node.start < longestKey;
  const isFixable = apart && oneLine && !names.has(node.text);
  // Of two that would get the same key the first does.
  if (isFixable) names.add(node.text);
  const fixes: Fix[] = [
    {
      title: `Write ${source(node)}: ${source(key)}`,
      edits: [
        { start: key.start, end: key.end, text: source(node) },
        { start: node.start, end: node.end, text: source(key) },
      ],
      certain: true,
    },
  ];
  const span = { start: key.start, end: node.end };
  findings.add(rules.attachmentDirection, span, rules.attachmentDirection.message(wanted), {
    fixes: isFixable ? fixes : [],
  });
}

/** v1 replaces names as plain text, so no name may begin with another. Sorted, a name stands right before what begins with it. */
function checkPrefixes(findings: Findings, defined: ReadonlyMap<string, ScalarNode>): void {
  const names = [...defined.keys()].sort();
  names.forEach((name, index) => {
    const longer = names[index + 1];
    const node = defined.get(name);
    const other = longer === undefined ? undefined : defined.get(longer);
    if (longer?.startsWith(name) !== true || node === undefined || other === undefined) return;
    const related = { start: other.start, end: other.end, message: 'The longer name' };
    findings.add(rules.variablePrefix, node, rules.variablePrefix.message(name, longer), { related });
  });
}

/** Names are compared only where these are few enough. */
const guessAmong = 200;
/** The longest name of a variable that is looked for. */
const longestName = 200;

function beginsDefined(name: string, defined: ReadonlyMap<string, ScalarNode>): boolean {
  for (let length = Math.min(name.length, longestName); length > 1; length--) if (defined.has(name.slice(0, length))) return true;
  return false;
}

/** As the worker replaces: the longest defined name at each “$”; what is left undefined stays in the path. */
function checkUse(findings: Findings, { node, format }: Use, defined: ReadonlyMap<string, ScalarNode>): void {
  for (const match of node.text.matchAll(/\$(?:\{(\w+)\}|([A-Za-z_]\w*))/g)) {
    const [whole, braced, bare] = match;
    const name = `$${braced ?? bare ?? ''}`;
    if (format === 'upload-template' && name.startsWith('$DATE')) continue;
    if (beginsDefined(name, defined)) continue;
    // A guess for each of thousands would compare all with all.
    const meant = defined.size > guessAmong ? undefined : nearest(name, defined.keys(), name.length < 6 ? 2 : 3);
    const place = partOf(findings.tree, node, match.index, whole.length);
    const fixes =
      meant === undefined || place === node
        ? []
        : [{ title: `Write ${meant} instead of ${whole}`, edits: [{ ...place, text: meant }], certain: false }];
    findings.add(rules.undefinedVariable, place, rules.undefinedVariable.message(whole, meant), { fixes });
  }
}
