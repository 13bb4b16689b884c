/** What a place of a token document means: a time, a state, a code, an attachment. */
import type { HoverText } from '../config/edit/hover';
import { tokenFields } from '../config/fields';
import { asMap, spotAt, toData, type Node, type Spot, type Step, type Tree } from '../config/tree';
import { plural, sizeOf } from '../wording';
import { codeFieldOf, recordIn, stubsOf } from './document';
import { codeWords, explain } from './explanation';
import { exitCode, isToken, type TokenDocument } from './state';
import { isInMilliseconds, isTime, isTimeAt, momentWords, utc } from './time';

/** Fields of the state: pointing at one says what they come to together. */
const stateFields: ReadonlySet<Step> = new Set(['lock', 'done', 'status', 'exit_code', 'output', 'type', '_id']);

/** Fields that PiCaS has and step configuration does not. */
const docs: Readonly<Record<string, string>> = {
  _id: 'Name of the token. It stays as it is.',
  _rev: 'Which version of the token this is. It keeps two people from overwriting each other, so it is not edited.',
  _attachments: 'Files of the token. They are attached and deleted in the tree of tokens, not here.',
  lock: '0 for a free token, else the second at which a pilot took it.',
  done: '0 for a token that is not closed, else the second at which it was.',
  exit_code: 'Exit code of the job: 0 when all went well.',
  output: 'Exit code of the job (GRID_LRT), or what the job returned (PiCaS).',
  scrub_count: 'How often the token was put back.',
  hostname: 'Worker that took the token, or that put it back.',
  error: 'Failures of the library, each with its time.',
  uploads: 'What the job has uploaded.',
  input: 'What the job is to do.',
  launcher_status: 'A failure of the launcher itself; the token may still be locked.',
  PICAS_API_VERSION: 'Version of GRID_LRT that made the token; its launcher is chosen by it.',
  slurm_job_id: 'Batch job that holds or held the token.',
  'config.json': 'What the launcher does: container, sandbox, and the variables and attachments of the job.',
};

/** @param now ms since 1970 */
export function hoverToken(tree: Tree, offset: number, now: number): HoverText | undefined {
  const spot = spotAt(tree, offset);
  if (spot === undefined) return undefined;
  const document = toData(asMap(tree.root)) as TokenDocument;
  const [first] = spot.path;
  const facts = [...timeFacts(spot, now), ...revisionFacts(spot), ...attachmentFacts(spot, document)];
  if (spot.path.length === 1 && first !== undefined && stateFields.has(first)) facts.push(...stateFacts(first, document, now));
  const doc = spot.at === 'key' && spot.path.length === 1 ? docOf(String(first)) : '';
  if (facts.length === 0 && doc === '') return undefined;
  const { start, end } = spot.node;
  return { start, end, title: spot.path.map(String).join(' › '), doc, facts, values: [] };
}

function docOf(name: string): string {
  if (Object.hasOwn(docs, name)) return docs[name] ?? '';
  return Object.hasOwn(tokenFields, name) ? (tokenFields[name]?.doc ?? '') : '';
}

function valueOf(node: Node): unknown {
  return node.kind === 'scalar' ? node.value : undefined;
}

function timeFacts({ path, value }: Spot, now: number): string[] {
  const number = valueOf(value);
  if (!isTimeAt(path)) return [];
  if (isTime(number)) return [`${utc(number)}, ${momentWords(number, now)}.`];
  return isInMilliseconds(number) ? [`Read as milliseconds: ${utc(number / 1000)}.`] : [];
}

function revisionFacts({ path, value }: Spot): string[] {
  const rev = valueOf(value);
  const times = path.length === 1 && path[0] === '_rev' && typeof rev === 'string' ? /^\d+/.exec(rev)?.[0] : undefined;
  return times === undefined ? [] : [`Written ${plural(Number(times), 'time')}.`];
}

function attachmentFacts({ path: [first, name] }: Spot, document: TokenDocument): string[] {
  if (first !== '_attachments') return [];
  const stubs = stubsOf(document);
  if (name === undefined) return [plural(stubs.length, 'file')];
  const stub = stubs.find((each) => each.name === name);
  return stub === undefined ? [] : [[stub.contentType, ...(stub.bytes === undefined ? [] : [sizeOf(stub.bytes)])].join(', ')];
}

function stateFacts(field: Step, document: TokenDocument, now: number): string[] {
  if (!isToken(document)) return field === 'type' ? ['This document is no token: it has neither a lock nor a count of scrubs.'] : [];
  const facts = [explain(document, now)];
  const code = exitCode(document);
  // Of a token that runs again, the code is of the time before.
  if (field === codeFieldOf(document) && code !== undefined && code !== 0) {
    const said = codeWords(document, code);
    if (!facts.some((fact) => fact.endsWith(said))) facts.push(`The code of the last run: ${said}`);
  }
  return facts;
}

/** A time in the text, for a remark behind it. */
export interface Remark {
  readonly offset: number;
  readonly text: string;
  /** In UTC, to the second. */
  readonly detail: string;
}

/** Times of a document in words; what is in `error` and `times` too. */
export function remarksOf(tree: Tree, now: number): readonly Remark[] {
  const found: Remark[] = [];
  const walk = (node: Node, path: readonly Step[]): void => {
    if (node.kind === 'scalar') {
      if (isTimeAt(path) && isTime(node.value))
        found.push({ offset: node.end, text: momentWords(node.value, now), detail: utc(node.value) });
    } else if (path.length < 3) {
      if (node.kind === 'map') for (const { key, value } of node.entries) walk(value, [...path, key.text]);
      else if (node.kind === 'list') node.items.forEach((item, index) => walk(item, [...path, index]));
    }
  };
  if (tree.root !== undefined) walk(tree.root, []);
  return found;
}

/** Where a document names its attachments, so that each can be opened from there. */
export function attachmentLinks(tree: Tree): readonly { readonly start: number; readonly end: number; readonly name: string }[] {
  const stubs = asMap(asMap(tree.root)?.entries.findLast(({ key }) => key.text === '_attachments')?.value);
  const isStub = (node: Node): boolean => recordIn(toData(node)) !== undefined;
  return (stubs?.entries ?? []).flatMap(({ key, value }) => (isStub(value) ? [{ start: key.start, end: key.end, name: key.text }] : []));
}
