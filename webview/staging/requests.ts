/** The requests of a campaign: folded into a sentence, open while one of them needs a person. */
import { count, listing, plural } from '../../src/core/wording';
import type { RequestRow } from '../../src/shared/staging';
import { html, linkButton, renew } from '../element';
import { shapeOf, symbol } from '../symbols';

/** A request that nobody can be sure of, or that is not sent. */
function unsettled({ id, shape }: RequestRow): boolean {
  return id === null || shape === 'question';
}

/** "2 running, 1 draft", by the words before the comma. */
export function requestsWords(rows: readonly RequestRow[]): string {
  const tally = new Map<string, number>();
  for (const { state } of rows) {
    const word = state.split(',')[0] ?? state;
    tally.set(word, (tally.get(word) ?? 0) + 1);
  }
  return listing([...tally].map(([word, number]) => `${count(number)} ${word}`));
}

export class Requests {
  readonly element = html('section', { class: 'requests', 'aria-labelledby': 'requests' });
  /** What the person chose; undefined: open while a request is not settled. */
  open: boolean | undefined;
  #rows: readonly RequestRow[] = [];

  constructor(private readonly changed: () => void) {}

  show(rows: readonly RequestRow[]): void {
    this.#rows = rows;
    this.element.hidden = rows.length < 2 && !rows.some(unsettled);
    if (this.element.hidden) return;
    const open = this.open ?? rows.some(unsettled);
    const toggle = linkButton(
      open ? 'Hide' : 'Show',
      'requests',
      () => {
        this.open = !open;
        this.show(this.#rows);
        this.changed();
      },
      { 'aria-expanded': String(open), class: 'link aside' },
    );
    renew(
      this.element,
      html(
        'div',
        { class: 'over' },
        html('h2', { id: 'requests' }, 'Requests'),
        html(
          'span',
          { class: 'quiet' },
          rows.length === 1 ? requestsWords(rows) : `${plural(rows.length, 'request')}: ${requestsWords(rows)}`,
        ),
        toggle,
      ),
      open &&
        html(
          'div',
          { class: 'scrolled', tabindex: 0, role: 'group', 'aria-labelledby': 'requests' },
          html(
            'table',
            {},
            html(
              'thead',
              {},
              html('tr', {}, ...['Request', 'Site', 'State'].map(heading), numeric('th', 'Online'), numeric('th', 'Failed')),
            ),
            html('tbody', {}, ...rows.map(requestRow)),
          ),
        ),
    );
  }
}

function heading(words: string): HTMLElement {
  return html('th', { scope: 'col' }, words);
}

function numeric(tag: 'th' | 'td', words: string): HTMLElement {
  return html(tag, { class: 'number', ...(tag === 'th' ? { scope: 'col' } : {}) }, words);
}

function requestRow({ id, stager, site, state, shape, total, online, failed }: RequestRow): HTMLElement {
  return html(
    'tr',
    {},
    html('td', { title: stager }, id ?? html('span', { class: 'quiet' }, 'no id yet'), html('span', { class: 'quiet' }, ` · ${stager}`)),
    html('td', {}, site),
    html('td', { title: state }, symbol(shapeOf(shape)), state),
    numeric('td', `${count(online)} of ${count(total)}`),
    numeric('td', failed > 0 ? count(failed) : ''),
  );
}
