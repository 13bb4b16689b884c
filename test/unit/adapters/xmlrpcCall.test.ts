/** Everything that can go wrong on the way to the stager and back, one sentence each. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { createLtaStager } from '../../../src/adapters/ltaStager';
import { neverArrived, networkError, statusError } from '../../../src/adapters/xmlrpcError';
import type { ErrorKind } from '../../../src/core/errors';
import type { Mishap } from '../../practice/stagerMishap';
import { fails, here, link, password, setStage } from './stage';

const onSubmit = { ...here, notify: true };
const mayExist = 'The request may exist';

const cases: readonly (readonly [Mishap, ErrorKind, RegExp, 'made' | 'open' | 'not made'])[] = [
  [{ kind: 'unauthorised' }, 'auth', /^LTA refused the user name or password\. Sign in/, 'not made'],
  [{ kind: 'forbidden' }, 'forbidden', /does not let it stage/, 'not made'],
  [{ kind: 'page' }, 'unreachable', /answered with an error page \(502\); it may be under maintenance/, 'open'],
  [{ kind: 'page', status: 503 }, 'unreachable', /\(503\)/, 'open'],
  [{ kind: 'page', status: 500 }, 'unreachable', /\(500\)/, 'open'],
  [{ kind: 'page', status: 504 }, 'timeout', /\(504\)/, 'open'],
  [{ kind: 'page', status: 404 }, 'notFound', /no stager at the address/, 'not made'],
  [{ kind: 'page', status: 407 }, 'unreachable', /proxy/, 'not made'],
  [{ kind: 'page', status: 413 }, 'rejected', /too large/, 'not made'],
  [{ kind: 'page', status: 429 }, 'unreachable', /too often/, 'not made'],
  [{ kind: 'page', status: 418 }, 'malformed', /status 418/, 'open'],
  [{ kind: 'page', status: 200 }, 'unreachable', /web page where data was expected/, 'open'],
  [{ kind: 'login' }, 'unreachable', /web page where data was expected/, 'open'],
  [{ kind: 'redirect', location: 'https://sso.example/login?secret=1' }, 'auth', /sign-in page at sso\.example \(302\)/, 'not made'],
  [{ kind: 'redirect', location: 'https://new.example/x?secret=1' }, 'unreachable', /has moved to new\.example \(302\)/, 'not made'],
  [{ kind: 'redirect', location: '/elsewhere' }, 'unreachable', /has moved to another address/, 'not made'],
  [{ kind: 'empty' }, 'malformed', /empty answer/, 'open'],
  [{ kind: 'garbage' }, 'malformed', /not XML-RPC/, 'open'],
  [{ kind: 'drop' }, 'unreachable', /closed the connection before it answered/, 'open'],
  [{ kind: 'hang' }, 'timeout', /no answer within 0 s/, 'open'],
  [{ kind: 'huge', bytes: 5_000_000 }, 'malformed', /larger than 1 MB/, 'open'],
  [{ kind: 'fault', message: 'the tape robot is asleep.' }, 'rejected', /^LTA refused: the tape robot is asleep\.$/, 'not made'],
  [{ kind: 'lose' }, 'unreachable', /closed the connection before it answered/, 'made'],
  [{ kind: 'stall' }, 'timeout', /no answer within/, 'made'],
  [{ kind: 'truncate' }, 'malformed', /breaks off in the middle/, 'made'],
  [{ kind: 'cut' }, 'unreachable', /closed the connection in the middle of its answer/, 'made'],
];

for (const [mishap, kind, sentence, becomes] of cases) {
  test(`${mishap.kind} ${mishap.status ?? mishap.location ?? ''}: ${kind}`, async (t) => {
    const silent = mishap.kind === 'hang' || mishap.kind === 'stall';
    const { practice, lta, called } = await setStage(t, {}, { maxBytes: 1_000_000, deadlineMs: silent ? 500 : 30_000 });
    practice.fault(mishap);
    await fails(lta.list(here), kind, sentence);
    const error = await fails(lta.submit([link(1)], onSubmit), kind);
    assert.equal(error.sentence.includes(mayExist), becomes !== 'not made', error.sentence);
    // A client that has given up may be ahead of the server.
    while (called().length < 2 || (becomes === 'made' && practice.requests.length === 0))
      await new Promise((resolve) => setImmediate(resolve));
    assert.equal(practice.requests.length, becomes === 'made' ? 1 : 0);
    assert.deepEqual(called(), ['getprogress', 'add_getid'], 'nothing is asked twice');
    practice.heal();
    await stagerAt(practice.url).probe(here);
  });
}

test('an answer that comes twice counts once, and the id is kept', async (t) => {
  const { practice, lta } = await setStage(t);
  practice.fault({ kind: 'twice' });
  assert.equal(await lta.submit([link(1)], onSubmit), String(practice.requests[0]?.id));
  assert.equal(practice.requests.length, 1);
});

test('a slow answer is waited for', async (t) => {
  const { practice, lta } = await setStage(t);
  practice.fault({ kind: 'slow', ms: 50 });
  assert.match(await lta.submit([link(1)], onSubmit), /^\d+$/);
});

test('a fault is told in its own words, without secrets and Python', async (t) => {
  const { practice, lta } = await setStage(t);
  const told: readonly (readonly [string, RegExp])[] = [
    ["<class 'ValueError'>:bad SURL", /^LTA refused: bad SURL\.$/],
    ["<type 'exceptions.Exception'>:maintenance!", /^LTA refused: maintenance\.$/],
    ['Traceback (most recent call last):\n  File "x.py", line 3\nKeyError: 17\n', /^LTA refused: KeyError: 17\.$/],
    ['', /^LTA refused, without a reason\.$/],
    [`cannot log in operator with ${password}`, /operator with \[redacted\]\.$/],
    [`see https://operator:${encodeURIComponent(password)}@h/`, /redacted/],
    [`Authorization: Basic ${Buffer.from(`operator:${password}`).toString('base64')}`, /redacted/],
    ['x'.repeat(5_000), /^LTA refused: x{300}…\.$/],
  ];
  for (const [message, sentence] of told) {
    practice.fault({ kind: 'fault', message, times: 1 });
    await fails(lta.list(here), 'rejected', sentence);
  }
});

test("a fault that says None cannot be sent is Python's way to say done", async (t) => {
  const { practice, lta } = await setStage(t);
  practice.fault({ kind: 'fault', message: "<class 'TypeError'>:cannot marshal None unless allow_none is enabled" });
  assert.deepEqual(await lta.list(here), []);
  await lta.abort('17', here);
});

/** A server that answers every connection with the given bytes. */
async function serveBytes(t: TestContext, bytes: string): Promise<string> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => new Promise((resolve) => server.close(resolve)));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function stagerAt(url: string) {
  return createLtaStager({ name: 'LTA', url, credentials: () => Promise.resolve({ user: 'operator', password }), deadlineMs: 30_000 });
}

function http(body: string, status = '200 OK'): string {
  return `HTTP/1.1 ${status}\r\ncontent-type: text/xml\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

test('answers that crash or confuse the xmlrpc package', async (t) => {
  const told: readonly (readonly [string, ErrorKind, RegExp])[] = [
    ['<methodResponse><fault></fault></methodResponse>', 'malformed', /not XML-RPC/],
    ['<methodResponse><fault><value><nil/></value></fault></methodResponse>', 'malformed', /not XML-RPC/],
    ['<methodResponse><fault><value>no</value></fault></methodResponse>', 'rejected', /without a reason/],
    ['<methodResponse></methodResponse>', 'malformed', /not XML-RPC/],
    ['<methodResponse><params><param><value><int>x</int></value></param></params></methodResponse>', 'malformed', /not XML-RPC/],
    ['<methodResponse><surprise/></methodResponse>', 'malformed', /not XML-RPC/],
    ['<?xml version="1.0"?><methodCall><methodName>x</methodName></methodCall>', 'malformed', /not XML-RPC/],
    ['\uFEFF \n <!-- proxy --><HTML><body>down</body></HTML>', 'unreachable', /web page/],
    ['   \n', 'malformed', /empty/],
  ];
  for (const [body, kind, sentence] of told) await fails(stagerAt(`http://${await serveBytes(t, http(body))}/`).list(here), kind, sentence);
});

test('a fault with status 500 is a fault; an answer without parameters is nil', async (t) => {
  const fault =
    '<methodResponse><fault><value><struct><member><name>faultString</name><value>asleep</value></member></struct></value></fault></methodResponse>';
  await fails(stagerAt(`http://${await serveBytes(t, http(fault, '500 Oops'))}/`).list(here), 'rejected', /asleep/);
  assert.deepEqual(await stagerAt(`http://${await serveBytes(t, http('<methodResponse><params/></methodResponse>'))}/`).list(here), []);
});

test('what does not speak HTTP, or TLS, is told apart', async (t) => {
  await fails(stagerAt(`http://${await serveBytes(t, 'SSH-2.0-OpenSSH_9\r\n')}/`).list(here), 'malformed', /does not speak HTTP/);
  await fails(stagerAt(`https://${await serveBytes(t, http(''))}/`).list(here), 'tls', /no safe connection/);
});

test('a refused connection leaves nothing open', async (t) => {
  const { practice, lta } = await setStage(t);
  await practice.stop();
  const error = await fails(lta.submit([link(1)], onSubmit), 'unreachable', /^LTA refused the connection\./);
  assert.ok(!error.sentence.includes(mayExist));
});

test('a wrong path is told as a wrong address', async (t) => {
  const { practice } = await setStage(t);
  await fails(stagerAt(practice.url.replace('xmlrpc', 'elsewhere')).probe(here), 'notFound', /no stager at the address/);
});

test('a person can stop a call before, while and after it is sent', async (t) => {
  const { practice, lta, called } = await setStage(t);
  await fails(lta.submit([link(1)], { signal: AbortSignal.abort(), notify: true }), 'cancelled');
  assert.deepEqual(called(), []);
  const control = new AbortController();
  practice.fault({ kind: 'stall' });
  const waiting = lta.submit([link(1)], { signal: control.signal, notify: true });
  while (practice.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
  control.abort();
  await fails(waiting, 'cancelled', new RegExp(mayExist));
  practice.heal();
  const late = new AbortController();
  const id = await lta.submit([link(1)], { signal: late.signal, notify: true });
  late.abort();
  assert.match(id, /^\d+$/);
});

test('a poll stopped by a person rejects as cancelled', async (t) => {
  const { practice, lta } = await setStage(t);
  const ids = [await lta.submit([link(0)], onSubmit), await lta.submit([link(1)], onSubmit)];
  practice.advance(10_000);
  practice.fault({ kind: 'hang', method: 'getstagedurls' });
  const control = new AbortController();
  const polling = lta.poll(
    ids.map((id, k) => ({ id, links: [link(k)], online: 0 })),
    { signal: control.signal },
  );
  while (practice.log.length < 5) await new Promise((resolve) => setImmediate(resolve));
  control.abort();
  await fails(polling, 'cancelled');
});

test("the network's codes, each with its kind", () => {
  const told: readonly (readonly [string, ErrorKind, boolean])[] = [
    ['ECONNREFUSED', 'unreachable', true],
    ['ENOTFOUND', 'unreachable', true],
    ['EAI_AGAIN', 'unreachable', true],
    ['EHOSTUNREACH', 'unreachable', true],
    ['ETIMEDOUT', 'unreachable', true],
    ['ECONNRESET', 'unreachable', false],
    ['EPIPE', 'unreachable', false],
    ['CERT_HAS_EXPIRED', 'tls', true],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', true],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls', true],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls', true],
    ['HPE_INVALID_CONSTANT', 'malformed', false],
  ];
  for (const [code, kind, unsent] of told) {
    const error = networkError('LTA', Object.assign(new Error(code), { code, syscall: 'connect' }), false);
    assert.equal(error.kind, kind, code);
    assert.equal(neverArrived(error), unsent, code);
  }
  // The same code on a connection that had carried the call.
  assert.equal(neverArrived(networkError('LTA', Object.assign(new Error('x'), { code: 'ETIMEDOUT', syscall: 'read' }), true)), false);
  // Two addresses tried, none answered.
  const both = new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })]);
  assert.match(networkError('LTA', both, false).message, /refused the connection/);
  assert.equal(statusError('LTA', 302, undefined).kind, 'unreachable');
});
