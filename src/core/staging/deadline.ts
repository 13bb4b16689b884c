/** What ends first: a pin, a macaroon or token, a proxy or its attributes. Everything that warns of an end asks here. */
import { duration } from '../wording';

export type DeadlineKind = 'pin' | 'macaroon' | 'token' | 'proxy' | 'attributes';

export interface Deadline {
  readonly kind: DeadlineKind;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What it is of: a request's name, a stager's, a path. */
  readonly of: string;
}

/** How near an end is: `over`, or within 2, 12 or 48 hours; `far` before that. */
export type Nearness = 'over' | 'soon' | 'today' | 'near' | 'far';

const hour = 3_600_000;
const steps: readonly (readonly [number, Nearness])[] = [
  [0, 'over'],
  [2 * hour, 'soon'],
  [12 * hour, 'today'],
  [48 * hour, 'near'],
];

export function nearness(at: number, now: number): Nearness {
  return steps.find(([ms]) => at - now <= ms)?.[1] ?? 'far';
}

/** The one that ends first, also when it is over already; undefined for none. Of two at a time the first given. */
export function firstDeadline(deadlines: Iterable<Deadline>): Deadline | undefined {
  let first: Deadline | undefined;
  for (const each of deadlines) if (Number.isFinite(each.at) && (first === undefined || each.at < first.at)) first = each;
  return first;
}

/** When a timer has to look again: at the next step of any deadline, ms since 1970; undefined when nothing will change. */
export function nextStep(deadlines: Iterable<Deadline>, now: number): number | undefined {
  let next: number | undefined;
  for (const { at } of deadlines) {
    for (const [ms] of steps) if (at - ms > now && (next === undefined || at - ms < next)) next = at - ms;
  }
  return next;
}

const nouns: Record<DeadlineKind, string> = {
  pin: 'The pin',
  macaroon: 'The macaroon',
  token: 'The token',
  proxy: 'The grid proxy',
  attributes: 'The VO attributes of the grid proxy',
};

/** "The pin of Request 17 ends in 11 h 20 min." */
export function deadlineSentence({ kind, at, of }: Deadline, now: number): string {
  const noun = `${nouns[kind]}${kind === 'proxy' || kind === 'attributes' || of === '' ? '' : ` of ${of}`}`;
  const verb = kind === 'attributes' ? ['end', 'ended'] : ['ends', 'ended'];
  return at > now ? `${noun} ${verb[0] ?? ''} in ${duration(at - now)}.` : `${noun} ${verb[1] ?? ''} ${duration(now - at)} ago.`;
}
