/** What the stager's tests share: a practice stager with a clock in the hand of the test, and our adapter before it. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { createLtaStager, type LtaStager, type LtaStagerOptions } from '../../../src/adapters/ltaStager';
import { GridError, type ErrorKind } from '../../../src/core/errors';
import type { RequestReport, Stager } from '../../../src/core/ports';
import { startStager, type PracticeStager, type StagerOptions } from '../../practice/stager';

export const password = 'pa=ss:w@rd/ü€';
export const signal = new AbortController().signal;
export const here = { signal };

/** Seconds of waiting, then a file a second. */
export const pace = { newMs: 1_000, scheduledMs: 1_000, perFileMs: 1_000, goneMs: 100_000 };

export function link(k: number, host = 'srm.grid.sara.nl:8443'): string {
  return `srm://${host}/pnfs/grid.sara.nl/data/lofar/ops/projects/lc0_001/229507/L229507_SB${String(k).padStart(3, '0')}_uv.MS_0123abcd.tar`;
}

export function links(count: number): string[] {
  return Array.from({ length: count }, (_, k) => link(k));
}

export interface Stage {
  readonly practice: PracticeStager;
  readonly lta: LtaStager;
  /** Methods called so far, without `LtaStager.`. */
  readonly called: () => string[];
}

/** A stager and its client, gone when the test ends. */
export async function setStage(t: TestContext, options: StagerOptions = {}, client: Partial<LtaStagerOptions> = {}): Promise<Stage> {
  const practice = await startStager({ users: { operator: password }, pace, clock: () => 0, ...options });
  t.after(() => practice.stop());
  const lta = createLtaStager({
    name: 'LTA',
    url: practice.url,
    credentials: () => Promise.resolve({ user: 'operator', password }),
    ...client,
  });
  return { practice, lta, called: () => practice.log.map(({ method }) => method.replace('LtaStager.', '')) };
}

/** Awaits the rejection, checks its kind and that no secret is in it, and gives it back. */
export async function fails(promise: Promise<unknown>, kind: ErrorKind, message?: RegExp): Promise<GridError> {
  const error: unknown = await promise.then(
    () => assert.fail('it should have been rejected'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof GridError, `not a GridError: ${String(error)}`);
  assert.equal(error.kind, kind, error.sentence);
  if (message) assert.match(error.sentence, message);
  assert.doesNotMatch(error.sentence, /!|please/i);
  assert.match(error.message, /^\S.*\.$/s, 'a sentence ends with a full stop');
  for (const secret of [password, encodeURIComponent(password), Buffer.from(`operator:${password}`).toString('base64')]) {
    assert.ok(!`${error.sentence}${error.stack ?? ''}${JSON.stringify(error.cause)}`.includes(secret), 'a secret is in the error');
  }
  return error;
}

/** Polls one request; its report. */
export async function report(lta: Pick<Stager, 'poll'>, id: string, of: readonly string[], online = 0): Promise<RequestReport> {
  const answer = (await lta.poll([{ id, links: of, online }], here)).get(id);
  if (answer instanceof Error) throw answer;
  assert.ok(answer, `no answer about ${id}`);
  return answer;
}

/** File states in the order of the links, one word each. */
export function states({ files }: RequestReport, of: readonly string[]): string[] {
  return of.map((each) => files?.get(each)?.state ?? 'absent');
}
