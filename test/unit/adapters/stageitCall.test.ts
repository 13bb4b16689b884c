/** Everything that can go wrong on the way to StageIT and back, one sentence each. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ErrorKind } from '../../../src/core/errors';
import type { StageItMishap } from '../../practice/stageitMishap';
import { here, link } from './stage';
import { refuses, setStageIt, stageitAt, token } from './stageitStage';

const onSubmit = { ...here, notify: true };
const mayExist = 'The request may exist';

/** The mishap; what a list and a submit become; whether a request was made, may have been as far as we know, or surely not. */
const cases: readonly (readonly [StageItMishap, ErrorKind, RegExp, 'made' | 'open' | 'not made'])[] = [
  [{ kind: 'unauthorised' }, 'auth', /^StageIT refused the API token\. Copy/, 'not made'],
  [{ kind: 'anonymous' }, 'auth', /^StageIT refused the API token/, 'not made'],
  [{ kind: 'forbidden' }, 'forbidden', /does not let it stage/, 'not made'],
  [{ kind: 'throttled' }, 'unreachable', /asked too often \(429\)\. Wait some minutes/, 'not made'],
  [{ kind: 'throttled', retryAfter: '120' }, 'unreachable', /asked too often \(429\)\. Ask again in 2 min\./, 'not made'],
  [{ kind: 'page' }, 'unreachable', /answered with an error page \(502\); it may be under maintenance/, 'open'],
  [{ kind: 'page', status: 503, retryAfter: '3600' }, 'unreachable', /\(503\).*Ask again in 1 h/, 'open'],
  [{ kind: 'page', status: 500 }, 'unreachable', /\(500\)/, 'open'],
  [{ kind: 'page', status: 504 }, 'timeout', /\(504\)/, 'open'],
  [{ kind: 'page', status: 404 }, 'notFound', /no stager at the address/, 'not made'],
  [{ kind: 'page', status: 413 }, 'rejected', /too large/, 'not made'],
  [{ kind: 'page', status: 400 }, 'malformed', /status 400, which no StageIT service gives/, 'open'],
  [{ kind: 'page', status: 200 }, 'unreachable', /web page where data was expected/, 'open'],
  [{ kind: 'login' }, 'unreachable', /web page where data was expected/, 'open'],
  [
    { kind: 'redirect', location: '/stageit/accounts/login/?next=/' },
    'auth',
    /sign-in page at another address \(302\) instead of taking an API token/,
    'not made',
  ],
  [{ kind: 'redirect', location: 'https://new.example/x?secret=1' }, 'unreachable', /has moved to new\.example \(302\)/, 'not made'],
  [{ kind: 'garbage' }, 'malformed', /has a form that cannot be read/, 'open'],
  [{ kind: 'drop' }, 'unreachable', /closed the connection before it answered/, 'open'],
  [{ kind: 'hang' }, 'timeout', /no answer within 0 s/, 'open'],
  [{ kind: 'huge', bytes: 5_000_000 }, 'malformed', /larger than 1 MB/, 'open'],
  [{ kind: 'fault', message: 'the tape robot is asleep!' }, 'rejected', /^StageIT refused: the tape robot is asleep\.$/, 'not made'],
  [{ kind: 'lose' }, 'unreachable', /closed the connection before it answered/, 'made'],
  [{ kind: 'stall' }, 'timeout', /no answer within/, 'made'],
  [{ kind: 'truncate' }, 'malformed', /breaks off or is damaged/, 'made'],
  [{ kind: 'cut' }, 'unreachable', /closed the connection in the middle of its answer/, 'made'],
];

for (const [mishap, kind, sentence, becomes] of cases) {
  test(`${mishap.kind} ${mishap.status ?? mishap.retryAfter ?? mishap.location ?? ''}: ${kind}`, async (t) => {
    const silent = mishap.kind === 'hang' || mishap.kind === 'stall';
    const { practice, stageit, called } = await setStageIt(t, {}, { maxBytes: 1_000_000, deadlineMs: silent ? 500 : 30_000 });
    practice.fault(mishap);
    await refuses(stageit.list(here), kind, sentence);
    const error = await refuses(stageit.submit([link(1)], onSubmit), kind);
    assert.equal(error.sentence.includes(mayExist), becomes !== 'not made', error.sentence);
    // A client that has given up may be ahead of the server.
    while (called().length < 2 || (becomes === 'made' && practice.requests.length === 0))
      await new Promise((resolve) => setImmediate(resolve));
    assert.equal(practice.requests.length, becomes === 'made' ? 1 : 0);
    assert.deepEqual(called(), ['requests', 'submit'], 'nothing is asked twice');
    practice.heal();
    await stageitAt(practice.url).probe(here);
  });
}

test('an empty body is no answer to a question, and no id', async (t) => {
  const { practice, stageit } = await setStageIt(t);
  practice.fault({ kind: 'empty' });
  await refuses(stageit.list(here), 'malformed', /empty answer/);
  await refuses(stageit.submit([link(1)], onSubmit), 'malformed', new RegExp(`gave no id.*${mayExist}`));
});

test('an answer that comes twice counts once, and the id is kept; a slow one is waited for', async (t) => {
  const { practice, stageit } = await setStageIt(t);
  practice.fault({ kind: 'twice', times: 1 }, { kind: 'slow', ms: 20, times: 1 });
  assert.equal(await stageit.submit([link(1)], onSubmit), '100001');
  assert.equal(await stageit.submit([link(2)], onSubmit), '100002');
  assert.equal(practice.requests.length, 2);
});

test('how long to wait is in the error, as seconds or from a date', async (t) => {
  const { practice, stageit } = await setStageIt(t);
  const told: readonly (readonly [string | undefined, (ms: number | undefined) => boolean])[] = [
    ['30', (ms) => ms === 30_000],
    ['0', (ms) => ms === 0],
    [new Date(0).toUTCString(), (ms) => ms === 0],
    ['Fri, 01 Jan 2999 00:00:00 GMT', (ms) => (ms ?? 0) > 1e12],
    ['soon', (ms) => ms === undefined],
    ['-5', (ms) => ms === undefined || ms === 0],
    [undefined, (ms) => ms === undefined],
  ];
  for (const [retryAfter, right] of told) {
    practice.fault({ kind: 'throttled', times: 1, ...(retryAfter === undefined ? {} : { retryAfter }) });
    assert.ok(right((await refuses(stageit.list(here), 'unreachable')).retryAfterMs), retryAfter);
  }
});

test("the service's own words are told without secrets and tags", async (t) => {
  const { practice, stageit } = await setStageIt(t);
  const told: readonly (readonly [string, RegExp])[] = [
    ['', /^StageIT refused, without a reason\.$/],
    ['<b>bad</b>\n surl', /^StageIT refused: bad surl\.$/],
    [`no: ${token}`, /no: \[redacted\]\.$/],
    [`use MDAxY2xvY2F0aW9uIGh0dHBzOi8vZXhhbXBsZS5uZXQ`, /use \[redacted\]\.$/],
    ['x'.repeat(5_000), /^StageIT refused: x{300}…\.$/],
    ['Cannot query field "requestToken" on type "RequestType".', /^StageIT refused: Cannot query field/],
  ];
  for (const [message, sentence] of told) {
    practice.fault({ kind: 'fault', message, times: 1 });
    await refuses(stageit.requestToken('17', here), 'rejected', sentence);
    practice.fault({ kind: 'fault', message, times: 1 });
    await refuses(stageit.submit([link(1)], onSubmit), 'rejected', sentence);
  }
});

test("Django's complaints about fields are put together", async (t) => {
  const { practice, stageit } = await setStageIt(t);
  practice.fault({ kind: 'fault', times: 1, message: 'one' });
  await refuses(stageit.submit([link(1)], onSubmit), 'rejected', /^StageIT refused: one\.$/);
  await refuses(stageit.submit([7 as unknown as string], onSubmit), 'rejected', /^StageIT refused: surls: This field is required\.$/);
});

test('a refused connection leaves nothing open; a changed encryption is told apart', async (t) => {
  const { practice, stageit } = await setStageIt(t);
  await refuses(stageitAt(practice.url.replace('http:', 'https:')).probe(here), 'tls', /no safe connection/);
  await practice.stop();
  const error = await refuses(stageit.submit([link(1)], onSubmit), 'unreachable', /^StageIT refused the connection\./);
  assert.ok(!error.sentence.includes(mayExist));
});

test('a person can stop a call before, while and after it is sent', async (t) => {
  const { practice, stageit, called } = await setStageIt(t);
  await refuses(stageit.submit([link(1)], { signal: AbortSignal.abort(), notify: true }), 'cancelled');
  assert.deepEqual(called(), []);
  const control = new AbortController();
  practice.fault({ kind: 'stall' });
  const waiting = stageit.submit([link(1)], { signal: control.signal, notify: true });
  while (practice.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
  control.abort();
  await refuses(waiting, 'cancelled', new RegExp(mayExist));
  const polling = new AbortController();
  const poll = stageit.poll([{ id: '100001', links: [link(1)], online: 0 }], { signal: polling.signal });
  while (called().length < 2) await new Promise((resolve) => setImmediate(resolve));
  polling.abort();
  await refuses(poll, 'cancelled');
});
