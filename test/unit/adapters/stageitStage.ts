/** What StageIT's tests share: a practice StageIT with a clock in the hand of the test, and our adapter before it. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { createStageIt, type StageIt, type StageItOptions } from '../../../src/adapters/stageit';
import type { ErrorKind, GridError } from '../../../src/core/errors';
import { startStageIt, type PracticeStageIt, type StageItEntry, type StageItOptions as PracticeOptions } from '../../practice/stageit';
import { fails, pace } from './stage';

export const token = '0123456789abcdef0123456789abcdef01234567';

export interface StageItStage {
  readonly practice: PracticeStageIt;
  readonly stageit: StageIt;
  /** Calls so far, by the practice log's names. */
  readonly called: () => string[];
}

/** A StageIT and its client, gone when the test ends. */
export async function setStageIt(
  t: TestContext,
  options: PracticeOptions = {},
  client: Partial<StageItOptions> = {},
): Promise<StageItStage> {
  const practice = await startStageIt({ tokens: { [token]: 'operator' }, pace, clock: () => 1_700_000_000_000, ...options });
  t.after(() => practice.stop());
  const stageit = stageitAt(practice.url, client);
  return { practice, stageit, called: () => practice.log.map(({ call }) => call) };
}

export function stageitAt(url: string, client: Partial<StageItOptions> = {}): StageIt {
  return createStageIt({ name: 'StageIT', url, token: () => Promise.resolve(token), ...client });
}

/** As `fails`; neither the token nor a macaroon may be in the error. */
export async function refuses(promise: Promise<unknown>, kind: ErrorKind, message?: RegExp): Promise<GridError> {
  const error = await fails(promise, kind, message);
  const all = `${error.sentence}${error.stack ?? ''}${JSON.stringify(error.cause)}`;
  for (const secret of [token, Buffer.from(token).toString('base64'), 'MDAx']) assert.ok(!all.includes(secret), 'a secret is in the error');
  return error;
}

/** A link at Jülich or Poznań, where paths look otherwise. */
export function elsewhere(k: number, site: 'juelich' | 'poznan'): string {
  const file = `L769079_SB${String(k).padStart(3, '0')}_uv.MS_daf24388.tar`;
  return site === 'juelich'
    ? `srm://lofar-srm.fz-juelich.de:8443/pnfs/fz-juelich.de/data/lofar/ops/projects/lc0_001/769079/${file}`
    : `srm://lta-head.lofar.psnc.pl:8443/lofar/ops/projects/lc0_001/769079/${file}`;
}

/** The request as it went over the wire, without what varies from one server to the next. */
export function wire({ method, path, headers, body }: StageItEntry | undefined = {} as StageItEntry): unknown {
  const { authorization, accept } = headers;
  return { method, path, authorization, accept, 'content-type': headers['content-type'], body };
}
