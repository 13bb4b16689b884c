/** A plan in words: what a person reads before anything is sent. */
import type { ListFacts } from '../links/list';
import { bandRange, missingBands } from '../links/series';
import { count, duration, listing, plural } from '../wording';
import type { LeftOut, Part, Plan } from './plan';

/** The question and what is beneath it. */
export interface Preview {
  readonly question: string;
  readonly detail: string;
}

/** So many lines of either kind are spelled out; the rest is counted. */
const atMost = 8;

/** How fast a plan may go. */
export interface Pacing {
  readonly filesInFlight: number;
  readonly secondsBetweenSubmits: number;
}

export function previewOf(plan: Plan, notify: boolean, { filesInFlight, secondsBetweenSubmits }: Pacing): Preview {
  const requests = plural(plan.parts.length, 'request');
  const stagers = [...new Set(plan.parts.map(({ stager }) => stager))];
  const lines = [
    `${plan.parts.length === 1 ? 'One request' : requests} to ${listing(stagers)}${notify ? ', which sends e-mail at start and end' : ''}:`,
  ];
  lines.push(
    ...shorten(
      plan.parts.map((part) => partLine(part, stagers.length > 1)),
      'more requests',
    ),
  );
  if (plan.leftOut.length > 0) {
    lines.push('', `${plural(plan.leftOut.length, 'line')} left out:`, ...shorten(plan.leftOut.map(leftOutLine), 'more lines'));
  } else {
    lines.push('', 'Every line is sent.');
  }
  if (plan.parts.length > 1 && (plan.links > filesInFlight || secondsBetweenSubmits > 0)) {
    const room = plan.links > filesInFlight ? `when there is room (at most ${count(filesInFlight)} files in flight)` : '';
    const pause = secondsBetweenSubmits > 0 ? `${duration(secondsBetweenSubmits * 1000)} apart` : '';
    lines.push('', `The first request goes now, the others ${[room, pause].filter((text) => text !== '').join(', ')}.`);
  }
  return { question: `Stage ${plural(plan.links, 'file')}?`, detail: lines.join('\n') };
}

/** Why a plan without any part has nothing to send. */
export function emptyPlanReason(plan: Plan): string {
  if (plan.leftOut.length === 0) return 'There is no link in the list.';
  return `None of the ${plural(plan.leftOut.length, 'line')} can be staged: ${plan.leftOut.slice(0, 3).map(leftOutLine).join('; ')}.`;
}

function partLine(part: Part, named: boolean): string {
  return `${part.siteName}${named ? ` by ${part.stager}` : ''}: ${plural(part.links.length, 'file')}, ${observationsOf(part.facts)}`;
}

/** "L229507 SB100–150 (none missing)", or the count where there are many. */
export function observationsOf(facts: ListFacts): string {
  const named = facts.observations.filter((each) => each.id !== undefined);
  if (named.length === 0) return 'no observation in the names';
  if (named.length > 3) return plural(named.length, 'observation');
  return listing(named.map((each) => `${each.id ?? ''}${bandsOf(each.series)}`));
}

function bandsOf(series: ListFacts['observations'][number]['series']): string {
  const [only] = series;
  if (series.length !== 1 || only === undefined) return '';
  // Of a single subband nothing can be missing.
  return only.bands.count === 1 ? ` ${bandRange(only.bands)}` : ` ${bandRange(only.bands)} (${missingBands(only.bands)})`;
}

function leftOutLine(row: LeftOut): string {
  return `${row.source} line ${row.line}: ${row.reason}`;
}

function shorten(lines: readonly string[], rest: string): string[] {
  if (lines.length <= atMost + 1) return lines.map((line) => `– ${line}`);
  return [...lines.slice(0, atMost).map((line) => `– ${line}`), `– and ${lines.length - atMost} ${rest}`];
}
