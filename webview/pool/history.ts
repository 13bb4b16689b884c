/** The last 24 hours: how today's tokens stood, and how many were closed in each hour. */
import { count, moment } from '../../src/core/wording';
import type { PoolSight } from '../../src/shared/pool';
import { area, namesWidth, type Layer } from '../area';
import { html, svg } from '../element';
import { spark } from '../spark';

const minute = 60_000;

export class History {
  readonly element = html('section', { class: 'history', 'aria-labelledby': 'history' });
  #drawn: { readonly id: string; readonly at: number; readonly closed: number } | undefined;

  show(sight: PoolSight): void {
    const { now, past, hours, type = '' } = sight;
    const closed = (hours?.done ?? []).concat(hours?.error ?? []).reduce((sum, number) => sum + number, 0);
    this.element.hidden = past === undefined || hours === undefined || closed === 0;
    if (past === undefined || hours === undefined || this.element.hidden) return;
    // At most once a minute, unless something was closed.
    const id = `${sight.pool} ${type}`;
    if (this.#drawn?.id === id && this.#drawn.closed === closed && now - this.#drawn.at < minute) return;
    this.#drawn = { id, at: now, closed };
    const most = Math.max(...hours.done.map((number, k) => number + (hours.error[k] ?? 0)));
    this.element.replaceChildren(
      html(
        'div',
        { class: 'over' },
        html('h2', { id: 'history' }, 'Last 24 hours'),
        html('span', { class: 'quiet' }, 'by when each token was last closed'),
      ),
      area(past.times, now, layersOf(past), sentence(past, now)),
      html(
        'div',
        { class: 'area hourly' },
        spark(
          [
            { counts: hours.done, shape: 'full' },
            { counts: hours.error, shape: 'cross' },
          ],
          32,
          hourlySentence(hours, most, now),
        ),
        svg(
          'svg',
          { class: 'names', width: namesWidth, height: 32, 'aria-hidden': 'true' },
          svg('text', { class: 'tick', x: 0, y: 9 }, `${count(most)}/h`),
        ),
      ),
    );
  }
}

/** From the top down; those of which there was ever something. */
function layersOf({ done, error, open }: NonNullable<PoolSight['past']>): Layer[] {
  const layers: Layer[] = [
    { word: 'Error', shape: 'cross', counts: error },
    { word: 'Not closed', shape: 'hollow', counts: open },
    { word: 'Done', shape: 'full', counts: done },
  ];
  return layers.filter(({ counts }) => counts.some((number) => number > 0));
}

function sentence({ times, done, error }: NonNullable<PoolSight['past']>, now: number): string {
  const at = (counts: readonly number[]) => `${count(counts[0] ?? 0)} at ${moment(times[0] ?? now, now)}, ${count(counts.at(-1) ?? 0)} now`;
  return `Of the tokens that are here now, done: ${at(done)}; in error: ${at(error)}`;
}

function hourlySentence({ first, done, error }: NonNullable<PoolSight['hours']>, most: number, now: number): string {
  const best = done.findIndex((number, k) => number + (error[k] ?? 0) === most);
  return `Closed in each hour: at most ${count(most)}, at ${moment((first + best) * 60 * minute, now)}`;
}
