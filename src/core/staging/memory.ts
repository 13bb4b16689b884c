/**
 * What the journal adds up to. Events of all windows come in any order and may come twice; the sum is the same. Nothing
 * here decides by comparing clocks: times are for people to read, and so are `since` and `past`, which several news
 * tell together.
 */
import type { AdoptedEvent, CampaignEvent, FiredEvent, ForgottenEvent, NewsEvent, PartEvent, StagingEvent, ThresholdEvent } from './event';
import type { PartRecord, Turn } from './part';
import { anywhere, earlier, outranks, prevails, tellsMore, weightier } from './precedence';
import { countLetters, isFinal, type FileCounts } from './state';

/** A number of counts for a request or campaign over time. */
export type Past = readonly (readonly [at: number, counts: FileCounts])[];

/** The latest news of a request, with what only several news tell. */
export interface Standing {
  readonly news: NewsEvent;
  /** ms since 1970 for each file; 0 when not known. */
  readonly since: readonly number[];
  /** The counts of the last day, oldest first. */
  readonly past: Past;
}

export interface Threshold extends ThresholdEvent {
  readonly fired: readonly FiredEvent[];
}

/** A campaign by name; its requests know which campaign they belong to. */
export interface CampaignRecord {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly thresholds: readonly Threshold[];
  readonly told: ReadonlySet<string>;
}

const dayMs = 24 * 60 * 60_000;

/** A tombstone outlives the journals that may still tell of the dead, and the claims that were made for it. */
const forgottenAfterMs = 120 * dayMs;

type Draft<T> = { -readonly [K in keyof T]: T[K] };

interface Entry {
  readonly turns: (Turn | undefined)[];
  readonly made: Map<string, number>;
  readonly campaigns: Set<string>;
  event?: PartEvent;
  dropped: number | undefined;
  /** Made of the above when asked for. */
  part?: PartRecord | undefined;
}

export class Memory {
  readonly #campaigns = new Map<string, CampaignEvent>();
  readonly #parts = new Map<string, Entry>();
  readonly #adopted = new Map<string, AdoptedEvent>();
  readonly #standings = new Map<string, Standing>();
  readonly #forgotten = new Map<string, ForgottenEvent>();
  readonly #thresholds = new Map<string, ThresholdEvent>();
  readonly #unset = new Set<string>();
  readonly #fired = new Map<string, FiredEvent>();
  readonly #told = new Map<string, Set<string>>();

  /** Takes an event in. */
  apply(event: StagingEvent): void {
    switch (event.e) {
      case 'campaign': {
        const known = this.#campaigns.get(event.campaign);
        if (known === undefined || earlier(event, known)) this.#campaigns.set(event.campaign, event);
        return;
      }
      case 'part': {
        const entry = this.#entry(event.part);
        entry.campaigns.add(event.campaign);
        // Told for each of its campaigns: which of them tells it must not decide.
        if (entry.event === undefined || earlier(anywhere(event), anywhere(entry.event))) entry.event = event;
        return;
      }
      case 'submitting':
        return this.#turn(event.part, event.turn, (turn) => {
          turn.submittedAt = Math.max(turn.submittedAt, event.at);
          turn.until = Math.max(turn.until, event.until);
        });
      case 'refused': {
        const { at, lasting, kind, message } = event;
        return this.#turn(event.part, event.turn, (turn) => {
          const refusal = { at, lasting, kind, message };
          if (turn.refusal === undefined || weightier(refusal, turn.refusal)) turn.refusal = refusal;
        });
      }
      case 'uncertain':
        return this.#turn(event.part, event.turn, (turn) => {
          const doubt = { at: event.at, message: event.message };
          if (turn.doubt === undefined || earlier(doubt, turn.doubt)) turn.doubt = doubt;
        });
      case 'again':
        return this.#turn(event.part, event.turn, (turn) => {
          turn.again = true;
        });
      case 'made':
        this.#made(event.part, event.id, event.at);
        return;
      case 'dropped':
        this.#drop(this.#entry(event.part), event.turn);
        return;
      case 'adopted': {
        const key = keyOf(event);
        const known = this.#adopted.get(key);
        if (known === undefined || tellsMore(event, known)) this.#adopted.set(key, event);
        return;
      }
      case 'news':
        return this.#hear(event);
      case 'forgotten':
        this.#forget(event);
        return;
      case 'threshold':
        this.#thresholds.set(thresholdKey(event), event);
        return;
      case 'unset':
        this.#unset.add(thresholdKey(event));
        return;
      case 'fired': {
        const key = `${thresholdKey(event)}\n${event.what}`;
        const known = this.#fired.get(key);
        if (known === undefined || prevails(event, known)) this.#fired.set(key, event);
        return;
      }
      case 'told':
        this.#toldOf(event.campaign).add(event.what);
        return;
      case 'closed':
        return;
    }
  }

  #entry(key: string): Entry {
    let entry = this.#parts.get(key);
    if (entry === undefined) this.#parts.set(key, (entry = { turns: [], made: new Map(), campaigns: new Set(), dropped: undefined }));
    entry.part = undefined;
    return entry;
  }

  #forget(event: ForgottenEvent): void {
    const known = this.#forgotten.get(event.key);
    if (known === undefined || event.life > known.life || (event.life === known.life && earlier(event, known)))
      this.#forgotten.set(event.key, event);
  }

  #drop(entry: Entry, turn: number): void {
    entry.dropped = Math.max(entry.dropped ?? 0, turn);
  }

  #made(key: string, id: string, at: number): void {
    const { made } = this.#entry(key);
    made.set(id, Math.min(at, made.get(id) ?? at));
  }

  #turn(key: string, index: number, change: (turn: Draft<Turn>) => void): void {
    const { turns } = this.#entry(key);
    const turn = { submittedAt: 0, until: 0, ...turns[index] };
    change(turn);
    turns[index] = turn;
  }

  #hear(event: NewsEvent): void {
    const key = keyOf(event);
    const known = this.#standings.get(key);
    if (known !== undefined && !outranks(event, known.news)) return;
    const since = event.since ?? sinceOf(event, known);
    const past = event.past ?? [...(known?.past ?? []), [event.at, countLetters(event.states)] as const];
    this.#standings.set(key, { news: event, since, past: past.filter(([at]) => Math.abs(event.at - at) <= dayMs) });
  }

  #toldOf(campaign: string): Set<string> {
    let told = this.#told.get(campaign);
    if (told === undefined) this.#told.set(campaign, (told = new Set()));
    return told;
  }

  /** All parts that are not forgotten and whose links are known, oldest first. */
  get parts(): readonly PartRecord[] {
    const parts: PartRecord[] = [];
    for (const [key, entry] of this.#parts) {
      if (entry.event === undefined || this.isForgotten(key)) continue;
      parts.push((entry.part ??= toPart(key, entry.event, entry)));
    }
    return parts.sort((a, b) => a.createdAt - b.createdAt || a.order - b.order || (a.key < b.key ? -1 : 1));
  }

  part(key: string): PartRecord | undefined {
    const entry = this.#parts.get(key);
    if (entry?.event === undefined || this.isForgotten(key)) return undefined;
    return (entry.part ??= toPart(key, entry.event, entry));
  }

  /** Requests made elsewhere. */
  get adopted(): readonly AdoptedEvent[] {
    return [...this.#adopted].filter(([key]) => !this.isForgotten(key)).map(([, event]) => event);
  }

  /** The latest news of a request; undefined before there is any. */
  standing(key: string): Standing | undefined {
    return this.#standings.get(key);
  }

  isForgotten(key: string): boolean {
    return (this.#forgotten.get(key)?.life ?? -1) >= (this.#adopted.get(key)?.life ?? 0);
  }

  /** The life that a request would have if it were adopted now. */
  nextLife(key: string): number {
    return (this.#forgotten.get(key)?.life ?? -1) + 1;
  }

  /** The life that ends when it is forgotten now. */
  lifeOf(key: string): number {
    return this.#adopted.get(key)?.life ?? 0;
  }

  /** Whether a part of this key was ever planned, forgotten or not. */
  knowsPart(key: string): boolean {
    return this.#parts.has(key) || this.#forgotten.has(key);
  }

  campaign(id: string): CampaignRecord | undefined {
    const event = this.#campaigns.get(id);
    if (event === undefined) return undefined;
    const thresholds = [...this.#thresholds]
      .filter(([key, each]) => each.campaign === id && !this.#unset.has(key))
      .map(([key, each]) => ({
        ...each,
        fired: [...this.#fired].filter(([name]) => name.startsWith(`${key}\n`)).map(([, fired]) => fired),
      }));
    return { id, name: event.name, createdAt: event.at, thresholds, told: this.#told.get(id) ?? new Set() };
  }

  /** The same sum in as few events as it takes; what was forgotten long ago is left out for good. */
  digest(now: number): StagingEvent[] {
    const events: StagingEvent[] = [];
    const used = new Set<string>();
    for (const [key, entry] of this.#parts) {
      if (this.isForgotten(key)) continue;
      for (const campaign of entry.campaigns) used.add(campaign);
      events.push(...eventsOf(key, entry));
    }
    for (const event of this.adopted) {
      used.add(event.campaign);
      events.push(event);
    }
    for (const [key, { news, since, past }] of this.#standings) {
      if (this.isForgotten(key)) continue;
      events.push({ ...news, ...(isFinal(news.state) ? {} : { since, past }) });
    }
    for (const event of this.#forgotten.values()) if (Math.abs(now - event.at) < forgottenAfterMs) events.push(event);
    for (const id of used) events.push(...this.#digestCampaign(id));
    return events;
  }

  #digestCampaign(id: string): StagingEvent[] {
    const event = this.#campaigns.get(id);
    const record = this.campaign(id);
    if (event === undefined || record === undefined) return [];
    const told = [...record.told].map((what) => ({ e: 'told' as const, campaign: id, what, at: event.at }));
    const unset = [...this.#unset].flatMap((key) => {
      const [campaign, threshold] = key.split('\n');
      return campaign === id && threshold !== undefined ? [{ e: 'unset' as const, at: event.at, campaign, threshold }] : [];
    });
    return [event, ...record.thresholds.flatMap(({ fired, ...threshold }) => [threshold, ...fired]), ...unset, ...told];
  }
}

function keyOf({ stager, id }: { readonly stager: string; readonly id: string }): string {
  return `${stager}\n${id}`;
}

function thresholdKey({ campaign, threshold }: { readonly campaign: string; readonly threshold: string }): string {
  return `${campaign}\n${threshold}`;
}

function sinceOf(event: NewsEvent, known: Standing | undefined): readonly number[] {
  return Array.from(event.states, (letter, index) => (known?.news.states[index] === letter ? (known.since[index] ?? event.at) : event.at));
}

function toPart(key: string, event: PartEvent, entry: Entry): PartRecord {
  const { stager, site, source, links, notify, round, order, at, notBefore = 0 } = event;
  return {
    key,
    stager,
    site,
    source,
    links,
    notify,
    round,
    order,
    createdAt: at,
    notBefore,
    campaigns: [...entry.campaigns].sort(),
    turns: [...entry.turns],
    made: [...entry.made].map(([id, at]) => ({ id, at })).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)),
    dropped: entry.dropped,
  };
}

/** The events that make this part; of one whose links have not been read yet, what is known already. */
function eventsOf(key: string, { event, campaigns, turns, made, dropped }: Entry): StagingEvent[] {
  const events: StagingEvent[] = event === undefined ? [] : [...campaigns].map((campaign) => ({ ...event, campaign }));
  for (const [index, turn] of turns.entries()) {
    if (turn === undefined) continue;
    const { submittedAt, until, refusal, doubt, again } = turn;
    if (submittedAt > 0) events.push({ e: 'submitting', part: key, turn: index, at: submittedAt, until });
    if (refusal !== undefined) events.push({ e: 'refused', part: key, turn: index, ...refusal });
    if (doubt !== undefined) events.push({ e: 'uncertain', part: key, turn: index, ...doubt });
    if (again) events.push({ e: 'again', part: key, turn: index, at: submittedAt });
  }
  for (const [id, at] of made) events.push({ e: 'made', part: key, id, at });
  if (dropped !== undefined) events.push({ e: 'dropped', part: key, turn: dropped, at: event?.at ?? 0 });
  return events;
}
