/** What StageIT is asked, byte for byte, and what our client makes of its answers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStageIt } from '../../../src/adapters/stageit';
import { GridError } from '../../../src/core/errors';
import { here, link, links, report, states } from './stage';
import { elsewhere, refuses, setStageIt, stageitAt, token, wire } from './stageitStage';

const json = { authorization: 'Token', accept: 'application/json', 'content-type': 'application/json' };
const rest = (method: string, path: string, body: string) => ({ method, path: `/stageit/api/staging/requests/${path}`, ...json, body });
const graph = (query: string) => ({ method: 'POST', path: '/stageit/api/staging/graphql/', ...json, body: JSON.stringify({ query }) });

test('golden requests: method, path, headers and body of every call', async (t) => {
  const { practice, stageit } = await setStageIt(t);
  const id = await stageit.submit([link(1), elsewhere(2, 'juelich')], { ...here, notify: true });
  await stageit.submit([link(2)], { ...here, notify: false });
  await stageit.abort(id, here);
  await stageit.reschedule(id, here);
  await stageit.retrieval(id, 'webdav', here);
  await stageit.retrieval(id, 'gridftp', here);
  await stageit.requestToken(id, here);
  await stageit.macaroons(id, here);
  await stageit.poll(
    [
      { id, links: [link(1)], online: 0 },
      { id: '4711', links: [], online: 0 },
    ],
    here,
  );
  await stageit.list(here);
  await stageit.list({ ...here, since: Date.UTC(2026, 10, 21, 12) });
  await stageit.probe(here);
  const node = 'id requestToken requestType when currentStatus currentStatusCode response surls { surl }';
  assert.deepEqual(practice.log.map(wire), [
    rest('POST', '', `{"surls":["${link(1)}","${elsewhere(2, 'juelich')}"],"notify":true,"request_type":"stage"}`),
    rest('POST', '', `{"surls":["${link(2)}"],"notify":false,"request_type":"stage"}`),
    rest('PUT', '100001/abort/', '{}'),
    rest('PATCH', '100001/', '{"current_status_code":"S"}'),
    rest('GET', '100001/convert2webdav/', ''),
    rest('GET', '100001/convert2gridftp/', ''),
    graph('{ request(id: 100001) { requestToken } }'),
    graph('{ request(id: 100001) { macaroons { content validUntil ltaSite { name } } } }'),
    graph(
      '{ r0: request(id: 100001) { currentStatus currentStatusCode response }' +
        ' r1: request(id: 4711) { currentStatus currentStatusCode response surls { surl } } }',
    ),
    graph(`{ requests(when_Gte: "0001-01-01T00:00:00", first: 50) { pageInfo { hasNextPage endCursor } edges { node { ${node} } } } }`),
    graph(
      `{ requests(when_Gte: "2026-11-21T12:00:00.000+00:00", first: 50) { pageInfo { hasNextPage endCursor } edges { node { ${node} } } } }`,
    ),
    graph(
      '{ requests(when_Gte: "2999-01-01T00:00:00") { edges { node { id } } }' +
        ' __type(name: "Query") { fields { name args { name type { name enumValues { name description } } } } } }',
    ),
  ]);
  assert.ok(practice.log.every(({ outcome }) => outcome === 'answered'));
  assert.ok(practice.log.every(({ headers }) => headers['user-agent'] === 'grid-workbench' && headers.connection === 'close'));
  assert.ok(!JSON.stringify(practice.log).includes(token));
});

test('a request of three sites goes from new to success, file by file', async (t) => {
  const { practice, stageit } = await setStageIt(t);
  const list = [link(0), elsewhere(1, 'juelich'), elsewhere(2, 'poznan'), link(3)];
  const id = await stageit.submit(list, { ...here, notify: true });
  assert.deepEqual(practice.requests[0]?.links, list);
  const seen: string[] = [];
  for (const ms of [500, 1_000, 500, 1_000, 1_000, 2_000]) {
    practice.advance(ms);
    const now = await report(stageit, id, list);
    seen.push(`${now.word} = ${now.state}, ${now.online} of ${now.total}: ${states(now, list).join(' ')}`);
  }
  assert.deepEqual(seen, [
    'new = submitted, 0 of 4: queued queued queued queued',
    'scheduled = scheduled, 0 of 4: queued queued queued queued',
    'in progress = running, 0 of 4: staging staging queued queued',
    'in progress = running, 1 of 4: online staging staging queued',
    'in progress = running, 2 of 4: online online staging staging',
    'success = done, 4 of 4: online online online online',
  ]);
});

test('an id may come as a number or as text; anything else is malformed and may exist', async (t) => {
  const { practice, stageit } = await setStageIt(t);
  for (const id of [17, '17', ' 17 ', Buffer.from('RequestType:17').toString('base64')]) {
    practice.fault({ kind: 'answer', value: { id }, times: 1 });
    assert.equal(await stageit.submit([link(1)], { ...here, notify: true }), '17');
  }
  practice.fault({ kind: 'answer', value: { id: 'c0ffee-17' }, times: 1 });
  assert.equal(await stageit.submit([link(1)], { ...here, notify: true }), 'c0ffee-17');
  for (const value of [null, {}, { id: null }, { id: '' }, { id: 0 }, { id: 1.5 }, { id: true }, { id: [17] }, { id: '../17' }, [17], 17]) {
    practice.fault({ kind: 'answer', value, times: 1 });
    await refuses(
      stageit.submit([link(1)], { ...here, notify: true }),
      'malformed',
      /look at the requests of the stager before staging again/,
    );
  }
});

test('no links, no call; links arrive byte for byte', async (t) => {
  const { practice, stageit } = await setStageIt(t);
  await refuses(stageit.submit([], { ...here, notify: true }), 'rejected', /no links/);
  assert.equal((await stageit.poll([], here)).size, 0);
  assert.deepEqual(practice.log, []);
  const odd = [`${link(1)}?x=1&y=<2>`, 'srm://h/ä ö/€😀', 'srm://h/"\\', ' leading and trailing ', 'srm://h/\u0001'];
  await stageit.submit(odd, { ...here, notify: true });
  assert.deepEqual(practice.requests[0]?.links, odd);
});

test('abort ends a running request and releases a finished one; reschedule starts again', async (t) => {
  const { practice, stageit } = await setStageIt(t);
  const list = links(3);
  const id = await stageit.submit(list, { ...here, notify: true });
  practice.advance(3_000);
  await stageit.abort(id, here);
  assert.deepEqual(states(await report(stageit, id, list), list), ['online', 'cancelled', 'cancelled']);
  await stageit.reschedule(id, here);
  practice.advance(2_000);
  assert.deepEqual(states(await report(stageit, id, list), list), ['online', 'staging', 'staging']);
  practice.advance(5_000);
  await refuses(stageit.reschedule(id, here), 'rejected', /^StageIT refused: .*request \d+ is success and cannot be rescheduled\.$/);
  await stageit.abort(id, here);
  assert.deepEqual(practice.requests[0]?.online, []);
});

test('abort and reschedule take any answer; a web page is none', async (t) => {
  const { practice, stageit } = await setStageIt(t);
  const id = await stageit.submit([link(1)], { ...here, notify: true });
  for (const value of [undefined, null, '', 'ok', {}, { id: 18 }, []]) {
    practice.fault({ kind: 'answer', value, times: 2 });
    await stageit.abort(id, here);
    await stageit.reschedule(id, here);
  }
  practice.fault({ kind: 'login', times: 1 });
  await refuses(stageit.abort(id, here), 'unreachable', /web page/);
});

test('an unknown id is told as such by every call, and is not sent when it cannot be one', async (t) => {
  const { practice, stageit } = await setStageIt(t);
  const calls = (id: string) => [
    stageit.abort(id, here),
    stageit.reschedule(id, here),
    stageit.retrieval(id, 'webdav', here),
    stageit.requestToken(id, here),
    stageit.macaroons(id, here),
  ];
  for (const call of calls('4711')) await refuses(call, 'notFound', /^StageIT does not know this request/);
  const asked = practice.log.length;
  for (const id of ['', '../requests', '1 2', '1) { x } #', '"', '17/abort', 'ä'])
    for (const call of calls(id)) await refuses(call, 'notFound', /No request of StageIT has such an id/);
  assert.equal(practice.log.length, asked);
});

test('the token for SRM is empty until there is one', async (t) => {
  const { practice, stageit } = await setStageIt(t);
  const id = await stageit.submit([link(1)], { ...here, notify: true });
  assert.equal(await stageit.requestToken(id, here), '');
  practice.advance(2_500);
  assert.equal(await stageit.requestToken(id, here), 'token-100001');
});

test('addresses come for both doors; anything but a list of texts is malformed', async (t) => {
  const { practice, stageit } = await setStageIt(t);
  const id = await stageit.submit([link(1), elsewhere(2, 'poznan')], { ...here, notify: true });
  const [surf = '', poznan = ''] = await stageit.retrieval(id, 'webdav', here);
  assert.match(surf, /^https:\/\/webdav\.grid\.surfsara\.nl:2882\/pnfs\//);
  assert.match(poznan, /^https:\/\/lta-webdav\.lofar\.psnc\.pl:2881\/lofar\//);
  assert.match((await stageit.retrieval(id, 'gridftp', here))[0] ?? '', /^gsiftp:\/\//);
  for (const value of [null, {}, 'https://x', [1], [['https://x']]]) {
    practice.fault({ kind: 'answer', value, times: 1 });
    await refuses(stageit.retrieval(id, 'webdav', here), 'malformed');
  }
});

test('the address may be given in each of the ways people have it', async (t) => {
  const { practice } = await setStageIt(t);
  const { origin } = new URL(practice.url);
  const ends = ['/stageit', '/stageit/', '/stageit/api/staging', '/stageit/api/staging/', '/stageit/api', '/stageit//', '', '/'];
  for (const end of [...ends, '/stageit/api/staging/requests/', '/stageit/api/staging/graphql/', '/stageit/?x=1#y']) {
    await stageitAt(origin + end).probe(here);
    assert.equal(practice.log.at(-1)?.path, '/stageit/api/staging/graphql/', end);
  }
  await refuses(stageitAt(`${origin}/elsewhere`).probe(here), 'notFound', /no stager at the address/);
  for (const url of ['http://operator:geheim@127.0.0.1/x', 'ftp://geheim/', 'geheim', '']) {
    assert.throws(
      () => createStageIt({ name: 'StageIT', url, token: () => Promise.resolve(token) }),
      (error) => error instanceof GridError && error.kind === 'rejected' && !error.sentence.includes('geheim'),
    );
  }
});

test('the token is asked for each time; none, or none that can be sent, makes no call', async (t) => {
  let given: string | undefined = '';
  const { practice, stageit } = await setStageIt(t, {}, { token: () => Promise.resolve(given) });
  for (given of [undefined, '', '  ', 'Token ']) await refuses(stageit.probe(here), 'auth', /Nobody is signed in to StageIT/);
  for (given of ['a b', 'tok\u0000en', 'tökén', 'two\r\nlines: x'])
    await refuses(stageit.probe(here), 'auth', /holds characters that no token has/);
  assert.deepEqual(practice.log, []);
  given = 'wrong';
  await refuses(stageit.probe(here), 'auth', /refused the API token\. Copy the token/);
  for (given of [token, ` ${token}\n`, `Token ${token}`]) await stageit.probe(here);
  practice.revoke(token);
  await refuses(stageit.poll([{ id: '17', links: [], online: 0 }], here), 'auth');
});

test('what it can do', async (t) => {
  const { stageit } = await setStageIt(t);
  assert.deepEqual(stageit.capabilities, {
    perFileErrors: true,
    mixedSites: true,
    reschedule: true,
    listMine: true,
    listsLinks: true,
    maxFiles: 1000,
  });
});
