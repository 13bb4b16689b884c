/** The server's own counts under its own names, where there are none of ours. */
import { count, plural } from '../../src/core/wording';
import type { OverviewSight, PoolSight } from '../../src/shared/pool';
import { html, renew } from '../element';

export class Overviews {
  readonly element = html('section', { class: 'overviews', 'aria-labelledby': 'overviews' });

  show({ overviews, documents }: PoolSight): void {
    this.element.hidden = overviews === undefined;
    if (overviews === undefined) return;
    renew(
      this.element,
      html(
        'div',
        { class: 'over' },
        html('h2', { id: 'overviews' }, 'Counts of the server'),
        html(
          'span',
          { class: 'quiet' },
          [documents === undefined ? '' : plural(documents, 'document'), saying(overviews)].filter((each) => each !== '').join(' · '),
        ),
      ),
      html('div', { class: 'views' }, ...overviews.map(overview)),
    );
  }
}

function saying(overviews: readonly OverviewSight[]): string {
  return overviews.length === 0
    ? 'none of its views counts tokens'
    : 'under its own names, which may overlap; a token may be in none of them';
}

function overview({ view, buckets, problem }: OverviewSight): HTMLElement {
  return html(
    'div',
    { class: 'view' },
    html('h3', { class: 'mono', title: view }, view),
    problem !== undefined
      ? html('p', { class: 'warning' }, problem)
      : buckets.length === 0
        ? html('p', { class: 'quiet' }, 'no tokens')
        : html(
            'table',
            {},
            html(
              'tbody',
              {},
              ...buckets.map(({ name, count: number }) =>
                html('tr', {}, html('th', { scope: 'row', title: name }, name), html('td', { class: 'number' }, count(number))),
              ),
            ),
          ),
  );
}
