/** What the schema says: keys that lack, keys that nobody reads, values of the wrong kind. */
import { nearest } from '../../nearest';
import { plural } from '../../wording';
import { type Findings, replaceFix, rewordFix } from './findings';
import { type Kind, type KeySpec } from '../key';
import { rules, type Fix } from './rule';
import { asMap, asScalar, entriesOf, solid, type MapNode, type Node, type ScalarNode, type Span } from '../tree';

const kindNames: Readonly<Record<Kind, string>> = {
  text: 'text',
  integer: 'a whole number',
  number: 'a number',
  flag: 'true or false',
  nothing: 'nothing',
  map: 'a map',
  list: 'a list',
  any: 'anything',
};

export function checkShape(findings: Findings, root: KeySpec): void {
  const { tree } = findings;
  const node = solid(tree.root);
  if (node === undefined) return;
  const [first] = node.kind === 'map' ? node.entries : [];
  checkNode(findings, node, root, 'The file', first?.key ?? { start: node.start, end: node.end });
}

/** @param place where a problem of the node as a whole is shown: its key. */
function checkNode(findings: Findings, node: Node, spec: KeySpec, name: string, place: Span): void {
  // What an alias repeats is judged where it stands.
  if (node.kind === 'alias') return;
  const found = kindOf(node);
  if (!fits(spec, found)) {
    if (node.kind === 'scalar') checkScalarKind(findings, node, spec, name, found, place);
    else findings.add(rules.wrongType, place, rules.wrongType.message(name, wanted(spec), kindNames[found]));
    return;
  }
  if (node.kind === 'scalar') checkValue(findings, node, spec, name);
  else if (node.kind === 'list') {
    const { item } = spec;
    if (item !== undefined) node.items.forEach((each) => checkNode(findings, each, item, name, each));
  } else checkMap(findings, node, spec, name, place);
}

function checkMap(findings: Findings, map: MapNode, spec: KeySpec, name: string, place: Span): void {
  const guessed = new Set<string>();
  const there = new Set(entriesOf(map).map(({ key }) => key.text));
  const free = Object.keys(spec.keys ?? {}).filter((key) => !there.has(key));
  for (const { key, value } of map.entries) {
    if (key.text === '<<') continue;
    const known = spec.keys !== undefined && Object.hasOwn(spec.keys, key.text) ? spec.keys[key.text] : undefined;
    if (known?.unused !== undefined) findings.add(rules.unusedKey, key, rules.unusedKey.message(known.unused));
    if (known === undefined) {
      const meant = checkUnknown(findings, key, free, spec);
      if (meant !== undefined) guessed.add(meant);
    }
    const below = known ?? spec.others;
    if (below !== undefined) checkNode(findings, value, below, key.text, key);
  }
  checkMissing(findings, free, spec, name, place, guessed);
}

function checkMissing(
  findings: Findings,
  free: readonly string[],
  spec: KeySpec,
  name: string,
  place: Span,
  guessed: ReadonlySet<string>,
): void {
  for (const key of free) {
    // A key that was probably misspelt has its own problem.
    if (spec.keys?.[key]?.required !== true || guessed.has(key)) continue;
    if (key === 'git') findings.add(rules.noGit, place, rules.noGit.message());
    else findings.add(rules.missingKey, place, rules.missingKey.message(key, name === 'The file' ? name : `“${name}”`));
  }
}

/** How people name keys that are notes to each other, and what JSON names its schema by. */
const note = /^(_|x-|#|\/\/|\$schema$)/;

/**
 * Names what a key was meant to be, if anything; returns it.
 * @param free known keys that the map does not have
 */
function checkUnknown(findings: Findings, key: ScalarNode, free: readonly string[], spec: KeySpec): string | undefined {
  if (spec.keys === undefined) return undefined;
  if (spec.others !== undefined) {
    // Names are free here: only a slip of one letter in a long name is worth a word, and a digit makes another name.
    const guess = spec.otherName === 'token field' || spec.otherName === 'backend' ? nearest(key.text, free, 2) : undefined;
    const meant = guess !== undefined && guess.length >= 6 && digitsOf(guess) === digitsOf(key.text) ? guess : undefined;
    if (meant !== undefined) findings.add(rules.misspeltField, key, rules.misspeltField.message(key.text, meant), renaming(key, meant));
    return meant;
  }
  const meant = nearest(key.text, free, key.text.length < 5 ? 2 : 3);
  if (meant === undefined && note.test(key.text)) return undefined;
  if (meant === undefined) findings.add(rules.strangeKey, key, rules.strangeKey.message(key.text));
  else findings.add(rules.unknownKey, key, rules.unknownKey.message(key.text, meant), renaming(key, meant));
  return meant;
}

function digitsOf(name: string): string {
  return name.replace(/\D/g, '');
}

function renaming(key: ScalarNode, meant: string): { fixes: Fix[] } {
  return { fixes: rewordFix(`Write ${meant} instead of ${key.text}`, key, meant, false) };
}

function checkScalarKind(findings: Findings, node: ScalarNode, spec: KeySpec, name: string, found: Kind, place: Span): void {
  findings.judged.add(node);
  const at = node.end > node.start ? node : place;
  const takes = (kind: Kind): boolean => spec.kinds.includes(kind);
  if (takes('text') && found !== 'nothing' && node.style === 'plain' && findings.tree.syntax === 'yaml') {
    findings.judged.delete(node);
    return;
  }
  findings.add(rules.wrongType, at, rules.wrongType.message(name, wanted(spec), found === 'nothing' ? 'empty' : kindNames[found]), {
    fixes: unquoted(node, takes),
  });
}

/** A number or truth value that stands in quotes. */
function unquoted(node: ScalarNode, takes: (kind: Kind) => boolean): Fix[] {
  if (node.style !== 'single' && node.style !== 'double') return [];
  const text = node.text.trim();
  if (takes('flag') && /^(true|false)$/i.test(text)) return [replaceFix(`Write ${text.toLowerCase()}`, node, text.toLowerCase())];
  if ((takes('integer') || takes('number')) && /^(0|[1-9]\d{0,8})$/.test(text)) return [replaceFix(`Write ${text}`, node, text)];
  return [];
}

function checkValue(findings: Findings, node: ScalarNode, spec: KeySpec, name: string): void {
  if (spec.minimum !== undefined && typeof node.value === 'number' && node.value < spec.minimum) {
    findings.add(rules.tooSmall, node, rules.tooSmall.message(name, spec.minimum));
  }
  const { values, closed } = spec;
  if (values === undefined || closed !== true || typeof node.value !== 'string' || Object.hasOwn(values, node.value)) return;
  const meant = nearest(node.value, Object.keys(values), 3);
  const fixes = meant === undefined ? [] : rewordFix(`Write ${meant}`, node, meant, false);
  findings.add(rules.unknownValue, node, rules.unknownValue.message(name, Object.keys(values)), { fixes });
}

/** What a scalar or collection is, by the reader's eyes. */
export function kindOf(node: Node): Kind {
  if (node.kind === 'map' || node.kind === 'list') return node.kind;
  const value = asScalar(node)?.value;
  if (value === null || value === undefined) return asMap(node) === undefined ? 'nothing' : 'map';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value === 'boolean' ? 'flag' : 'text';
}

function fits({ kinds }: KeySpec, found: Kind): boolean {
  return kinds.includes(found) || kinds.includes('any') || (found === 'integer' && kinds.includes('number'));
}

/** The kinds of a value, in words. */
export function wanted({ kinds }: KeySpec): string {
  const names = kinds.filter((kind) => kind !== 'nothing').map((kind) => kindNames[kind]);
  return names.length === 0 ? plural(0, 'value') : names.join(' or ');
}

/** Fields that the tool writes itself, and an id that all tokens would share. */
export function checkReserved(findings: Findings, token: MapNode | undefined, spec: KeySpec | undefined): void {
  for (const { key, value } of token?.entries ?? []) {
    const known = spec?.keys !== undefined && Object.hasOwn(spec.keys, key.text) ? spec.keys[key.text] : undefined;
    if (known?.reserved !== true) continue;
    if (key.text === '_id' && findings.dialect === 'v1') {
      findings.add(rules.sharedId, key, rules.sharedId.message());
      continue;
    }
    // The type of a token template is what it asks for.
    if (findings.dialect === 'token' && key.text === 'type') continue;
    const untouched = ['', '0', 'null', '~'].includes(asScalar(value)?.text ?? 'a map') || key.text === 'type' || key.text === '_id';
    findings.add(rules.reserved, key, rules.reserved.message(key.text), untouched ? {} : { severity: 'information' });
  }
}
