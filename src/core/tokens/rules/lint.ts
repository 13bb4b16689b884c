/** Every problem of a token document. */
import { parseJson } from '../../config/json';
import {
  asMap,
  asScalar,
  entryOf,
  textOf,
  toData,
  valueAt,
  type Entry,
  type MapNode,
  type Node,
  type Span,
  type Tree,
} from '../../config/tree';
import type { Fix } from '../../config/rules/rule';
import { tokenFields } from '../../config/fields';
import { nearest } from '../../nearest';
import type { Severity } from '../../rules';
import { duration } from '../../wording';
import { jobFields, recordIn } from '../document';
import { mostBytes } from '../edited';
import { exitCode, libraryMark, standingOf, type TokenDocument } from '../state';
import { age, isInMilliseconds, isTime } from '../time';
import { rules, type Problem, type TokenCode } from './rule';

export interface LintOptions {
  /** ms since 1970. */
  readonly now: number;
  /** What the pool holds; absent for a document that is in no pool. */
  readonly saved?: Saved;
  /** Bytes that a document may have. */
  readonly most?: number;
}

export interface Saved {
  readonly id: string;
  /** Whether a revision is one that was read from the pool. */
  readonly isRead: (rev: string) => boolean;
  /** `_attachments` of the versions that were read, as data; undefined for none. */
  readonly attachments: readonly unknown[];
}

/** Reads and judges a document; never throws, whatever the text is. By place. */
export function lintToken(text: string, options: LintOptions): Problem[] {
  return lintTree(parseJson(text), options);
}

/** Judges a document that was read. What is no JSON is left to the editor's own service. */
export function lintTree(tree: Tree, options: LintOptions): Problem[] {
  const findings = new Findings();
  for (const fault of tree.faults)
    if (fault.kind === 'duplicate-key') findings.add(rules.duplicateField, fault, rules.duplicateField.message(fault.message));
  const map = asMap(tree.root);
  if (map === undefined) {
    if (tree.root !== undefined) findings.add(rules.notAToken, tree.root, rules.notAToken.message());
  } else {
    // What lacks may stand where the text cannot be read.
    const whole = !tree.faults.some(({ kind }) => kind === 'syntax');
    new Judge(tree, map, options, findings, whole).judge();
  }
  return findings.problems.sort((a, b) => a.start - b.start || (a.code < b.code ? -1 : 1));
}

class Findings {
  readonly problems: Problem[] = [];

  add(
    { code, severity }: { readonly code: TokenCode; readonly severity: Severity },
    { start, end }: Span,
    message: string,
    fixes: readonly Fix[] = [],
  ): void {
    this.problems.push({ code, severity, start, end: Math.max(end, start + 1), message, ...(fixes.length === 0 ? {} : { fixes }) });
  }
}

/** Fields of CouchDB that stand in a document that was read. */
const server = new Set(['_id', '_rev', '_attachments']);
/** Fields that more than one program reads by name. */
const known: readonly string[] = [
  ...Object.keys(tokenFields).filter((name) => name !== '_id'),
  ...['exit_code', 'uploads', 'error', 'input', 'cores', 'workflow', 'PICAS_API_VERSION', 'launcher_status', 'config.json', 'upload'],
  ...['start_SB', 'start_AB', 'pipeline', 'results_dir', ...jobFields],
];
const knownNames = new Set(known);

class Judge {
  readonly #document: TokenDocument;
  readonly #place: Span;

  constructor(
    private readonly tree: Tree,
    private readonly map: MapNode,
    private readonly options: LintOptions,
    private readonly findings: Findings,
    private readonly whole: boolean,
  ) {
    this.#document = toData(map) as TokenDocument;
    // Where something lacks, the brace that opens the token is shown.
    this.#place = { start: map.start, end: map.start + 1 };
  }

  judge(): void {
    this.#size();
    this.#server();
    this.#type();
    for (const name of ['lock', 'done'] as const) this.#time(name);
    this.#created();
    this.#count();
    this.#standing();
    this.#code();
    this.#names();
    this.#inputs();
  }

  #size(): void {
    const { most = mostBytes } = this.options;
    // A letter has at most three bytes: most texts need not be counted.
    if (this.tree.text.length * 3 <= most || !this.whole) return;
    const bytes = new TextEncoder().encode(JSON.stringify(this.#document)).length;
    if (bytes > most) this.findings.add(rules.tooLarge, this.#place, rules.tooLarge.message(bytes, most));
  }

  /** What is CouchDB's, and is not changed here. */
  #server(): void {
    for (const { key } of this.map.entries)
      if (key.text.startsWith('_') && !server.has(key.text))
        this.findings.add(rules.reservedField, key, rules.reservedField.message(key.text));
    const { saved } = this.options;
    if (saved === undefined || !this.whole) return;
    const [id, rev, attachments] = ['_id', '_rev', '_attachments'].map((name) => entryOf(this.map, name));
    if (textOf(id?.value) !== saved.id) this.findings.add(rules.changedId, this.#at(id), rules.changedId.message(saved.id));
    const read = textOf(rev?.value);
    if (read === undefined || !saved.isRead(read)) this.findings.add(rules.changedRevision, this.#at(rev), rules.changedRevision.message());
    const now = canonical(attachments === undefined ? undefined : toData(attachments.value));
    if (saved.attachments.length > 0 && !saved.attachments.some((each) => canonical(each) === now))
      this.findings.add(
        rules.changedAttachments,
        attachments === undefined ? this.#place : attachments.key,
        rules.changedAttachments.message(),
      );
  }

  #type(): void {
    const type = entryOf(this.map, 'type');
    const name = textOf(type?.value);
    if (name === 'task') {
      const fixes = [replacement('Write "token"', type?.value, '"token"')];
      this.findings.add(rules.taskType, this.#at(type), rules.taskType.message(), fixes.flat());
    } else if ((name === undefined || name === '') && (this.whole || type !== undefined))
      this.findings.add(rules.missingType, this.#at(type), rules.missingType.message());
  }

  #time(name: 'lock' | 'done'): void {
    const entry = entryOf(this.map, name);
    if (entry === undefined) {
      if (this.whole) this.findings.add(rules.missingField, this.#place, rules.missingField.message(name));
      return;
    }
    const value = this.#document[name];
    if (typeof value === 'number') this.#judgeTime(name, entry, value);
    else this.#notANumber(name, entry, value);
  }

  #created(): void {
    const entry = entryOf(this.map, 'created');
    const { created } = this.#document;
    if (entry !== undefined && typeof created === 'number') this.#judgeTime('created', entry, created);
  }

  #judgeTime(name: string, { value }: Entry, seconds: number): void {
    const { now } = this.options;
    if (isInMilliseconds(seconds)) {
      const text = String(Math.floor(seconds / 1000));
      this.findings.add(rules.milliseconds, value, rules.milliseconds.message(name), replacement(`Write ${text}`, value, text));
    } else if (isTime(seconds) && seconds * 1000 > now + clockSlackMs)
      this.findings.add(rules.futureTime, value, rules.futureTime.message(name, age(seconds, now)));
  }

  #notANumber(name: string, { value }: Entry, data: unknown): void {
    const text = typeof data === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(data) ? data.trim() : undefined;
    const fixes = text === undefined ? [] : replacement(`Write ${text}`, value, text);
    this.findings.add(rules.wrongType, value, rules.wrongType.message(name, kindOf(data)), fixes);
  }

  #count(): void {
    const entry = entryOf(this.map, 'scrub_count');
    const { scrub_count: scrubs } = this.#document;
    if (entry === undefined || scrubs === null) return;
    if (typeof scrubs !== 'number') this.#notANumber('scrub_count', entry, scrubs);
    else if (scrubs < 0 || !Number.isInteger(scrubs)) this.findings.add(rules.badCount, entry.value, rules.badCount.message());
  }

  /** What the two times say together. */
  #standing(): void {
    const [lockEntry, doneEntry] = [entryOf(this.map, 'lock'), entryOf(this.map, 'done')];
    const { lock, done } = this.#document;
    if (lockEntry === undefined || doneEntry === undefined || typeof lock !== 'number' || typeof done !== 'number') return;
    const { reason } = standingOf(this.#document);
    if (reason === 'set by the library') {
      const entry = lock < 0 || lock === libraryMark ? lockEntry : doneEntry;
      this.findings.add(rules.libraryMark, entry.value, rules.libraryMark.message(Math.min(lock, done)));
      return;
    }
    if (lock === 0 && done > 0)
      this.findings.add(
        rules.doneWithoutLock,
        doneEntry.value,
        rules.doneWithoutLock.message(),
        replacement('Write 0', doneEntry.value, '0'),
      );
    if (lock > 0 && done > 0 && done < lock && isTime(lock) && isTime(done))
      this.findings.add(rules.doneBeforeLock, doneEntry.value, rules.doneBeforeLock.message(duration((lock - done) * 1000)));
    if (reason === 'closed without a code') {
      // The text that is no code says so itself.
      if (codeNames.some((name) => this.#isWords(name))) return;
      const entry = entryOf(this.map, 'exit_code') ?? entryOf(this.map, 'output') ?? doneEntry;
      this.findings.add(rules.closedWithoutCode, entry.value, rules.closedWithoutCode.message());
    }
  }

  #isWords(name: string): boolean {
    const value = this.#document[name];
    return typeof value === 'string' && value.trim() !== '' && exitCode({ output: value }) === undefined;
  }

  #code(): void {
    for (const name of codeNames) {
      const entry = entryOf(this.map, name);
      const value = this.#document[name];
      if (entry === undefined || typeof value !== 'string' || value.trim() === '') continue;
      const code = exitCode({ output: value });
      if (code === undefined) this.findings.add(rules.notACode, entry.value, rules.notACode.message(name));
      else {
        const text = String(code);
        this.findings.add(
          rules.codeAsText,
          entry.value,
          rules.codeAsText.message(name, text),
          replacement(`Write ${text}`, entry.value, text),
        );
      }
    }
    const { code } = standingOf(this.#document);
    const { status } = this.#document;
    const entry = entryOf(this.map, 'status');
    if (entry === undefined || code === undefined || (status !== 'done' && status !== 'error')) return;
    if ((status === 'done') !== (code === 0))
      this.findings.add(rules.statusDisagrees, entry.value, rules.statusDisagrees.message(status, code));
  }

  #names(): void {
    const absent = known.filter((name) => entryOf(this.map, name) === undefined);
    for (const { key } of this.map.entries) {
      const name = key.text;
      if (knownNames.has(name) || name.startsWith('_') || name.length < 4 || name.length > 40) continue;
      const meant = nearest(name, absent, name.length < 6 ? 2 : 3);
      if (meant === undefined) continue;
      const fixes: Fix[] = [
        { title: `Write "${meant}"`, edits: [{ start: key.start, end: key.end, text: JSON.stringify(meant) }], certain: false },
      ];
      this.findings.add(rules.misspeltField, key, rules.misspeltField.message(name, meant), fixes);
    }
  }

  /** GRID_LRT 1: the configuration of the job names attachments that it needs. */
  #inputs(): void {
    const needed = asMap(valueAt(this.map, 'config.json', 'variables', '_attachments'));
    if (needed === undefined || !this.whole) return;
    const there = recordIn(this.#document._attachments) ?? {};
    for (const { value } of needed.entries) {
      const name = textOf(value);
      if (name !== undefined && name !== '' && !Object.hasOwn(there, name))
        this.findings.add(rules.missingAttachment, value, rules.missingAttachment.message(name));
    }
  }

  #at(entry: Entry | undefined): Span {
    return entry === undefined ? this.#place : entry.value.end > entry.value.start ? entry.value : entry.key;
  }
}

const codeNames = ['exit_code', 'output'] as const;
/** So far may the clocks of two machines be apart. */
const clockSlackMs = 10 * 60_000;

function replacement(title: string, node: Node | undefined, text: string): Fix[] {
  const scalar = asScalar(node);
  return scalar === undefined ? [] : [{ title, edits: [{ start: scalar.start, end: scalar.end, text }], certain: false }];
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'true or false';
  return Array.isArray(value) ? 'a list' : 'an object';
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => {
    const record = recordIn(each);
    return record === undefined ? each : Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
