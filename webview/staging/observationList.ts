/** Observations as a list, one strip each; Enter opens the map below its row. */
import { count, duration, wholePercent } from '../../src/core/wording';
import { html, linkButton, type Child } from '../element';
import { condense, strip } from '../strip';
import { symbol } from '../symbols';
import { Table } from '../table';
import type { Campaign } from './campaign';
import { codeOf } from './campaign';
import { reservedLetters } from './filter';
import { axisLength, kindsOf, leftIn, onlineIn, troubleIn, type Observation } from './observation';
import type { ObservationMap } from './observationMap';
import { sitesWords } from './words';

export interface ObservationListOptions {
  readonly campaign: Campaign;
  /** ms without news of an observation, by name. */
  stalled(name: string): number | undefined;
  map(observation: Observation): ObservationMap;
  show(observation: Observation, positions: readonly number[]): void;
  changed(): void;
}

export class ObservationList {
  readonly element = html('div', { class: 'listed' });
  readonly table: Table;
  /** Positions that the width of a strip stands for. */
  readonly #axis: number;
  #keys: number[] = [];
  /** What the row of each key says about being stalled. */
  readonly #stalls = new Map<number, string>();

  constructor(private readonly options: ObservationListOptions) {
    const { observations } = options.campaign;
    const banded = observations.filter(({ banded, prefix }) => banded && prefix === observations[0]?.prefix);
    this.#axis = banded.reduce((most, { first, at }) => Math.max(most, first + at.length), axisLength);
    const prefix = banded.length === observations.length ? observations[0]?.prefix : undefined;
    const name = (position: number) => `${prefix ?? ''}${String(position).padStart(3, '0')}`;
    this.table = new Table({
      label: 'Observations',
      description: 'Enter opens the map of an observation. Letters of states filter the files, capitals and digits lead to a name.',
      kind: 'observed',
      columns: [
        { name: 'Name' },
        { name: 'Site' },
        { name: prefix === undefined ? 'Positions' : `${name(0)} to ${name(this.#axis - 1)}` },
        { name: 'Online', class: 'number' },
        { name: 'Left', class: 'number' },
        { name: 'Failed', class: 'number' },
        { name: '' },
      ],
      reserved: reservedLetters,
      name: (key) => this.#observation(key).name,
      cells: (key) => this.#cells(key),
      detail: (key) => this.#detail(this.#observation(key)),
      follows: () => false,
      opened: () => options.changed(),
    });
    this.table.element.addEventListener('scroll', () => options.changed(), { passive: true });
    this.element.append(this.table.element);
  }

  /** Shows these; rows with changed files are drawn anew, all rows when `changed` is left out. */
  show(observations: readonly Observation[], changed?: ReadonlySet<number>): void {
    const all = this.options.campaign.observations;
    this.element.hidden = observations.length === 0;
    const places = new Map(all.map((observation, key) => [observation, key]));
    this.#keys = observations.map((observation) => places.get(observation) ?? -1);
    this.table.setRows(this.#keys, changed && this.#touched(changed));
  }

  /** Observations whose row says something else now. */
  #touched(changed: ReadonlySet<number>): Set<number> {
    return new Set(
      this.#keys.filter((key) => {
        const observation = this.#observation(key);
        const said = this.#stalls.get(key);
        return (said !== undefined && said !== this.#stall(observation)) || observation.files.some((file) => changed.has(file));
      }),
    );
  }

  /** "stalled 6 h 20 min"; empty while it goes on. */
  #stall({ name }: Observation): string {
    const stalled = this.options.stalled(name);
    return stalled === undefined ? '' : `stalled ${duration(stalled)}`;
  }

  /** Names of observations whose map is opened. */
  get open(): string[] {
    return [...this.table.opened].map((key) => this.#observation(key).name);
  }

  set open(names: readonly string[]) {
    this.options.campaign.observations.forEach(({ name }, key) => {
      if (names.includes(name)) this.table.opened.add(key);
    });
    this.table.refresh();
  }

  #observation(key: number): Observation {
    const found = this.options.campaign.observations[key];
    if (found === undefined) throw new Error(`There is no observation ${key}.`);
    return found;
  }

  #cells(key: number): Child[] {
    const observation = this.#observation(key);
    const { files, counts, name, sites } = observation;
    const failed = troubleIn(observation);
    const left = leftIn(observation);
    const stall = this.#stall(observation);
    this.#stalls.set(key, stall);
    const share = Math.floor((onlineIn(observation) * 100) / files.length);
    const onlyLost = counts[codeOf.lost] === failed;
    const positions = kindsOf(observation, this.options.campaign.codes);
    const axis = observation.banded ? this.#axis : Math.min(this.#axis, positions.length);
    return [
      html('b', { title: name }, name),
      html('span', { title: sites.join(', ') }, sitesWords(sites)),
      strip(condense(positions, this.#axis), axis),
      wholePercent(share),
      left > 0 ? count(left) : '',
      failed > 0 ? html('span', {}, symbol(onlyLost ? 'lost' : 'cross'), count(failed)) : '',
      stall === '' ? '' : html('span', { class: 'warning', title: stall }, symbol('warning'), html('span', {}, stall)),
    ];
  }

  #detail(observation: Observation): HTMLElement {
    if (observation.mapped) return this.options.map(observation).element;
    const all = Array.from(observation.at, (_, position) => position);
    return html(
      'p',
      { class: 'quiet' },
      `${count(observation.files.length)} files are too many for a map. `,
      linkButton('Show them below', `files ${observation.name}`, () => this.options.show(observation, all)),
    );
  }
}
