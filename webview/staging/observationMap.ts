/** One observation: its line in words, and below it its map. */
import { fileShape } from '../../src/shared/shape';
import { html } from '../element';
import { CellMap } from '../map';
import { symbol } from '../symbols';
import type { Campaign } from './campaign';
import { positionName, type Observation } from './observation';
import { countsOf, fileSentence, sitesWords, stalledWords, tally } from './words';

export interface ObservationMapOptions {
  readonly campaign: Campaign;
  readonly observation: Observation;
  readonly columns: number;
  /** The host's clock, ms since 1970. */
  now(): number;
  /** ms without news, undefined while it goes on. */
  stalled(): number | undefined;
  show(observation: Observation, positions: readonly number[]): void;
}

export class ObservationMap {
  readonly element = html('div', { class: 'observation' });
  readonly #line = html('div', { class: 'line' });
  readonly #reading = html('span', { class: 'quiet reading' });
  readonly #map: CellMap;

  constructor(private readonly options: ObservationMapOptions) {
    const { campaign, observation, columns } = options;
    this.#map = new CellMap({
      label: `${observation.name}, ${observation.banded ? 'map of subbands' : 'map of files by name'}`,
      positions: observation.at.length,
      columns,
      cell: (position) => {
        const file = observation.at[position] ?? -1;
        if (file < 0) return undefined;
        const state = campaign.state(file);
        return {
          shape: fileShape(state),
          words: fileSentence(this.#name(position), state, campaign.since(file), options.now(), campaign.message(file)),
        };
      },
      heading: (position) => (observation.banded ? positionName(observation, position) : String(position + 1)),
      read: (words) => (this.#reading.textContent = words ?? ''),
      show: (positions) => options.show(observation, positions),
    });
    this.element.append(this.#line, this.#map.element);
    this.#write();
  }

  /** Draws what has changed: some files, and the counts of the line. */
  update(changed: ReadonlySet<number>): void {
    const positions: number[] = [];
    this.options.observation.at.forEach((file, position) => {
      if (changed.has(file)) positions.push(position);
    });
    this.#map.update(positions);
    this.#write();
  }

  #name(position: number): string {
    const { observation, campaign } = this.options;
    return observation.banded ? positionName(observation, position) : campaign.name(observation.at[position] ?? -1);
  }

  #write(): void {
    const { observation } = this.options;
    const stalled = this.options.stalled();
    this.#line.replaceChildren(
      html('h3', {}, observation.name),
      html('span', {}, sitesWords(observation.sites)),
      html('span', { class: 'quiet' }, tally(countsOf(observation.counts))),
      ...(stalled === undefined ? [] : [html('span', { class: 'warning' }, symbol('warning'), stalledWords(stalled))]),
      this.#reading,
    );
  }
}
