/** Small changes to a YAML document: what does not change stays as it is written, comments and layout too. */
import { type Data, isData, plainOf, same } from './plain';
import { type Edit } from '../rules/rule';
import { type Entry, type MapNode, type Tree } from '../tree';

/**
 * The text of a document with other data in it. Only what differs is written anew; the caller reads the result again to
 * see whether anchors, tags or an unusual layout stood in the way.
 * @param renamed outermost keys that get another name, and keep all that stands below them.
 */
export function patched(tree: Tree, wanted: Data, renamed: Readonly<Record<string, string>> = {}): string {
  const { root } = tree;
  if (root?.kind !== 'map') return tree.text;
  const patch = new Patch(tree.text);
  patch.map(root, wanted, renamed);
  return patch.text();
}

class Patch {
  readonly #edits: Edit[] = [];
  readonly #eol: string;

  constructor(private readonly source: string) {
    this.#eol = source.includes('\r\n') ? '\r\n' : '\n';
  }

  map(map: MapNode, wanted: Data, renamed: Readonly<Record<string, string>>): void {
    const done = new Set<string>();
    const last = new Map(map.entries.map(({ key }, index) => [key.text, index]));
    map.entries.forEach((entry, index) => {
      const written = entry.key.text;
      // Of a key that stands twice the last one counts; maps that are merged in are not ours to change.
      if (written === '<<' || last.get(written) !== index) return;
      const name = renamed[written] ?? written;
      done.add(name);
      if (!Object.hasOwn(wanted, name)) this.#remove(map, index);
      else {
        if (name !== written) this.#edits.push({ start: entry.key.start, end: entry.key.end, text: name });
        this.#change(entry, wanted[name]);
      }
    });
    for (const [key, value] of Object.entries(wanted)) if (!done.has(key)) this.#insert(map, key, value);
  }

  #change({ key, value }: Entry, wanted: unknown): void {
    if (same(plainOf(value), wanted)) return;
    if (value.kind === 'map' && isData(wanted)) this.map(value, wanted, {});
    else {
      const gap = value.start === value.end && value.start === key.end + 1 ? ' ' : '';
      this.#edits.push({ start: value.start, end: value.end, text: gap + JSON.stringify(wanted) });
    }
  }

  #remove(map: MapNode, index: number): void {
    const { entries } = map;
    const entry = entries[index];
    const next = entries[index + 1];
    const before = entries[index - 1];
    if (entry === undefined) return;
    if (map.flow) {
      const [start, end] =
        next !== undefined
          ? [entry.key.start, next.key.start]
          : [before === undefined ? entry.key.start : before.value.end, entry.value.end];
      this.#edits.push({ start, end, text: '' });
      return;
    }
    const start = this.#lineStart(entry.key.start);
    const end = this.#lineEnd(Math.max(entry.key.end, entry.value.end));
    // Between blank lines, or at the end, one of the gaps goes too.
    const gap = /(?:\r?\n[ \t]*)+$/.exec(this.source.slice(Math.max(0, start - 1000), start))?.[0].replace(/^\r?\n/, '') ?? '';
    const bare = /^[ \t]*(?:\r?\n|$)/.test(this.source.slice(end, end + 1000));
    this.#edits.push({ start: bare ? start - gap.length : start, end, text: '' });
  }

  #insert(map: MapNode, key: string, value: unknown): void {
    const text = `${/^[A-Za-z_]\w*$/.test(key) ? key : JSON.stringify(key)}: ${JSON.stringify(value)}`;
    const [first] = map.entries;
    const last = map.entries.at(-1);
    if (map.flow || first === undefined || last === undefined) {
      const at = last?.value.end ?? map.end - 1;
      this.#edits.push({ start: at, end: at, text: last === undefined ? text : `, ${text}` });
    } else if (key === 'apiVersion') {
      this.#edits.push({ start: first.key.start, end: first.key.start, text: text + this.#eol });
    } else {
      const start = this.#lineStart(first.key.start);
      const indent = this.source.slice(start, first.key.start).replace(/[^ ]/g, ' ');
      const at = this.#lineEnd(Math.max(map.end, last.key.end));
      const line = this.source[at - 1] === '\n' ? `${indent}${text}${this.#eol}` : `${this.#eol}${indent}${text}`;
      this.#edits.push({ start: at, end: at, text: line });
    }
  }

  #lineStart(offset: number): number {
    const start = this.source.lastIndexOf('\n', offset - 1) + 1;
    return start === 0 && this.source.startsWith('\uFEFF') ? 1 : start;
  }

  /** Just behind the end of the line. */
  #lineEnd(offset: number): number {
    const end = this.source.indexOf('\n', offset);
    return end < 0 ? this.source.length : end + 1;
  }

  text(): string {
    let text = '';
    let at = 0;
    // Removals that touch each other are one.
    for (const edit of [...this.#edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
      text += this.source.slice(at, Math.max(at, edit.start)) + edit.text;
      at = Math.max(at, edit.end);
    }
    return this.#tidied(text + this.source.slice(at));
  }

  /** Without the blank lines that stood before what was removed from the end. */
  #tidied(text: string): string {
    const end = text.trimEnd();
    const gaps = (whole: string): number => whole.slice(whole.trimEnd().length).split('\n').length - 1;
    return gaps(text) > Math.max(1, gaps(this.source)) ? end + this.#eol : text;
  }
}
