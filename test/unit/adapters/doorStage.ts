/** What the tests of storage systems share: a practice door with a clock in the hand of the test, and our clients before it. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createDcacheBulk } from '../../../src/adapters/dcacheBulk';
import { createTape, type Tape, type TapeOptions } from '../../../src/adapters/tape';
import type { ErrorKind, GridError } from '../../../src/core/errors';
import type { LocalityAnswer, RequestReport, Stager } from '../../../src/core/ports';
import { startTapeDoor, type DoorOptions, type PracticeTapeDoor } from '../../practice/tapeDoor';
import { fails, here } from './stage';

export const token = 'a-token-of-the-operator-0123456789';
export const start = 1_700_000_000_000;

export interface DoorStage {
  readonly door: PracticeTapeDoor;
  readonly tape: Tape;
  readonly bulk: Tape;
  /** Calls so far, by the door's names. */
  readonly called: () => string[];
}

/** A door with made-up files on tape, a second of waiting and a second a file; gone when the test ends. */
export async function setDoor(
  t: TestContext,
  count = 0,
  options: Partial<DoorOptions> = {},
  client: Partial<TapeOptions> = {},
): Promise<DoorStage> {
  const folder = await mkdtemp(join(tmpdir(), 'grid-door-'));
  const door = await startTapeDoor({
    folder,
    tokens: { [token]: 'operator' },
    pace: { queueMs: 1000, perFileMs: 1000 },
    clock: () => start,
    ...options,
  });
  t.after(async () => {
    await door.stop();
    await rm(folder, { recursive: true, force: true });
  });
  door.store.seed(links(count).map(pathOf));
  const at = { name: 'Door', url: door.url, secret: () => Promise.resolve({ token }), clock: () => door.now, ...client };
  return { door, tape: createTape(at), bulk: createDcacheBulk(at), called: () => door.log.map(({ call }) => call) };
}

export function pathOf(link: string): string {
  return link.replace(/^srm:\/\/[^/]*/, '');
}

export function link(k: number): string {
  return `srm://srm.example.org:8443/pnfs/example.org/data/229507/L229507_SB${String(k).padStart(3, '0')}_uv.MS_0123abcd.tar`;
}

export function links(count: number): string[] {
  return Array.from({ length: count }, (_, k) => link(k));
}

/** What each link's answer was, in the order of the links; `absent` where there was none. */
export async function localities(source: Pick<Stager, 'locality'>, of: readonly string[], signal = here.signal): Promise<string[]> {
  const heard = new Map<string, LocalityAnswer>();
  assert.ok(source.locality);
  await source.locality(of, {
    signal,
    heard: (each, answer) => {
      assert.ok(!heard.has(each), `${each} is told twice`);
      heard.set(each, answer);
    },
  });
  return of.map((each) => {
    const answer = heard.get(each);
    return answer === undefined ? 'absent' : 'locality' in answer ? answer.locality : answer.problem;
  });
}

export async function news(stager: Stager, id: string, of: readonly string[]): Promise<RequestReport> {
  const report = (await stager.poll([{ id, links: of, online: 0 }], here)).get(id);
  if (report instanceof Error) throw report;
  assert.ok(report);
  return report;
}

/** File states in the order of the links, after the state of the request. */
export async function standing(stager: Stager, id: string, of: readonly string[]): Promise<string> {
  const { state, files } = await news(stager, id, of);
  return `${state}: ${of.map((each) => files?.get(each)?.state ?? 'absent').join(' ')}`;
}

/** As `fails`; no token may be in the error. */
export async function refuses(promise: Promise<unknown>, kind: ErrorKind, message?: RegExp): Promise<GridError> {
  const error = await fails(promise, kind, message);
  const all = `${error.sentence}${error.stack ?? ''}${JSON.stringify(error.cause)}`;
  for (const secret of [token, 'MDAx']) assert.ok(!all.includes(secret), 'a secret is in the error');
  return error;
}
