/**
 * What the editor shows of a checked list: the state of each line, by the last check and what the desk has heard since. A
 * state belongs to a link, not to a line, so an edited line is silent until it is checked again, and a moved one is not.
 */
import { EventEmitter, type Disposable, type TextDocument } from 'vscode';
import type { Row } from '../../../core/links/row';
import type { Desk } from '../../../core/staging/desk';
import { DeskNews, type News } from '../../../core/staging/newer';
import { codeOf } from '../../../core/staging/run';
import { fileStates, type FileCounts, type FileState } from '../../../core/staging/state';
import type { Told, ToldList } from '../../../core/staging/told';
import type { Checks } from '../../checks';
import { Store } from '../../disposable';
import type { OpenList, OpenLists } from '../openLists';

/** Polls change many requests at once. */
const settleMs = 250;

/** A line's state, by whoever knows it last. */
export type Seen = Told | News;

export interface Sight {
  /** A byte a line, see core/staging/run. */
  readonly codes: Uint8Array;
  /** Of lines with a link that something is known of. */
  readonly counts: FileCounts;
  /** When the list was last checked; ms since 1970. */
  readonly at: number;
}

export class Sights implements Disposable {
  readonly #store = new Store();
  readonly #changed = this.#store.add(new EventEmitter<TextDocument>());
  /** A list has to be drawn anew. */
  readonly onChange = this.#changed.event;
  readonly #news = new DeskNews();
  readonly #sights = new WeakMap<TextDocument, Sight>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly lists: OpenLists,
    private readonly checks: Checks,
    private readonly desk: Desk,
  ) {
    this.#store.add(lists.onChange((list) => this.#drop(list)));
    this.#store.add(
      checks.onChange((uri) => {
        this.#renew();
        for (const list of lists.all) if (list.document.uri.toString() === uri.toString()) this.#drop(list);
      }),
    );
    this.#store.add({
      dispose: desk.onChange(() => {
        this.#timer ??= setTimeout(() => this.#hear(), settleMs);
      }),
    });
    this.#renew();
  }

  /** Of a list as it is now; undefined for one that was never checked. */
  of(document: TextDocument): Sight | undefined {
    const told = this.checks.of(document.uri);
    const known = this.#sights.get(document);
    if (told === undefined || known !== undefined) return known;
    const rows = this.lists.of(document)?.rows;
    if (rows === undefined) return undefined;
    const sight = this.#look(rows, told);
    this.#sights.set(document, sight);
    return sight;
  }

  /** Of one line as it is now, whatever has been drawn. */
  line(document: TextDocument, line: number): Seen | undefined {
    const told = this.checks.of(document.uri);
    const row = this.lists.of(document)?.rows[line];
    return told === undefined || row === undefined ? undefined : this.#row(row, told);
  }

  #row(row: Row, list: ToldList): Seen | undefined {
    if (row.kin === null) return undefined;
    const told = list.of(row.link);
    return told === undefined ? undefined : (this.#news.of(row.kin.place?.id, row.link, told) ?? told);
  }

  #look(rows: readonly Row[], list: ToldList): Sight {
    const codes = new Uint8Array(rows.length);
    const code = new Map<FileState, number>(fileStates.map((state) => [state, codeOf(state)]));
    const counts: FileCounts = {};
    for (const [line, row] of rows.entries()) {
      const seen = this.#row(row, list);
      if (seen === undefined) continue;
      codes[line] = code.get(seen.state) ?? 0;
      counts[seen.state] = (counts[seen.state] ?? 0) + 1;
    }
    return { codes, counts, at: list.at };
  }

  #hear(): void {
    this.#timer = undefined;
    this.#renew();
    for (const list of this.lists.all) if (this.checks.of(list.document.uri) !== undefined) this.#drop(list);
  }

  #renew(): void {
    const times = this.lists.all.flatMap(({ document }) => this.checks.of(document.uri)?.first ?? []);
    if (times.length > 0) this.#news.renew(this.desk.requests, Math.min(...times));
  }

  #drop({ document }: OpenList): void {
    this.#sights.delete(document);
    this.#changed.fire(document);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#store.dispose();
  }
}
