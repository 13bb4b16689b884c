/** The legend: what each shape means, how many there are, and a filter, in one row of toggle buttons. */
import { count } from '../src/core/wording';
import type { Shape } from '../src/shared/shape';
import { html } from './element';
import { symbol } from './symbols';

export interface Entry {
  /** The letter that toggles it. */
  readonly letter: string;
  readonly shape: Shape;
  readonly word: string;
  readonly count: number;
  readonly pressed: boolean;
}

/** Entries of no count are left out, unless they are pressed: what filters must be seen. */
export function legend(label: string, entries: readonly Entry[], toggle: (letter: string) => void): HTMLElement {
  const list = html('ul', { class: 'legend', 'aria-label': label });
  for (const entry of entries) {
    if (entry.count === 0 && !entry.pressed) continue;
    const button = html(
      'button',
      {
        type: 'button',
        'aria-pressed': String(entry.pressed),
        'aria-keyshortcuts': entry.letter,
        'data-key': `legend ${entry.letter}`,
        title: `${entry.word}: ${entry.letter} in maps and table, a for all`,
      },
      symbol(entry.shape),
      html('span', {}, entry.word),
      html('b', {}, count(entry.count)),
    );
    button.addEventListener('click', () => toggle(entry.letter));
    list.append(html('li', {}, button));
  }
  return list;
}
