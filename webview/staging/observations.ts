/** Observations: few open ones as maps, many as a list of strips, complete ones folded into a sentence. */
import { count } from '../../src/core/wording';
import type { CampaignHead } from '../../src/shared/staging';
import { html, linkButton, renew } from '../element';
import { field } from '../control';
import type { Campaign } from './campaign';
import { bySeverity, isComplete, type Observation } from './observation';
import { ObservationList } from './observationList';
import { ObservationMap } from './observationMap';

/** Up to this many open observations have their map in sight. */
export const mapsAtMost = 12;

export interface ObservationsOptions {
  readonly campaign: Campaign;
  readonly columns: number;
  show(observation: Observation, positions: readonly number[]): void;
  changed(): void;
}

export class Observations {
  readonly element = html('section', { class: 'observations', 'aria-labelledby': 'observations' });
  readonly list: ObservationList;
  readonly field = field('Filter by name or site', 'observations', () => this.#filtered());
  complete = false;
  readonly #title = html('div', { class: 'over' });
  readonly #words = html('span', { class: 'quiet' });
  readonly #fold = html('span');
  readonly #maps = html('div', { class: 'maps' });
  readonly #drawn = new Map<Observation, ObservationMap>();
  #head: CampaignHead;

  constructor(
    private readonly options: ObservationsOptions,
    head: CampaignHead,
  ) {
    this.#head = head;
    this.list = new ObservationList({
      ...options,
      stalled: (name) => this.#head.stalled[name],
      map: (observation) => this.#map(observation),
    });
    this.#title.append(
      html('h2', { id: 'observations' }, 'Observations'),
      this.#words,
      html('span', { class: 'aside' }, this.field.element, this.#fold),
    );
    this.element.append(this.#title, this.#maps, this.list.element);
  }

  /** Whether there are too many open ones for maps: then this section takes the whole width. */
  get many(): boolean {
    return this.#open().length > mapsAtMost;
  }

  /** @param changed files that have changed; left out, everything is drawn anew. */
  show(head: CampaignHead, changed?: ReadonlySet<number>): void {
    this.#head = head;
    const { campaign } = this.options;
    const open = this.#open();
    const complete = campaign.observations.length - open.length;
    const { many } = this;
    this.#words.textContent = this.#sentence(open.length, complete, many);
    renew(this.#fold, complete > 0 && this.#folding());
    this.field.element.hidden = !many && !(this.complete && complete > mapsAtMost);
    const mapped = many ? [] : open.filter((observation) => observation.mapped);
    this.#showMaps(mapped, changed);
    const text = this.field.element.hidden ? '' : this.field.value.trim().toLowerCase();
    const listed = campaign.observations
      .filter((observation) => (isComplete(observation) ? this.complete : !mapped.includes(observation)))
      .filter(({ name, sites }) => text === '' || [name, ...sites].some((word) => word.toLowerCase().includes(text)))
      .sort(bySeverity(head.stalled));
    this.list.show(listed, changed);
  }

  #open(): Observation[] {
    return this.options.campaign.observations.filter((observation) => !isComplete(observation));
  }

  #sentence(open: number, complete: number, many: boolean): string {
    if (open === 0) return complete === 1 ? '1, complete' : `all ${count(complete)} complete`;
    const words = `${count(open)} open${many ? ', most trouble first' : ''}`;
    return complete === 0 ? words : `${words}${many ? ';' : ','} ${count(complete)} complete`;
  }

  #folding(): HTMLElement {
    return linkButton(
      this.complete ? 'Hide complete' : 'Show complete',
      'complete',
      () => {
        this.complete = !this.complete;
        this.show(this.#head, new Set());
        this.options.changed();
      },
      { 'aria-expanded': String(this.complete) },
    );
  }

  #showMaps(mapped: readonly Observation[], changed: ReadonlySet<number> | undefined): void {
    for (const [observation, map] of this.#drawn) {
      if (mapped.includes(observation) || map.element.parentElement !== this.#maps) continue;
      map.element.remove();
    }
    mapped.forEach((observation, k) => {
      let map = this.#drawn.get(observation);
      if (map?.element.parentElement !== this.#maps) map = this.#map(observation);
      if (this.#maps.children[k] !== map.element) this.#maps.insertBefore(map.element, this.#maps.children[k] ?? null);
    });
    for (const [observation, map] of this.#drawn) {
      // Maps of rows that have left the page are made anew when the rows come back.
      if (!map.element.isConnected && this.element.isConnected) this.#drawn.delete(observation);
      else if (changed !== undefined) map.update(changed);
    }
  }

  #map(observation: Observation): ObservationMap {
    const map = new ObservationMap({
      ...this.options,
      observation,
      now: () => this.#head.now,
      stalled: () => this.#head.stalled[observation.name],
    });
    this.#drawn.set(observation, map);
    return map;
  }

  #filtered(): void {
    this.show(this.#head, new Set());
    this.options.changed();
  }
}
