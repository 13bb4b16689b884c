/** The last 24 hours, at most five layers, drawn at most once a minute. */
import { totalOf, type FileState } from '../../src/core/staging/state';
import { moment, percent, percentOf } from '../../src/core/wording';
import type { Shape } from '../../src/shared/shape';
import type { CampaignHead } from '../../src/shared/staging';
import { area, type Layer } from '../area';
import { html } from '../element';

const minute = 60_000;
/** Of less there is nothing to see yet. */
const shortest = 5 * minute;

/** From the top down. */
const layers: readonly (Omit<Layer, 'counts'> & { readonly states: readonly FileState[] })[] = [
  { word: 'Failed', shape: 'cross', states: ['lost', 'failed', 'unavailable', 'expired'] },
  { word: 'Unknown', shape: 'question', states: ['unknown', 'cancelled'] },
  { word: 'Waiting', shape: 'dot', states: ['tape', 'queued'] },
  { word: 'Staging', shape: 'half', states: ['staging'] },
  { word: 'Online', shape: 'full', states: ['online'] },
];

/** Names that say more, where a layer holds only one of its states. */
const words: Partial<Record<FileState, string>> = {
  lost: 'Lost',
  failed: 'Failed',
  unavailable: 'Unavailable',
  expired: 'Expired',
  tape: 'On tape',
  queued: 'Queued',
  cancelled: 'Cancelled',
};

export class History {
  readonly element = html('section', { class: 'history', 'aria-labelledby': 'history' });
  #drawn: { readonly id: string; readonly at: number; readonly whole: boolean } | undefined;

  show(head: CampaignHead): void {
    const { id, now, history } = head;
    this.element.hidden = history.length < 2 || now - (history[0]?.at ?? now) < shortest;
    if (this.element.hidden) return;
    const whole = head.percent === 100;
    if (this.#drawn?.id === id && this.#drawn.whole === whole && now - this.#drawn.at < minute) return;
    this.#drawn = { id, at: now, whole };
    const times = history.map(({ at }) => at);
    const first = history[0];
    const hours = Math.round((now - (first?.at ?? now)) / (60 * minute));
    const title = hours >= 23 ? 'Last 24 hours' : hours <= 1 ? 'Last hour' : `Last ${hours} hours`;
    this.element.replaceChildren(
      html('div', { class: 'over' }, html('h2', { id: 'history' }, title)),
      area(times, now, layersOf(head), sentence(head)),
    );
  }
}

/** Layers of which there was ever something. */
function layersOf({ history }: CampaignHead): Layer[] {
  return layers.flatMap(({ word, shape, states }) => {
    const counts = history.map((sample) => states.reduce((sum, state) => sum + (sample.counts[state] ?? 0), 0));
    if (counts.every((each) => each === 0)) return [];
    const present = states.filter((state) => history.some((sample) => (sample.counts[state] ?? 0) > 0));
    const [only] = present;
    const name = present.length === 1 && only !== undefined ? (words[only] ?? word) : word;
    return [{ word: name, shape: shape satisfies Shape, counts }];
  });
}

function sentence({ history, now, percent: share }: CampaignHead): string {
  const first = history[0];
  if (first === undefined) return '';
  const then = percentOf(first.counts.online ?? 0, totalOf(first.counts));
  return `Online: ${percent(then)} at ${moment(first.at, now)}, ${percent(share)} now`;
}
