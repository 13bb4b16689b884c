/** Everything that can go wrong on the way to a pool and back, one sentence each; and what goes over the wire. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createPlain, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { ErrorKind } from '../../../src/core/errors';
import { account, here, json, poolAt, refuses, serve, type Answerer } from './pool';

const status =
  (code: number, error?: string, reason?: string): Answerer =>
  (_, response) => {
    json(response, code, error === undefined ? {} : { error, reason });
  };
const page =
  (code: number): Answerer =>
  (_, response) => {
    response.writeHead(code, { 'content-type': 'text/html' }).end('<!DOCTYPE html><html><body>Sign in</body></html>');
  };

/** What the server does; what reading and writing a document become; whether the write may have happened. */
const cases: readonly (readonly [string, Answerer, ErrorKind, RegExp, boolean])[] = [
  [
    '401',
    status(401, 'unauthorized', 'Name or password is incorrect.'),
    'auth',
    /^Practice refused the user name or password of operator\. Sign in again\./,
    false,
  ],
  ['401 of a page', page(401), 'auth', /refused the user name/, false],
  [
    '401 to somebody known',
    status(401, 'unauthorized', 'You are not authorized to access this db.'),
    'forbidden',
    /does not let operator/,
    false,
  ],
  [
    '403',
    status(403, 'forbidden', 'You are not allowed to access this db.'),
    'forbidden',
    /^Practice does not let operator do this: You are not allowed to access this db\./,
    false,
  ],
  ['404', status(404, 'not_found', 'missing'), 'notFound', /^Practice does not have “a”\. It may have been/, false],
  ['404, deleted', status(404, 'not_found', 'deleted'), 'notFound', /It was deleted meanwhile/, false],
  [
    '404, no database',
    status(404, 'not_found', 'Database does not exist.'),
    'notFound',
    /There is no database “practice” at the address of Practice/,
    false,
  ],
  ['404, pouch', status(404, 'not_found', 'no_db_file'), 'notFound', /There is no database/, false],
  ['404 of another server', page(404), 'notFound', /There is no pool at the address/, false],
  ['405', page(405), 'malformed', /as no pool does \(405\)/, true],
  [
    '409',
    status(409, 'conflict', 'Document update conflict.'),
    'conflict',
    /Somebody else has changed “a” in Practice meanwhile\. Read it again/,
    false,
  ],
  ['412', status(412, 'file_exists', 'x'), 'conflict', /has “a” already/, false],
  ['413', status(413, 'document_too_large', 'a'), 'rejected', /“a” is too large for Practice \(413\)/, false],
  [
    '400',
    status(400, 'compilation_error', 'Compilation of the map function failed.'),
    'rejected',
    /^Practice refused: Compilation of the map function failed\.$/,
    false,
  ],
  ['400 without a reason', status(400), 'rejected', /without a reason/, false],
  ['429', status(429, 'too_many', 'x'), 'unreachable', /asked too often/, false],
  ['500 of a script', status(500, 'os_process_error', 'exit code 1'), 'unreachable', /has a fault \(500\): exit code 1\./, true],
  ['502', page(502), 'unreachable', /error page \(502\)/, true],
  ['503', page(503), 'unreachable', /error page \(503\)/, true],
  ['504', page(504), 'timeout', /too long for the server in front/, true],
  ['another page', page(200), 'unreachable', /^Practice answers with another page, as a sign-in page would\./, true],
  [
    'a redirect',
    (_, response) => response.writeHead(302, { location: 'https://sso.example.org/login' }).end(),
    'unreachable',
    /^Practice answers with another page, as a sign-in page would\./,
    false,
  ],
  [
    'half an answer',
    (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"_id":"a","lo'),
    'malformed',
    /breaks off or is damaged/,
    true,
  ],
  ['no answer', (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(), 'malformed', /breaks off/, true],
  [
    'a number',
    (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('5'),
    'malformed',
    /as no pool does/,
    true,
  ],
  ['a dropped connection', (_, response) => response.socket?.destroy(), 'unreachable', /closed the connection before it answered/, true],
  ['a hang', () => undefined, 'timeout', /gave no answer within 0 s/, true],
];

for (const [name, answer, kind, sentence, open] of cases) {
  test(`${name}: ${kind}`, async (t) => {
    const { pool, asked } = await serve(t, answer, name === 'a hang' ? { deadlineMs: 200 } : {});
    await refuses(pool.document('a', here), kind, sentence);
    const error = await refuses(pool.save({ _id: 'a', _rev: '1-x' }, here), kind);
    assert.equal(error.uncertain, open, 'whether it may have been written');
    assert.equal(asked.length, 2, 'nothing is asked twice');
  });
}

test('the same sentences for a document in its own words', async (t) => {
  for (const [name, answer, kind, sentence, open] of cases) {
    const { pool, asked } = await serve(t, answer, name === 'a hang' ? { deadlineMs: 200 } : {});
    await refuses(pool.text('a', here), kind, ['no answer', 'half an answer'].includes(name) ? /breaks off|ended/ : sentence);
    const error = await refuses(pool.write('a', '{"_id":"a","_rev":"1-x"}', here), kind);
    assert.equal(error.uncertain, open, name);
    assert.equal(asked.length, 2, 'nothing is asked twice');
  }
});

test('a document comes and goes letter for letter', async (t) => {
  const text = '{"_id":"a/b","_rev":"1-x","big":12345678901234567890,"2":1.0,"1":"\u00fc"}';
  const { pool, asked } = await serve(t, ({ method }, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(method === 'GET' ? `${text}\n` : '{"ok":true,"id":"a/b","rev":"2-y"}');
  });
  assert.equal((await pool.text('a/b', here)).trim(), text);
  await pool.text('a/b', { ...here, rev: '1-x/?' });
  assert.deepEqual(await pool.write('a/b', text, here), { id: 'a/b', rev: '2-y' });
  assert.deepEqual(
    asked.map(({ method, url }) => `${method} ${url}`),
    ['GET /practice/a%2Fb', 'GET /practice/a%2Fb?rev=1-x%2F%3F', 'PUT /practice/a%2Fb'],
  );
  assert.deepEqual([asked[2]?.body, asked[2]?.headers['content-type']], [text, 'application/json']);
});

test('the same sentences for attachments', async (t) => {
  for (const [name, answer, kind, sentence] of cases) {
    if (!['401', '403', '409', '413', '502', 'a redirect', 'a dropped connection', 'a hang'].includes(name)) continue;
    const { pool } = await serve(t, answer, name === 'a hang' ? { deadlineMs: 200 } : {});
    await refuses(pool.attachment('a', 'x', here), kind, name === '413' ? undefined : name === '409' ? undefined : sentence);
    await refuses(pool.attach('a', '1-x', 'x', { contentType: 'text/plain', bytes: new Uint8Array(1) }, here), kind, sentence);
  }
});

test('an address that leads nowhere', async (t) => {
  const { url } = await serve(t, status(200));
  const gone = createPlain().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const { port } = gone.address() as AddressInfo;
  gone.close();
  await once(gone, 'close');
  const nobody = await refuses(poolAt(`http://127.0.0.1:${port}`).save({ _id: 'a' }, here), 'unreachable', /refused the connection/);
  assert.equal(nobody.uncertain, false);
  await refuses(poolAt('https://no-such-host.invalid').facts(here), 'unreachable', /not known to the network/);
  await refuses(poolAt('http://127.0.0.1:1').facts(here), 'rejected', /No pool can be at the port/);
  await refuses(poolAt(url.replace('http:', 'https:')).facts(here), 'tls', /no safe connection/);
  const other = createPlain((socket) => socket.end('220 mail.example.org ready\r\n')).listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  await refuses(poolAt(`http://127.0.0.1:${(other.address() as AddressInfo).port}`).facts(here), 'malformed', /does not speak HTTP/);
});

test('nobody signed in, and a name that no sign-in can carry', async (t) => {
  const { url, asked } = await serve(t, status(401, 'unauthorized', 'x'));
  await refuses(
    poolAt(url, { credentials: () => Promise.resolve(undefined) }).document('a', here),
    'auth',
    /^Nobody is signed in to Practice\. Sign in to the pool/,
  );
  assert.equal(asked[0]?.headers.authorization, undefined);
  await refuses(
    poolAt(url, { credentials: () => Promise.resolve({ user: 'a:b', password: 'x' }) }).document('a', here),
    'auth',
    /holds a colon/,
  );
});

test('the password goes into one header, in UTF-8, and is asked for each time', async (t) => {
  let password = account.password;
  const { url, asked } = await serve(t, (_, response) => {
    response.setHeader('set-cookie', 'AuthSession=abc; Path=/');
    json(response, 200, { _id: 'a' });
  });
  const pool = poolAt(url, { credentials: () => Promise.resolve({ user: 'operator', password }) });
  await pool.document('a', here);
  password = 'changed';
  await pool.document('a', here);
  assert.deepEqual(
    asked.map(({ headers }) => Buffer.from(headers.authorization?.slice('Basic '.length) ?? '', 'base64').toString('utf8')),
    [`operator:${account.password}`, 'operator:changed'],
  );
  assert.ok(
    asked.every(({ url: path, headers }) => !path.includes('pa') && headers.cookie === undefined),
    'no password in an address, no session kept',
  );
});

test("the server's own words are told without the password", async (t) => {
  const { pool } = await serve(
    t,
    status(400, 'bad', `no <b>${account.password}</b> and Basic ${Buffer.from('x'.repeat(30)).toString('base64')}`),
  );
  await refuses(pool.document('a', here), 'rejected', /no \[redacted\] and Basic \[redacted\]/);
});

test('ids and names arrive as they are', async (t) => {
  const { pool, asked } = await serve(t, (_, response) => {
    json(response, 200, { ok: true, rev: '2-x' });
  });
  const ids = ['a/b:c+d%e f', 'tok_local a/b', 'x_design', 'ü😀', '...', '?a=b#c', '_design/a/b', 'a"b'];
  for (const id of ids) {
    await pool.document(id, here);
    await pool.save({ _id: id }, here);
    await pool.attach(id, '1-x', '17/11/2026_12:00:00_logs+%.out', { contentType: 'text/plain', bytes: new Uint8Array() }, here);
  }
  const paths = asked.map(({ url }) => new URL(url, 'http://x').pathname.split('/').slice(2).map(decodeURIComponent));
  for (const [index, id] of ids.entries()) {
    const segments = id.startsWith('_design/') ? ['_design', id.slice('_design/'.length)] : [id];
    assert.deepEqual(paths.slice(index * 3, index * 3 + 3), [segments, segments, [...segments, '17/11/2026_12:00:00_logs+%.out']], id);
  }
});

test('ids that no token can have are refused before anything is sent', async (t) => {
  const { pool, asked } = await serve(t, status(200));
  await refuses(pool.document('', here), 'rejected', /needs an id/);
  await refuses(pool.document('_local/x', here), 'rejected', /belong to CouchDB/);
  await refuses(pool.save({ _id: '_users' }, here), 'rejected', /“_users” cannot be the id/);
  await refuses(pool.document('a\uD800', here), 'rejected', /half of a character/);
  await refuses(pool.document('..', here), 'rejected', /“\.\.” cannot be a name/);
  assert.equal(asked.length, 0);
});

test('a call can be stopped before and while it runs', async (t) => {
  const { pool, asked } = await serve(t, () => undefined);
  await refuses(pool.document('a', { signal: AbortSignal.abort() }), 'cancelled');
  assert.equal(asked.length, 0);
  for (const call of [
    (options: { readonly signal: AbortSignal }) => pool.document('a', options),
    (options: { readonly signal: AbortSignal }) => pool.attachment('a', 'x', options),
  ]) {
    const control = new AbortController();
    const before: number = asked.length;
    const waiting = call({ signal: control.signal });
    while (asked.length === before) await new Promise((resolve) => setImmediate(resolve));
    control.abort();
    assert.equal((await refuses(waiting, 'cancelled', /was cancelled/)).uncertain, false);
  }
});

test('an attachment that is too large is not read to its end, one that comes slowly is', async (t) => {
  const { pool } = await serve(
    t,
    ({ url }, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      if (url.includes('large')) {
        const more = (): void => void response.write(Buffer.alloc(10_000), () => (response.destroyed ? undefined : more()));
        more();
        return;
      }
      let parts = 0;
      const timer = setInterval(() => {
        response.write(Buffer.from([0xff, 0x0d, 0x0a]));
        if (++parts === 6) {
          clearInterval(timer);
          response.end();
        }
      }, 100);
    },
    { deadlineMs: 400, maxBytes: 50_000 },
  );
  await refuses(
    pool.attachment('a', 'large', here),
    'rejected',
    /has the attachment “large” of “a” with more than 0 MB, and it was not read/,
  );
  const { bytes, contentType } = await pool.attachment('a', 'slow', here);
  assert.deepEqual([Buffer.from(bytes).toString('hex'), contentType], ['ff0d0a'.repeat(6), 'text/plain']);
});

test('a password goes to no server over a readable line', () => {
  assert.throws(() => poolAt('http://picas.example.org:5984'), /would be readable on its way to picas\.example\.org:5984/);
});

test('a question whose answer is lost leaves nothing open, though it is sent like a write', async (t) => {
  const { pool } = await serve(t, (_, response) => response.socket?.destroy());
  assert.equal((await refuses(pool.documents(['a'], here), 'unreachable')).uncertain, false);
});
