import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { GridError } from '../../../src/core/errors';
import type { FileReport, Ledger, PollAnswer, PollQuery, RequestReport, Stager } from '../../../src/core/ports';
import { Desk } from '../../../src/core/staging/desk';
import type { Part } from '../../../src/core/staging/plan';
import type { StagingRequest } from '../../../src/core/staging/request';

const signal = new AbortController().signal;
const part = (...links: string[]): Part => ({
  stager: 'LTA',
  site: 'sara',
  siteName: 'SARA',
  source: 'srm.txt',
  links,
  facts: { total: links.length, sites: [], observations: [] },
});

/** A ledger in memory, shared by desks as a folder is by windows. */
class Memory implements Ledger {
  readonly kept = new Map<string, StagingRequest>();
  broken = false;
  saves = 0;
  load() {
    return Promise.resolve({ requests: [...this.kept.values()], problems: [] });
  }
  save(request: StagingRequest) {
    if (this.broken) return Promise.reject(new GridError('toolFailed', 'The disk is full.'));
    this.saves++;
    this.kept.set(request.id, request);
    return Promise.resolve();
  }
  remove(request: StagingRequest) {
    this.kept.delete(request.id);
    return Promise.resolve();
  }
}

class Fake implements Stager {
  readonly capabilities = { perFileErrors: false, mixedSites: false, reschedule: true, listMine: true, listsLinks: false, maxFiles: 999 };
  submitted: (readonly string[])[] = [];
  aborted: string[] = [];
  report: RequestReport | Error = { state: 'running', word: 'in progress' };
  failure: Error | undefined;
  /** Awaited by `poll`, so that a test can act while a poll is under way. */
  gate: Promise<void> = Promise.resolve();
  polls: (readonly PollQuery[])[] = [];
  probe() {
    return Promise.resolve();
  }
  submit(links: readonly string[]) {
    if (this.failure) return Promise.reject(this.failure);
    this.submitted.push(links);
    return Promise.resolve(String(100 + this.submitted.length));
  }
  async poll(queries: readonly PollQuery[]): Promise<PollAnswer> {
    this.polls.push(queries);
    await this.gate;
    if (this.failure) throw this.failure;
    return new Map(queries.map((query) => [query.id, this.report]));
  }
  abort(id: string) {
    this.aborted.push(id);
    return Promise.resolve();
  }
  reschedule() {
    return Promise.resolve();
  }
  requestToken() {
    return Promise.resolve('token');
  }
  list() {
    return Promise.resolve([]);
  }
}

let memory: Memory;
let stager: Fake;
let now: number;
let desk: Desk;
const open = () => new Desk({ open: () => Promise.resolve(stager), ledger: memory, clock: () => now });
const files = (states: Record<string, FileReport['state']>) => new Map(Object.entries(states).map(([link, state]) => [link, { state }]));
const only = (of = desk) => {
  const [request] = of.requests;
  assert.ok(request);
  return request;
};

beforeEach(() => {
  memory = new Memory();
  stager = new Fake();
  now = 1_000_000;
  desk = open();
});

describe('submitting', () => {
  test('a request is on record the moment its id is known, and there again in the next window', async () => {
    await desk.submit([part('a', 'b')], { signal, notify: false });
    assert.equal(memory.kept.get('101')?.files.length, 2);
    const next = open();
    await next.load({ signal });
    assert.deepEqual(next.requests, desk.requests);
  });

  test('a part that fails does not hold up the next', async () => {
    stager.failure = new GridError('rejected', 'No.');
    const first = await desk.submit([part('a')], { signal, notify: false });
    stager.failure = undefined;
    const second = await desk.submit([part('b')], { signal, notify: false });
    assert.ok('error' in (first[0] ?? {}));
    assert.ok('request' in (second[0] ?? {}));
  });

  test('a cancel keeps what was made and leaves out the rest', async () => {
    const cancel = new AbortController();
    const done = await desk.submit([part('a'), part('b'), part('c')], {
      signal: cancel.signal,
      notify: false,
      progress: (index) => index === 1 && cancel.abort(),
    });
    assert.equal(done.length, 2, 'the one under way is waited for');
    assert.deepEqual(stager.submitted, [['a'], ['b']]);
  });

  test('a disk that refuses is told, and the request is kept while the window lives', async () => {
    memory.broken = true;
    const [submission] = await desk.submit([part('a')], { signal, notify: false });
    assert.ok(submission && 'request' in submission);
    assert.match(submission.warning?.sentence ?? '', /^Request 101 was made, but it could not be written down: The disk is full\./);
    await desk.refresh({ signal });
    assert.equal(only().id, '101');
  });
});

describe('news', () => {
  beforeEach(() => desk.submit([part('a', 'b')], { signal, notify: false }));

  test('files move, the state follows them, and only changes are written', async () => {
    stager.report = { state: 'running', word: 'in progress', files: files({ a: 'online', b: 'staging' }) };
    await desk.refresh({ signal });
    assert.equal(only().state, 'running');
    const saves = memory.saves;
    await desk.refresh({ signal });
    assert.equal(memory.saves, saves);
    stager.report = { state: 'partial', word: 'partial success', files: files({ a: 'online', b: 'failed' }) };
    await desk.refresh({ signal });
    assert.equal(only().state, 'partial');
    assert.deepEqual(
      memory.kept.get('101')?.files.map((file) => file.state),
      ['online', 'failed'],
    );
  });

  test('a finished request is not asked for again', async () => {
    stager.report = { state: 'done', word: 'success', files: files({ a: 'online', b: 'online' }) };
    await desk.refresh({ signal });
    await desk.refresh({ signal });
    assert.equal(stager.polls.length, 1);
    assert.equal(only().state, 'done');
  });

  test('calls that come together are one poll', async () => {
    await Promise.all([desk.refresh({ signal }), desk.refresh({ signal }), desk.refresh({ signal })]);
    assert.equal(stager.polls.length, 1);
  });

  test('a stager that fails is a trouble with its beginning, not an exception; the figures stay', async () => {
    stager.failure = new GridError('unreachable', 'No answer.');
    await desk.refresh({ signal });
    const since = now;
    now += 60_000;
    await desk.refresh({ signal });
    assert.deepEqual({ ...desk.troubles.get('LTA'), error: undefined }, { error: undefined, since, failures: 2 });
    assert.equal(only().files.length, 2);
    stager.failure = undefined;
    await desk.refresh({ signal });
    assert.equal(desk.troubles.size, 0);
  });

  test('an answer that was under way does not undo an abort', async () => {
    let release: () => void = () => undefined;
    stager.gate = new Promise((resolve) => (release = resolve));
    const refreshing = desk.refresh({ signal });
    while (stager.polls.length === 0) await Promise.resolve();
    await desk.abort('LTA', '101', { signal });
    release();
    await refreshing;
    assert.equal(only().state, 'aborted');
    assert.deepEqual(stager.aborted, ['101']);
  });

  test('a forgotten request stays forgotten, here and in the next window', async () => {
    await desk.forget('LTA', '101', { signal });
    await desk.refresh({ signal });
    assert.deepEqual(desk.requests, []);
    const next = open();
    await next.load({ signal });
    assert.deepEqual(next.requests, []);
  });

  test('a request made in another window appears with the next poll; one forgotten there goes', async () => {
    const other = open();
    await other.load({ signal });
    await other.submit([part('c')], { signal, notify: false });
    await desk.refresh({ signal });
    assert.equal(desk.requests.length, 2);
    await other.forget('LTA', '101', { signal });
    await desk.refresh({ signal });
    assert.deepEqual(
      desk.requests.map((request) => request.id),
      ['102'],
    );
  });

  test('a rescheduled request is live again, its online files kept', async () => {
    stager.report = { state: 'partial', word: 'partial success', files: files({ a: 'online', b: 'failed' }) };
    await desk.refresh({ signal });
    await desk.reschedule('LTA', '101', { signal });
    assert.equal(only().state, 'scheduled');
    assert.deepEqual(
      only().files.map((file) => file.state),
      ['online', 'queued'],
    );
    const polls = stager.polls.length;
    await desk.refresh({ signal });
    assert.equal(stager.polls.length, polls + 1);
  });

  test('an id that the desk does not know is refused by name', async () => {
    await assert.rejects(
      desk.abort('LTA', '7', { signal }),
      (error: GridError) => error.kind === 'notFound' && error.message.includes('request 7'),
    );
  });
});
