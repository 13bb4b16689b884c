/** Which of two tellings of the same thing stands. The same for every reader, in whatever order the two have come. */
import type { AdoptedEvent, FiredEvent, NewsEvent, PartEvent } from './event';
import type { Turn } from './part';

/** A part as it is in any of its campaigns. */
export function anywhere(event: PartEvent): PartEvent {
  return { ...event, campaign: '' };
}

/** Of two tellings of the same thing the earlier one, so that all readers choose the same. */
export function earlier(a: { readonly at: number }, b: { readonly at: number }): boolean {
  return a.at < b.at || (a.at === b.at && JSON.stringify(a) < JSON.stringify(b));
}

/** Of two tellings of an adopted request the one of its latest life, then the one that knows its links. */
export function tellsMore(a: AdoptedEvent, b: AdoptedEvent): boolean {
  if (a.life !== b.life) return a.life > b.life;
  return a.links.length === b.links.length ? earlier(a, b) : a.links.length > b.links.length;
}

/** A lasting refusal stands above one that is over by itself. */
export function weightier(a: NonNullable<Turn['refusal']>, b: NonNullable<Turn['refusal']>): boolean {
  return a.lasting === b.lasting ? earlier(a, b) : a.lasting;
}

/** A follow-up that went well the second time went well. */
export function prevails(a: FiredEvent, b: FiredEvent): boolean {
  return (a.error === undefined) === (b.error === undefined) ? earlier(a, b) : a.error === undefined;
}

/** Whether news stand above others of the same request. Two windows may have counted alike: then what has come further. */
export function outranks(a: NewsEvent, b: NewsEvent): boolean {
  if (a.n !== b.n) return a.n > b.n;
  const [further, less] = [ended(a.states), ended(b.states)];
  if (further !== less) return further > less;
  // The very same news, told once more with what several have told.
  if ((a.since === undefined) !== (b.since === undefined)) return a.since !== undefined;
  return a.at !== b.at ? a.at > b.at : JSON.stringify(a) > JSON.stringify(b);
}

function ended(states: string): number {
  return states.length - (states.match(/[nqst]/g)?.length ?? 0);
}
