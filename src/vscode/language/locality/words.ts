/** The word behind a checked line that is not online: asked by the editor for what is in view. */
import { EventEmitter, InlayHint, Position, type Disposable, type InlayHintsProvider, type Range, type TextDocument } from 'vscode';
import { localityNote } from '../../../core/staging/locality';
import { fileWord } from '../../../core/staging/state';
import { briefly } from '../../../core/staging/told';
import { moment } from '../../../core/wording';
import { Store } from '../../disposable';
import type { Seen, Sights } from './sights';

/** The editor listens only once it has had a first answer: a change before that is told again. */
const againMs = 1000;
const mostTimes = 5;

export class StateWords implements InlayHintsProvider, Disposable {
  readonly #store = new Store();
  readonly #changed = this.#store.add(new EventEmitter<void>());
  readonly onDidChangeInlayHints = this.#changed.event;
  /** The editor has asked since the last change. */
  #asked = false;
  #again: NodeJS.Timeout | undefined;

  constructor(
    private readonly sights: Sights,
    private readonly clock: () => number,
  ) {
    this.#store.add(sights.onChange(() => this.#tell(mostTimes)));
    this.#tell(mostTimes);
  }

  #tell(times: number): void {
    clearTimeout(this.#again);
    this.#asked = false;
    this.#changed.fire();
    if (times > 1) this.#again = setTimeout(() => !this.#asked && this.#tell(times - 1), againMs);
  }

  provideInlayHints(document: TextDocument, { start, end }: Range): InlayHint[] {
    this.#asked = true;
    const hints: InlayHint[] = [];
    for (let line = start.line; line <= Math.min(end.line, document.lineCount - 1); line++) {
      const seen = this.sights.line(document, line);
      if (seen === undefined || seen.state === 'online') continue;
      const hint = new InlayHint(new Position(line, document.lineAt(line).text.length), wordOf(seen));
      hint.paddingLeft = true;
      hint.tooltip = noteOf(seen, this.clock());
      hints.push(hint);
    }
    return hints;
  }

  dispose(): void {
    clearTimeout(this.#again);
    this.#store.dispose();
  }
}

/** "on tape", "failed, no answer", "empty". */
function wordOf(seen: Seen): string {
  if ('locality' in seen && seen.locality === 'NONE') return 'empty file';
  const brief = seen.problem === undefined ? '' : briefly(seen.problem);
  return brief === '' ? fileWord(seen.state) : `${fileWord(seen.state)}, ${brief}`;
}

/** The reason, and when it was told. */
export function noteOf(seen: Seen, now: number): string {
  const note = seen.problem ?? ('locality' in seen && seen.locality !== undefined ? localityNote(seen.locality) : undefined);
  const when = 'request' in seen ? `Request ${seen.request}, ${moment(seen.at, now)}.` : `Checked ${moment(seen.at, now)}.`;
  return note === undefined ? when : `${note} ${when}`;
}
