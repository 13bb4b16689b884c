/** Refusals of storage systems: each in a sentence that says what to do, without secrets, whatever its form on the wire. */
import assert from 'node:assert/strict';
import { copyFile, chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openStorage, storageAddress } from '../../../src/adapters/storageCall';
import { createTape } from '../../../src/adapters/tape';
import { here } from './stage';
import { link, links, localities, refuses, setDoor, start, token } from './doorStage';

test('bare phrases, headers, both forms of problems, web pages', async (t) => {
  const { door, tape } = await setDoor(t, 1);
  await tape.probe(here);
  const stage = () => tape.submit([link(0)], { ...here, notify: false });
  const cases = [
    [{ kind: 'phrase', status: 401 }, 'auth', /refused the token/],
    [{ kind: 'phrase', status: 403 }, 'forbidden', /obeys the token it was made with/],
    [{ kind: 'phrase', status: 429, retryAfter: '90' }, 'unreachable', /too many unfinished requests/],
    [{ kind: 'header', message: 'Text cannot be parsed to a Duration' }, 'rejected', /refused: Text cannot be parsed/],
    [{ kind: 'header', message: '' }, 'timeout', /does not say why/],
    [{ kind: 'fault', status: 400, message: 'Request to [>bulk@local] timed out.' }, 'timeout', /timed out/],
    [
      { kind: 'fault', status: 500, message: `Internal error: token ${token} in /pnfs` },
      'unreachable',
      /failed: Internal error: token \[redacted\] in/,
    ],
    [{ kind: 'login' }, 'malformed', /gave an id|no id|web page/],
    [{ kind: 'page', status: 503, retryAfter: '60' }, 'unreachable', /error page \(503\).*The request may exist/],
    [{ kind: 'redirect', location: 'https://idp.example.org/login' }, 'auth', /sends to a sign-in page at idp\.example\.org/],
    [{ kind: 'drop' }, 'unreachable', /closed the connection/],
  ] as const;
  for (const [mishap, kind, message] of cases) {
    door.fault({ ...mishap, method: 'stage', times: 1 });
    const error = await refuses(stage(), mishap.kind === 'login' ? 'unreachable' : kind, message);
    if ('retryAfter' in mishap) assert.equal(error.retryAfterMs, Number(mishap.retryAfter) * 1000);
  }
  for (const errors of ['rfc7807', 'old', 'empty'] as const) {
    door.quirk({ errors });
    await refuses(tape.abort('5c0ffee0', here), 'notFound', /does not know this request/);
  }
});

test('a 400 of a read may be the bulk service being slow: it is asked again once; of a submit never', async (t) => {
  const { door, tape, called } = await setDoor(t, 1);
  await tape.probe(here);
  const slow = { kind: 'fault', status: 400, message: 'timed out', times: 1 } as const;
  door.fault({ ...slow, method: 'archiveinfo' });
  assert.deepEqual(await localities(tape, links(1)), ['NEARLINE']);
  door.fault({ ...slow, method: 'stage' });
  const before = called().length;
  const error = await refuses(tape.submit(links(1), { ...here, notify: false }), 'timeout');
  assert.deepEqual([error.uncertain, called().slice(before)], [true, ['stage']]);
});

test('a macaroon says why it does not work: run out, without STAGE, for another folder', async (t) => {
  const { door } = await setDoor(t, 1);
  const withMacaroon = (...caveats: string[]) => {
    const macaroon = door.signs.macaroon('operator', caveats);
    return createTape({
      name: 'Door',
      url: door.url,
      secret: () => Promise.resolve({ token: ` Bearer ${macaroon}\n` }),
      clock: () => door.now,
    });
  };
  const until = (ms: number) => `before:${new Date(start + ms).toISOString()}`;
  const good = withMacaroon('activity:LIST,STAGE,READ_METADATA', until(60_000));
  const id = await good.submit([link(0)], { ...here, notify: false });
  const reader = withMacaroon('activity:LIST,READ_METADATA', until(60_000));
  assert.deepEqual(await localities(reader, links(1)), ['NEARLINE']);
  await refuses(reader.submit([link(0)], { ...here, notify: false }), 'forbidden', /does not allow STAGE, only LIST, READ_METADATA/);
  const calls = door.log.length;
  await refuses(withMacaroon(until(-120_000)).probe(here), 'expired', /The macaroon for Door ran out 2 min ago/);
  assert.equal(door.log.length, calls, 'it is not sent any more');
  door.advance(60_000);
  await refuses(good.poll([{ id, links: [link(0)], online: 0 }], here), 'expired', /ran out/);
});

test('a token that is revoked or runs out in the middle of a check leaves the rest open, with one reason', async (t) => {
  const { door, tape } = await setDoor(t, 9000);
  const heard: string[] = [];
  const running = tape.locality(links(9000), {
    ...here,
    heard: (each) => {
      heard.push(each);
      if (heard.length === 2000) door.signs.revoke(token);
    },
  });
  await refuses(running, 'auth', /refused the token/);
  assert.ok(heard.length >= 2000 && heard.length < 9000, String(heard.length));
});

test('nobody is signed in, a token that is none, no proxy, one that has run out, one that others can read', async (t) => {
  const { door } = await setDoor(t, 1);
  const folder = await mkdtemp(join(tmpdir(), 'grid-proxy-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const place = async (name: string, mode: number) => {
    await copyFile(join(import.meta.dirname, '../../fixtures/proxy', `${name}.pem`), join(folder, name));
    await chmod(join(folder, name), mode);
    return join(folder, name);
  };
  const url = door.url.replace('http', 'https');
  const clock = () => Date.UTC(2027, 0, 1);
  const probe = (secret: { token: string } | { proxy: string } | undefined, address = url) =>
    createTape({ name: 'Door', url: address, secret: () => Promise.resolve(secret), clock }).probe(here);
  await refuses(probe(undefined), 'auth', /Nobody is signed in/);
  await refuses(probe({ token: '  ' }), 'auth', /empty/);
  await refuses(probe({ token: 'a b' }), 'auth', /characters that no token has/);
  await refuses(probe({ proxy: join(folder, 'absent') }), 'auth', /There is no grid proxy at/);
  await refuses(probe({ proxy: await place('expired', 0o600) }), 'expired', /grid proxy ran out/);
  await refuses(probe({ proxy: await place('good', 0o644) }), 'forbidden', /chmod 600/);
  await refuses(probe({ proxy: await place('keyless', 0o600) }), 'malformed', /no private key/);
  await refuses(probe({ proxy: await place('twice', 0o600) }, door.url), 'rejected', /not reached over https/);
  assert.equal(door.log.length, 0);
});

test('the sign-in goes to no other site, and not out of the encryption', async (t) => {
  const { door, called } = await setDoor(t, 1);
  for (const endpoint of ['http://tape.example.org/api/v1/tape', 'http://10.0.0.1:3880/api/v1/tape', 'http://127.0.0.1.example.org/api']) {
    door.quirk({ endpoint });
    const tape = createTape({ name: 'Door', url: door.url, secret: () => Promise.resolve({ token }) });
    await refuses(tape.probe(here), 'rejected', /not sent to another site unasked/);
  }
  door.quirk({ endpoint: 'no address' });
  await refuses(createTape({ name: 'Door', url: door.url, secret: () => Promise.resolve({ token }) }).probe(here), 'malformed');
  door.quirk({ discovery: false, endpoint: undefined });
  await refuses(
    createTape({ name: 'Door', url: door.url, secret: () => Promise.resolve({ token }) }).probe(here),
    'notFound',
    /no tape API at 127/,
  );
  const direct = createTape({ name: 'Door', url: `${door.url}/api/v1/tape/`, secret: () => Promise.resolve({ token }) });
  await direct.probe(here);
  assert.equal(called().at(-1), 'archiveinfo');
});

test('addresses: of WebDAV too, never with a password', () => {
  assert.equal(storageAddress('X', ' davs://door.example.org:2880/ ').href, 'https://door.example.org:2880/');
  for (const bad of ['door.example.org', 'ftp://door', 'https://user:secret@door', '']) {
    assert.throws(() => storageAddress('X', bad), /rejected|web address|user name/);
  }
});

test('a cancel before and in the middle of a call; an answer that is too large', async (t) => {
  const { door } = await setDoor(t, 1, { latencyMs: 5000 });
  const call = openStorage({ name: 'Door', url: door.url, secret: () => Promise.resolve({ token }), maxBytes: 1000 });
  const url = new URL(`${door.url}/api/v1/user`);
  await refuses(call.call('GET', url, undefined, { signal: AbortSignal.abort() }), 'cancelled');
  const stop = new AbortController();
  const running = call.call('GET', url, undefined, { signal: stop.signal });
  setTimeout(() => {
    stop.abort();
  }, 30);
  await refuses(running, 'cancelled');
  door.latencyMs = 0;
  door.fault({ kind: 'huge', bytes: 100_000, times: 1 });
  await refuses(call.call('GET', url, undefined, here), 'malformed', /larger than/);
});
