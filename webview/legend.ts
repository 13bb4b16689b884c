/** The legend: what each shape means, how many there are, and a filter, in one row of buttons. */
import { count } from '../src/core/wording';
import type { Shape } from '../src/shared/shape';
import { html } from './element';
import { symbol } from './symbols';

export interface Entry {
  /** The letter that stands for it. */
  readonly letter: string;
  readonly shape: Shape;
  readonly word: string;
  readonly count: number;
  /** Whether it filters now; absent where the button leads elsewhere instead of turning something on. */
  readonly pressed?: boolean;
  /** What the button does; that its letter filters when absent. */
  readonly title?: string;
}

/** Entries of no count are left out, unless they are pressed: what filters must be seen. */
export function legend(label: string, entries: readonly Entry[], act: (letter: string) => void): HTMLElement {
  const list = html('ul', { class: 'legend', 'aria-label': label });
  for (const entry of entries) {
    if (entry.count === 0 && entry.pressed !== true) continue;
    const button = html(
      'button',
      {
        type: 'button',
        ...(entry.pressed === undefined ? {} : { 'aria-pressed': String(entry.pressed), 'aria-keyshortcuts': entry.letter }),
        'data-key': `legend ${entry.letter}`,
        title: entry.title ?? `${entry.word}: ${entry.letter} in maps and table, a for all`,
      },
      symbol(entry.shape),
      html('span', {}, entry.word),
      html('b', {}, count(entry.count)),
    );
    button.addEventListener('click', () => act(entry.letter));
    list.append(html('li', {}, button));
  }
  return list;
}
