/**
 * One kill point: windows that stage, a stager with manners, a kill, and afterwards a fresh window whose desk is held
 * against the stager's log.
 */
import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answers, Failure, RequestView } from './deskOrder';
import type { Judge } from './judge';
import type { End, Plot } from './plot';
import { readTraces } from './trace';
import { Windows, type WindowProcess } from './windows';

const callMs = 500;
/** Beyond deadline and grace: from now on silence counts. */
const laterMs = 10 * 60_000;

/** What a point came to. */
export interface Finding {
  /** What breaks the promise, in words; empty when it was kept. */
  readonly faults: readonly string[];
  /** How far the first window had come when it was killed. */
  readonly landed: string;
  /** Windows that were killed before they had answered. */
  readonly kills: number;
  /** What became of each part. */
  readonly outcomes: readonly string[];
}

export async function runPoint(plot: Plot, judge: Judge): Promise<Finding> {
  judge.reset();
  judge.befall(...plot.manners);
  const windows = await Windows.open();
  try {
    const lives = await Promise.all(plot.actors.map(async ({ host, end }) => ({ end, window: await open(windows, judge, host, 0, end) })));
    const answers = await Promise.all(
      lives.map(({ window, end }, index) => {
        const parts = plot.actors[index]?.parts ?? [];
        return outlive(window, end, judge, windows.folder, () => window.tell({ do: 'stage', parts }));
      }),
    );
    for (const { window } of lives) windows.release(window);
    const landed = answers[0] === undefined ? await landing(windows.folder, judge) : 'not killed: it was done before';
    let kills = answers.filter((answer) => answer === undefined).length;
    judge.heal();
    if (plot.foreign !== undefined) judge.foreign(plot.foreign);
    judge.advance(plot.advanceMs);
    if (plot.second !== undefined) {
      const window = await open(windows, judge, 'login3', laterMs, plot.second);
      if ((await outlive(window, plot.second, judge, windows.folder, () => window.tell({ do: 'refresh' }))) === undefined) kills++;
      windows.release(window);
    }
    return { landed, kills, ...(await look(windows, plot, judge, answers)) };
  } finally {
    await windows.clear();
  }
}

function open(windows: Windows, judge: Judge, host: string, offsetMs: number, end: End | undefined): Promise<WindowProcess> {
  return windows.start({ ...judge.door, host, callMs, offsetMs, ...(end !== undefined && 'death' in end ? { death: end.death } : {}) });
}

type Answer = Answers | Failure | undefined;

/** Gives an order to a window that is killed as it is written; its answer when it came to that. */
async function outlive(window: WindowProcess, end: End | undefined, judge: Judge, folder: string, act: () => void): Promise<Answer> {
  const stop = new AbortController();
  const killing = kill(window, end, judge, folder, stop.signal).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  act();
  const answer = await window.hear();
  stop.abort();
  await killing;
  return answer;
}

async function kill(window: WindowProcess, end: End | undefined, judge: Judge, folder: string, signal: AbortSignal): Promise<void> {
  if (end === undefined || 'death' in end) return;
  if ('received' in end) return judge.onSubmit(end.received, () => void window.kill(), signal);
  while (end.from === 'plan' && !(await readdir(folder)).some((name) => name.endsWith('.jsonl'))) await sleep(1, undefined, { signal });
  await sleep(end.afterMs, undefined, { signal });
  await window.kill();
}

async function landing(folder: string, judge: Judge): Promise<string> {
  const own = (await readTraces(folder)).filter(({ host }) => host === 'login1');
  const last = own.at(-1);
  if (last === undefined) return 'before the plan';
  if (last.step !== 'submitting') return last.step;
  if (!last.claimed) return 'between "submitting" and the claim';
  return judge.submits().includes(last.links.join('\n')) ? 'received, its answer not on record' : 'claimed, not received';
}

/** The desk of a fresh window against the log. */
async function look(windows: Windows, plot: Plot, judge: Judge, answers: readonly Answer[]): Promise<Pick<Finding, 'faults' | 'outcomes'>> {
  const faults: string[] = [];
  const window = await open(windows, judge, 'login4', 2 * laterMs, undefined);
  const planned = new Map(plot.actors.flatMap(({ parts }) => parts).map((links) => [links[0] ?? '', links.join('\n')]));
  const times = (first: string) => judge.submits().filter((links) => links === planned.get(first)).length;

  const before = byFirst((await window.order({ do: 'look' })).requests);
  let after = before;
  for (let round = 0; round < 3; round++) after = byFirst((await window.order({ do: 'refresh' })).requests);
  const settledAlone = after;
  for (const [first, requests] of after) {
    for (const { key, uncertain } of requests) {
      if (!uncertain) continue;
      if (times(first) === 0) await window.order({ do: 'settle', key, verdict: 'notMade' });
      else if (judge.kind === 'stageit') faults.push(`uncertain, and the stager lists its links: ${first}`);
    }
  }
  after = byFirst((await window.order({ do: 'refresh' })).requests);
  windows.release(window);

  const ids = new Set([...after.values()].flat().map(({ id }) => id));
  for (const [id, links] of judge.made()) {
    const [first = ''] = links.split('\n');
    if (planned.has(first) && !ids.has(id) && !after.get(first)?.some(({ uncertain }) => uncertain))
      faults.push(`id ${id} is lost: ${first}`);
  }
  const traces = await readTraces(windows.folder);
  const outcomes: string[] = [];
  for (const [first, links] of planned) {
    const received = times(first);
    const shown = after.get(first) ?? [];
    if (received > 1) faults.push(`received ${received} times: ${first}`);
    for (const { id, state } of shown) {
      if (id !== '' && judge.made().get(id) !== links) faults.push(`shown with id ${id}, which is another one's: ${first}`);
      if (state === 'draft' || state === 'submitting') faults.push(`still ${state}: ${first}`);
    }
    if (received === 0 && shown.some(({ id }) => id === '')) faults.push(`never received: ${first}`);
    const steps = traces.filter((trace) => trace.links[0] === first).map(({ step }) => step);
    if (shown.length === 0 && steps.length > 0 && !steps.includes('dropped')) faults.push(`planned, and gone from the desk: ${first}`);
    if (shown.length === 0 && received > 0) faults.push(`received, and gone from the desk: ${first}`);
    if (shown.length > 1) faults.push(`shown ${shown.length} times: ${first}`);
    outcomes.push(outcomeOf(before.get(first), settledAlone.get(first), shown, steps.length > 0));
  }
  for (const [index, answer] of answers.entries()) faults.push(...promised(answer, plot.actors[index]?.host ?? '', before));
  return { faults, outcomes };
}

function byFirst(requests: readonly RequestView[]): Map<string, RequestView[]> {
  const map = new Map<string, RequestView[]>();
  for (const request of requests) map.set(request.first, [...(map.get(request.first) ?? []), request]);
  return map;
}

/**
 * What a window that lived has told its person and did not keep: an id that the next window has not on record by itself;
 * or a part of which it has told neither an id, nor a state, nor why not.
 */
function promised(answer: Answer, host: string, onRecord: ReadonlyMap<string, readonly RequestView[]>): readonly string[] {
  if (answer === undefined || 'failed' in answer) return [];
  const parts = answer.parts ?? [];
  const faults = parts.flatMap(({ request }) => {
    if (request === undefined || request.id === '') return [];
    return onRecord.get(request.first)?.some(({ id }) => id === request.id)
      ? []
      : [`${host} was told id ${request.id}, and it is not on record`];
  });
  const silent = parts.filter(({ request, error }) => request === undefined && error === undefined).length;
  if (silent > 0 && !parts.some(({ error }) => error !== undefined)) faults.push(`${host} was told nothing of ${silent} parts`);
  return faults;
}

function outcomeOf(
  before: readonly RequestView[] | undefined,
  alone: readonly RequestView[] | undefined,
  shown: readonly RequestView[],
  planned: boolean,
): string {
  if (shown.length === 0) return planned ? 'dropped after a refusal' : 'never planned';
  if (shown.some(({ uncertain }) => uncertain)) return 'received, shown as uncertain';
  if (before?.some(({ id }) => id !== '')) return 'on record with its id';
  if (alone?.some(({ uncertain }) => uncertain)) return "not received: sent again on a person's word";
  return before?.some(({ uncertain }) => uncertain) ? 'uncertain, settled by the stager or surely not sent' : 'draft, sent later';
}
