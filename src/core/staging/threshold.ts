/** What a campaign has come to that somebody wants to hear of, or wants something done about: each once. */
import { count, duration, listing, percent, plural } from '../wording';
import { isStalled, isUnfinished, type Campaign } from './campaign';
import type { CampaignRecord, Threshold } from './memory';
import { isFinal } from './state';

/** A threshold that was passed and has not been acted upon. */
export interface Passing {
  readonly threshold: Threshold;
  /** What passed it: "99 %", "L229507", "the end". */
  readonly what: string;
}

/** Thresholds that are passed now and were not before; `observationOf` reads the name of a link. */
export function passings(
  campaign: Campaign,
  { thresholds }: Pick<CampaignRecord, 'thresholds'>,
  observationOf: (link: string) => string | undefined,
  now: number,
): readonly Passing[] {
  return thresholds.flatMap((threshold) => {
    const done = new Set(threshold.fired.map(({ what }) => what));
    return passed(campaign, threshold, observationOf, now)
      .filter((what) => !done.has(what))
      .map((what) => ({ threshold, what }));
  });
}

function passed(
  campaign: Campaign,
  { when }: Threshold,
  observationOf: (link: string) => string | undefined,
  now: number,
): readonly string[] {
  const { progress } = campaign;
  if (when === 'end') return isUnfinished(campaign, now) ? [] : ['the end'];
  if (when === 'observation') return completeObservations(campaign, observationOf);
  return progress.total > 0 && progress.percent >= when.percent ? [percent(when.percent)] : [];
}

function completeObservations(campaign: Campaign, observationOf: (link: string) => string | undefined): readonly string[] {
  const complete = new Map<string, boolean>();
  for (const { file } of campaign.files) {
    const observation = observationOf(file.link);
    if (observation !== undefined) complete.set(observation, (complete.get(observation) ?? true) && file.state === 'online');
  }
  return [...complete].filter(([, whole]) => whole).map(([observation]) => observation);
}

/** Something a person should hear of. */
export interface Notice {
  /** Told once for each of these. */
  readonly what: string;
  readonly sentence: string;
  readonly tone: 'plain' | 'warning';
}

/** What to tell of a campaign that has not been told: its end, a stall, a request whose fate only a person can know. */
export function noticesOf(campaign: Campaign, told: ReadonlySet<string>, now: number, stallMs: number): readonly Notice[] {
  return [...endOf(campaign, now), ...stallsOf(campaign, now, stallMs), ...doubtsOf(campaign)].filter(({ what }) => !told.has(what));
}

function endOf(campaign: Campaign, now: number): readonly Notice[] {
  const { progress, requests, name } = campaign;
  if (isUnfinished(campaign, now) || progress.total === 0 || requests.every((request) => request.state === 'aborted')) return [];
  // A retry starts a new story, and its end is told too.
  const what = `end of ${requests.length}`;
  const { online, total, counts } = progress;
  const lost = counts.lost ?? 0;
  const failed = progress.failed - lost;
  const troubles = [...(failed > 0 ? [`${count(failed)} failed`] : []), ...(lost > 0 ? [`${count(lost)} lost`] : [])];
  if (troubles.length === 0 && online === total)
    return [{ what, tone: 'plain', sentence: `${name}: all ${plural(total, 'file')} are online.` }];
  const rest = troubles.length === 0 ? '' : `, ${listing(troubles)}`;
  return [{ what, tone: 'warning', sentence: `${name} has ended: ${count(online)} of ${plural(total, 'file')} online${rest}.` }];
}

function stallsOf(campaign: Campaign, now: number, stallMs: number): readonly Notice[] {
  const stalled = campaign.requests.filter((request) => !isFinal(request.state) && isStalled(request, now, stallMs));
  return stalled.map((request) => ({
    what: `stall of ${request.id} since ${request.changedAt}`,
    tone: 'warning',
    sentence: `${campaign.name}: nothing new about request ${request.id} of ${request.stager} for ${duration(now - request.changedAt)}.`,
  }));
}

function doubtsOf(campaign: Campaign): readonly Notice[] {
  return campaign.requests
    .filter((request) => request.uncertain)
    .map((request) => ({
      what: `doubt of ${request.key}`,
      tone: 'warning',
      sentence: `${campaign.name}: nobody knows whether ${request.stager} has taken a request of ${plural(request.files.length, 'file')}. It is looked for, and not sent again by itself.`,
    }));
}

/** Whether a moment of the day lies in quiet hours as "22:00-07:00"; minutes since midnight. */
export function isQuiet(hours: string, minute: number): boolean {
  const match = /^\s*(\d{1,2}):(\d\d)\s*[-–]\s*(\d{1,2}):(\d\d)\s*$/.exec(hours);
  if (match === null) return false;
  const [from, to] = [Number(match[1]) * 60 + Number(match[2]), Number(match[3]) * 60 + Number(match[4])];
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}
