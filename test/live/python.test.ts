/**
 * Both of our halves against Python's own XML-RPC, in which the real clients and the real service are written: its
 * client drives the practice stager, and its server answers our adapter.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';
import { createLtaStager } from '../../src/adapters/ltaStager';
import { GridError } from '../../src/core/errors';
import { startStager } from '../practice/stager';

const user = 'op@lofar';
const password = 'pa=ss:w@rd/ü€';
const here = { signal: new AbortController().signal };

interface Python {
  /** Sends a JSON line. */
  readonly tell: (message: unknown) => void;
  /** The next JSON line it prints. */
  readonly hear: () => Promise<unknown>;
}

/** A Python program of this folder, alone with our lines on its standard input; it is gone when the test ends. */
function startPython(t: TestContext, file: string, first: unknown): Python {
  // -I: no user site, no PYTHON* variables. A proxy of the machine has no business on loopback.
  const child = spawn('python3', ['-I', '-X', 'utf8', join(__dirname, file)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, no_proxy: '*' },
  });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  t.after(async () => {
    child.stdin.end();
    const stuck = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(stuck);
  });
  const tell = (message: unknown) => {
    child.stdin.write(`${JSON.stringify(message)}\n`);
  };
  const hear = async () => {
    const line = await lines.next();
    assert.ok(line.done !== true, `${file} has ended`);
    return JSON.parse(line.value) as unknown;
  };
  tell(first);
  return { tell, hear };
}

test("Python's client drives the practice stager through all eight methods", async (t) => {
  const practice = await startStager({
    users: { [user]: password },
    support: [user],
    pace: { newMs: 10, scheduledMs: 10, perFileMs: 10, goneMs: 10 },
    clock: () => 0,
  });
  t.after(() => practice.stop());
  const python = startPython(t, 'ltaClient.py', { url: practice.url, user, password });
  const call = async (method: string, ...params: unknown[]) => {
    python.tell([method, params]);
    return (await python.hear()) as { readonly value?: unknown; readonly error?: string; readonly code?: number };
  };
  const links = ['srm://srm.grid.sara.nl:8443/pnfs/a', 'srm://srm.grid.sara.nl:8443/pnfs/ü&<b>'];

  assert.deepEqual(await call('getprogress'), { value: null });
  const { value: id } = await call('add_getid', links, false);
  assert.ok(typeof id === 'number');
  assert.deepEqual(await call('getstatus', id), { value: 'new' });
  practice.advance(30);
  assert.deepEqual(await call('getstagedurls', id), { value: [links[0]] });
  assert.match(String((await call('gettoken', id)).value), /^sara:-/);
  const { value: progress } = await call('getprogress');
  const entry = (progress as Record<string, Record<string, string>>)[id];
  assert.deepEqual([entry?.Status, entry?.['File count'], entry?.['Files done']], ['in progress', '2', '1']);
  assert.deepEqual(await call('abort', id), { value: null });
  assert.deepEqual(await call('reschedule', id), { value: null });
  practice.advance(40);
  assert.deepEqual(await call('getstatus', id), { value: '' });
  assert.deepEqual(await call('getstagedurls', id), { value: links });
  assert.deepEqual(Object.keys((await call('getsrmstorageinfo')).value ?? {}), ['sara', 'juelich', 'poznan']);
  assert.deepEqual(await call('reschedule', 4711), { error: 'no request with id 4711', code: 1 });
  practice.fault({ kind: 'page', times: 1 }, { kind: 'unauthorised', times: 1 });
  assert.equal((await call('getprogress')).code, 502);
  assert.equal((await call('getprogress')).code, 401);
  assert.deepEqual(practice.log[1]?.params, [links, false]);
  assert.deepEqual([...new Set(practice.log.map((each) => each.user))], [user]);
});

for (const none of [true, false]) {
  test(`our adapter talks to Python's server, which ${none ? 'can' : 'cannot'} send None`, async (t) => {
    const python = startPython(t, 'ltaServer.py', { user, password, none });
    const url = `http://127.0.0.1:${String(await python.hear())}/service-public/xmlrpc`;
    const open = (secret: string) =>
      createLtaStager({ name: 'LTA', url, credentials: () => Promise.resolve({ user, password: secret }), deadlineMs: 30_000 });
    const lta = open(password);
    const links = ['srm://srm.grid.sara.nl:8443/pnfs/a', 'srm://srm.grid.sara.nl:8443/pnfs/ü&<b>]]>', 'srm://srm.grid.sara.nl:8443/pnfs/c'];

    await lta.probe(here);
    assert.deepEqual(await lta.list(here), []);
    await assert.rejects(open('wrong').probe(here), (error) => error instanceof GridError && error.kind === 'auth');
    const id = await lta.submit(links, { ...here, notify: true });
    const other = await lta.submit([links[0] ?? ''], { ...here, notify: false });
    assert.deepEqual([id, other], ['70001', '70002']);
    const report = (await lta.poll([{ id, links, online: 0 }], here)).get(id);
    assert.ok(report && !(report instanceof Error));
    assert.deepEqual([report.state, report.total, report.online], ['running', 3, 2]);
    assert.deepEqual(
      [...(report.files ?? [])].map(([link, file]) => [link, file.state]),
      links.map((link, k) => [link, k === 1 ? 'staging' : 'online']),
    );
    assert.equal(await lta.requestToken(id, here), 'sara:-70001');
    assert.deepEqual(await lta.storage(here), { sara: { Free: 1.5 } });
    await lta.reschedule(id, here);
    await lta.abort(id, here);
    await assert.rejects(
      lta.reschedule(id, here),
      (error) => error instanceof GridError && error.kind === 'rejected' && error.message === 'LTA refused: no request 70001.',
    );
    assert.equal(((await lta.poll([{ id, links, online: 0 }], here)).get(id) as { state: string }).state, 'unknown');
    python.tell('calls');
    assert.deepEqual(await python.hear(), [
      ['add_getid', links, true],
      ['add_getid', [links[0]], false],
      ['reschedule', 70001],
      ['abort', 70001],
      ['reschedule', 70001],
    ]);
  });
}
