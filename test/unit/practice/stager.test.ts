/** The practice stager itself, asked by the `xmlrpc` package's own client: it must behave as the reference says. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import xmlrpc from 'xmlrpc';
import { startStager, type PracticeStager, type StagerOptions } from '../../practice/stager';
import { mishapKinds } from '../../practice/stagerMishap';

const pace = { newMs: 10, scheduledMs: 10, perFileMs: 10, goneMs: 100 };

async function start(t: TestContext, options: StagerOptions = {}): Promise<PracticeStager> {
  const stager = await startStager({ pace, clock: () => 1_000, ...options });
  t.after(() => stager.stop());
  return stager;
}

/** The value, or the error that the client makes of it. */
function ask(stager: PracticeStager, method: string, params: unknown[] = [], user = 'operator', password = 'practice'): Promise<unknown> {
  const { port, pathname: path } = new URL(stager.url);
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const client = xmlrpc.createClient({ host: '127.0.0.1', port: Number(port), path, headers: { authorization, Connection: 'close' } });
  return new Promise((resolve) => {
    client.methodCall(`LtaStager.${method}`, params, (error, value) => {
      resolve(error ?? value);
    });
  });
}

async function control(stager: PracticeStager, order: string, body?: unknown): Promise<{ status: number; answer: unknown }> {
  const response = await fetch(`${stager.control}/${order}`, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
  const text = await response.text();
  return { status: response.status, answer: response.ok ? JSON.parse(text) : text };
}

test('a request lives as the reference tells', async (t) => {
  const stager = await start(t);
  stager.outcome('b', 'failed');
  const id = await ask(stager, 'add_getid', [['srm://h/a', 'srm://h/b']]);
  assert.equal(typeof id, 'number');
  assert.equal(await ask(stager, 'gettoken', [id]), '');
  const words: unknown[] = [await ask(stager, 'getstatus', [id])];
  for (let k = 0; k < 4; k++) {
    stager.advance(10);
    words.push(await ask(stager, 'getstatus', [id]));
  }
  assert.deepEqual(words, ['new', 'scheduled', 'in progress', 'in progress', 'partial success']);
  assert.deepEqual(await ask(stager, 'getstagedurls', [id]), ['srm://h/a']);
  assert.match(String(await ask(stager, 'gettoken', [id])), /^sara:-\d+$/);
  assert.deepEqual(await ask(stager, 'getprogress'), {
    [String(id)]: {
      Status: 'partial success',
      'User id': 'operator',
      Location: 'sara',
      'Flagged abort': 'false',
      'File count': '2',
      'Files done': '1',
      'Percent done': '50',
    },
  });
  stager.advance(100);
  assert.equal(await ask(stager, 'getprogress'), null);
  assert.equal(await ask(stager, 'getstatus', [id]), '');
  assert.deepEqual(await ask(stager, 'getstagedurls', [id]), ['srm://h/a']);
  stager.quirk({ vanish: false });
  assert.equal(await ask(stager, 'getstatus', [id]), 'partial success');
});

test('each account has its own requests', async (t) => {
  const stager = await start(t, { users: { ann: 'a', bob: 'b' }, support: ['bob'] });
  const id = await ask(stager, 'add_getid', [['srm://lofar-srm.fz-juelich.de/x']], 'ann', 'a');
  assert.equal(await ask(stager, 'getstatus', [id], 'bob', 'b'), '');
  assert.equal(await ask(stager, 'getprogress', [], 'bob', 'b'), null);
  assert.match(String(await ask(stager, 'abort', [id], 'bob', 'b')), /no request with id/);
  assert.match(String(await ask(stager, 'getsrmstorageinfo', [], 'ann', 'a')), /support role/);
  assert.deepEqual(Object.keys((await ask(stager, 'getsrmstorageinfo', [], 'bob', 'b')) as object), ['sara', 'juelich', 'poznan']);
  assert.equal(
    ((await ask(stager, 'getprogress', [], 'ann', 'a')) as Record<string, { Location: string }>)[String(id)]?.Location,
    'juelich',
  );
});

test('a wrong password never gets in, and its try is in the log without it', async (t) => {
  const stager = await start(t);
  for (const [user, password] of [
    ['operator', 'wrong'],
    ['operator', ''],
    ['', ''],
    ['nobody', 'practice'],
  ] as const) {
    const error = (await ask(stager, 'getprogress', [], user, password)) as { res?: { statusCode?: number } };
    assert.equal(error.res?.statusCode, 401);
  }
  assert.deepEqual(
    stager.log.map(({ at, method, user, outcome, carriedOut }) => [at, method, user, outcome, carriedOut]),
    ['operator', 'operator', '', 'nobody'].map((user) => [1_000, 'LtaStager.getprogress', user, 'refused', false]),
  );
  assert.ok(!JSON.stringify(stager.log).includes('wrong'));
});

test('hold, abort and reschedule keep what is online; abort of the finished releases it', async (t) => {
  const stager = await start(t);
  const id = Number(await ask(stager, 'add_getid', [['srm://h/a', 'srm://h/b']]));
  stager.advance(30);
  stager.hold(id);
  stager.advance(1_000);
  assert.equal(await ask(stager, 'getstatus', [id]), 'on hold');
  await ask(stager, 'reschedule', [id]);
  assert.equal(await ask(stager, 'getstatus', [id]), 'new');
  assert.deepEqual(await ask(stager, 'getstagedurls', [id]), ['srm://h/a']);
  await ask(stager, 'abort', [id]);
  const entry = ((await ask(stager, 'getprogress')) as Record<string, Record<string, string>>)[String(id)];
  assert.deepEqual([entry?.Status, entry?.['Flagged abort']], ['aborted', 'true']);
  await ask(stager, 'reschedule', [id]);
  stager.advance(30);
  assert.equal(await ask(stager, 'getstatus', [id]), 'success');
  assert.match(String(await ask(stager, 'reschedule', [id])), /cannot be rescheduled/);
  await ask(stager, 'abort', [id]);
  assert.deepEqual(await ask(stager, 'getstagedurls', [id]), []);
  assert.equal(await ask(stager, 'getprogress'), null);
});

test('a failed file comes online when it is rescheduled after its cause has gone', async (t) => {
  const stager = await start(t);
  stager.outcome(/b$/, 'failed');
  const id = await ask(stager, 'add_getid', [['srm://h/a', 'srm://h/b', 'srm://h/c']]);
  stager.advance(50);
  assert.equal(await ask(stager, 'getstatus', [id]), 'partial success');
  stager.outcome('b', 'online');
  await ask(stager, 'reschedule', [id]);
  stager.advance(30);
  assert.deepEqual(await ask(stager, 'getstagedurls', [id]), ['srm://h/a', 'srm://h/b', 'srm://h/c']);
});

test('bad calls are faults or 404', async (t) => {
  const stager = await start(t);
  for (const params of [[], [[]], ['srm://h/a'], [[7]], [['srm://h/a'], 'yes']])
    assert.match(String(await ask(stager, 'add_getid', params)), /fault/);
  assert.equal(stager.requests.length, 0);
  assert.match(String(await ask(stager, 'get_storage_info')), /Not Found/);
  assert.equal((await fetch(stager.url)).status, 404);
  assert.equal((await fetch(stager.url, { method: 'POST', body: 'nonsense' })).status, 401);
});

test('mishaps befall the method they are for, as often as said', async (t) => {
  const stager = await start(t);
  stager.fault({ kind: 'fault', method: 'getstatus', times: 2, message: 'later' }, { kind: 'nil', times: 1 });
  assert.equal(await ask(stager, 'getprogress'), null); // the nil
  assert.match(String(await ask(stager, 'getstatus', [1])), /later/);
  assert.match(String(await ask(stager, 'getstatus', [1])), /later/);
  assert.equal(await ask(stager, 'getstatus', [1]), '');
  assert.deepEqual(
    stager.log.map(({ outcome, carriedOut }) => [outcome, carriedOut]),
    [
      ['nil', true],
      ['fault', false],
      ['fault', false],
      ['answered', true],
    ],
  );
});

test('the control door tells and takes orders', async (t) => {
  const stager = await start(t);
  const id = await ask(stager, 'add_getid', [['srm://h/a'], false]);
  assert.deepEqual((await control(stager, 'requests')).answer, [
    { id, user: 'operator', links: ['srm://h/a'], notify: false, status: 'new', online: [], failed: [], gone: false },
  ]);
  const log = (await control(stager, 'log')).answer as { method: string; params: unknown; user: string }[];
  assert.deepEqual(
    log.map(({ method, params, user }) => ({ method, params, user })),
    [{ method: 'LtaStager.add_getid', params: [['srm://h/a'], false], user: 'operator' }],
  );
  await control(stager, 'advance', { ms: 25 });
  assert.equal(await ask(stager, 'getstatus', [id]), 'in progress');
  await control(stager, 'hold', { id });
  assert.equal(await ask(stager, 'getstatus', [id]), 'on hold');
  await control(stager, 'fault', [{ kind: 'page', times: 1 }]);
  assert.equal(((await ask(stager, 'getprogress')) as { res?: { statusCode: number } }).res?.statusCode, 502);
  await control(stager, 'fault', { kind: 'unauthorised' });
  await control(stager, 'heal', {});
  await control(stager, 'quirk', { word: 'odd' });
  assert.equal(await ask(stager, 'getstatus', [id]), 'odd');
  await control(stager, 'outcome', { pattern: 'a', outcome: 'failed' });
  await control(stager, 'reset', {});
  assert.deepEqual((await control(stager, 'log')).answer, []);
  assert.deepEqual((await control(stager, 'requests')).answer, []);
  assert.equal(stager.world.outcomeOf('a'), 'online');
  for (const [order, body] of [
    ['fault', { kind: 'flood' }],
    ['outcome', { pattern: 1 }],
    ['hold', { id: 1 }],
    ['advance', {}],
    ['dance', {}],
    ['secrets', undefined],
  ] as const) {
    assert.equal((await control(stager, order, body)).status, 400, order);
  }
});

test('it stops with calls hanging, and its port can be given', async () => {
  const first = await startStager();
  first.fault({ kind: 'slow', ms: 3_600_000, times: 1 }, { kind: 'hang' });
  const waiting = [ask(first, 'getprogress'), ask(first, 'getprogress')];
  while (first.log.length < 2) await new Promise((resolve) => setImmediate(resolve));
  await first.stop();
  for (const error of await Promise.all(waiting)) assert.match(String(error), /hang up|ECONNRESET/);
  const port = Number(new URL(first.url).port);
  const second = await startStager({ port });
  assert.equal(new URL(second.url).port, String(port));
  await assert.rejects(startStager({ port }), /EADDRINUSE/);
  await second.stop();
  assert.equal(new Set(mishapKinds).size, mishapKinds.length);
});
