/** The practice StageIT itself, asked over plain HTTP with the queries of the 2.0 client: it must behave as the reference says. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { startStageIt, type PracticeStageIt, type StageItOptions } from '../../practice/stageit';
import { failure } from '../../practice/stageitNode';
import { stageitKinds } from '../../practice/stageitMishap';

const pace = { newMs: 10, scheduledMs: 10, perFileMs: 10, goneMs: 100 };
const links = ['srm://srm.grid.sara.nl:8443/pnfs/p/a.tar', 'srm://lofar-srm.fz-juelich.de:8443/pnfs/q/b.tar'];

async function start(t: TestContext, options: StageItOptions = {}): Promise<PracticeStageIt> {
  const stageit = await startStageIt({ pace, clock: () => 1_700_000_000_000, ...options });
  t.after(() => stageit.stop());
  return stageit;
}

interface Told {
  readonly status: number;
  readonly body: unknown;
}

async function ask(stageit: PracticeStageIt, method: string, path: string, body?: unknown, token = 'practice-token'): Promise<Told> {
  const response = await fetch(`${stageit.url}/api/staging/${path}`, {
    method,
    headers: { authorization: `Token ${token}`, 'content-type': 'application/json', connection: 'close' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text };
}

async function graph(stageit: PracticeStageIt, query: string): Promise<{ data?: Record<string, unknown>; errors?: { message: string }[] }> {
  const { body } = await ask(stageit, 'POST', 'graphql/', { query });
  return body as { data?: Record<string, unknown>; errors?: { message: string }[] };
}

const submit = { surls: links, notify: false, request_type: 'stage' };

async function made(stageit: PracticeStageIt): Promise<number> {
  return ((await ask(stageit, 'POST', 'requests/', submit)).body as { id: number }).id;
}

async function control(stageit: PracticeStageIt, order: string, body?: unknown): Promise<Told> {
  const response = await fetch(`${stageit.control}/${order}`, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
  const text = await response.text();
  return { status: response.status, body: response.ok ? JSON.parse(text) : text };
}

test('a request lives as the reference tells', async (t) => {
  const stageit = await start(t);
  stageit.outcome('b.tar', 'failed');
  const answer = await ask(stageit, 'POST', 'requests/', submit);
  assert.deepEqual(answer, { status: 201, body: { id: 100_001, ...submit } });
  const query = '\n{\n  request(id: 100001) {\n    currentStatus\n currentStatusCode, response requestToken when\n  }\n}\n';
  const seen: unknown[] = [];
  for (let k = 0; k < 5; k++) {
    const { currentStatus, currentStatusCode, response } = (await graph(stageit, query)).data?.request as Record<string, string | null>;
    seen.push([currentStatus, currentStatusCode, response === null || response === undefined ? null : JSON.parse(response)]);
    stageit.advance(10);
  }
  const [a = '', b = ''] = links;
  assert.deepEqual(seen, [
    ['new', 'N', null],
    ['scheduled', 'S', null],
    ['in progress', 'I', { online: [], progressing: [a, b], errors: {} }],
    ['in progress', 'I', { online: [a], progressing: [b], errors: {} }],
    ['partial success', 'P', { online: [a], progressing: [], errors: { [b]: failure } }],
  ]);
  assert.equal(((await graph(stageit, query)).data?.request as { when: string }).when, '2023-11-14T22:13:20.000+00:00');
});

test('the queries of the 2.0 client are answered', async (t) => {
  const stageit = await start(t);
  const id = await made(stageit);
  await made(stageit);
  stageit.advance(100);
  await ask(stageit, 'PUT', `requests/${id}/abort/`, {});
  const surls = await graph(stageit, `\n{\n  request(id: ${id}) {\n    surls {\n        surl\n    }\n  }\n}        \n`);
  assert.deepEqual(surls, { data: { request: { surls: links.map((surl) => ({ surl })) } } });
  const list = (filter: string) => `
{
  requests(when_Gte:"0001-01-01T00:00:00"${filter}) {
    edges {
    \tnode {
            id,
            requestToken,
            currentStatusCode,
            surls { surl }
      }
    }
  }
}        `;
  const ids = async (filter: string) => {
    const { edges } = (await graph(stageit, list(filter))).data?.requests as { edges: { node: { id: number } }[] };
    return edges.map(({ node }) => node.id);
  };
  assert.deepEqual(await ids(''), [id, id + 1]);
  assert.deepEqual(await ids(', currentStatusCode: C'), [id, id + 1]);
  assert.deepEqual(await ids(', currentStatusCode_Ne: C'), []);
  const macaroons = await graph(stageit, `{ request(id: ${id + 1}) { macaroons { content, validUntil, ltaSite { name } } } }`);
  const told = (macaroons.data?.request as { macaroons: { content: string; ltaSite: { name: string } }[] }).macaroons;
  assert.deepEqual(
    told.map(({ content, ltaSite }) => [content.startsWith('MDAx'), ltaSite.name]),
    [
      [true, 'SURF'],
      [true, 'Juelich'],
    ],
  );
});

test('abort is 202 without a body; reschedule wants S; addresses come for both doors', async (t) => {
  const stageit = await start(t);
  const id = await made(stageit);
  assert.deepEqual(await ask(stageit, 'PUT', `requests/${id}/abort/`, {}), { status: 202, body: '' });
  assert.equal((await ask(stageit, 'PATCH', `requests/${id}/`, { current_status_code: 'Q' })).status, 400);
  assert.equal((await ask(stageit, 'PATCH', `requests/${id}/`, { current_status_code: 'S' })).status, 200);
  assert.equal((await ask(stageit, 'PATCH', `requests/${id}/`, { current_status_code: 'S' })).status, 400);
  assert.equal(((await ask(stageit, 'GET', `requests/${id}/`)).body as { current_status_code: string }).current_status_code, 'N');
  assert.deepEqual((await ask(stageit, 'GET', `requests/${id}/convert2webdav/`)).body, [
    'https://webdav.grid.surfsara.nl:2882/pnfs/p/a.tar',
    'https://lofar-webdav.fz-juelich.de:2880/pnfs/q/b.tar',
  ]);
  assert.match(JSON.stringify((await ask(stageit, 'GET', `requests/${id}/convert2gridftp/`)).body), /^\["gsiftp:/);
});

test('bad calls are refused as Django does', async (t) => {
  const stageit = await start(t);
  for (const body of [
    {},
    { ...submit, surls: [] },
    { ...submit, surls: 'x' },
    { ...submit, notify: 'yes' },
    { ...submit, request_type: 'copy' },
  ])
    assert.equal((await ask(stageit, 'POST', 'requests/', body)).status, 400);
  assert.equal(stageit.requests.length, 0);
  for (const [method, path] of [
    ['GET', 'requests/5/'],
    ['PUT', 'requests/5/abort/'],
    ['GET', 'requests/x/convert2webdav/'],
  ] as const)
    assert.deepEqual(await ask(stageit, method, path, method === 'PUT' ? {} : undefined), { status: 404, body: { detail: 'Not found.' } });
  for (const path of ['elsewhere/', 'requests', 'requests/5/dance/'])
    assert.match(String((await ask(stageit, 'GET', path)).body), /<html>/);
});

test('what is no known query is an error at 200, and nothing is answered', async (t) => {
  const stageit = await start(t);
  const id = await made(stageit);
  const told: readonly (readonly [string, RegExp])[] = [
    ['', /Syntax Error/],
    ['{', /Syntax Error/],
    ['{}', /Syntax Error/],
    ['{ request(id: 1) { id } } x', /Syntax Error/],
    ['{ request(id: 1 { id } }', /Syntax Error/],
    ['{ request(id: $id) { id } }', /Syntax Error/],
    ['mutation { x }', /Syntax Error/],
    ['{ ...x }', /Syntax Error/],
    ['{ ? }', /Unexpected character/],
    ['{ stagers { id } }', /Cannot query field "stagers" on type "Query"/],
    [`{ request(id: ${id}) { colour } }`, /Cannot query field "colour" on type "RequestType"/],
    [`{ request(id: ${id}) { id { x } } }`, /must not have a selection/],
    [`{ request(id: ${id}) }`, /must have a selection/],
    [`{ request(id: ${id}) { surls } }`, /must have a selection/],
    ['{ request { id } }', /is required/],
    [`{ request(id: "${id}") { id } }`, /Expected value of type "Int!"/],
    ['{ request(id: 99999999999) { id } }', /Expected value of type "Int!"/],
    ['{ requests(colour: 1) { edges { node { id } } } }', /Unknown argument "colour"/],
    ['{ requests(currentStatusCode: Q) { edges { node { id } } } }', /Expected value/],
    ['{ requests(currentStatusCode: "S") { edges { node { id } } } }', /Expected value/],
    ['{ requests(when_Gte: "soon") { edges { node { id } } } }', /Expected value/],
    ['{ requests(first: 200) { edges { node { id } } } }', /exceeds the `first` limit of 100/],
    ['{ request(id: 5) { id } }', /Request matching query does not exist/],
  ];
  for (const [query, message] of told) {
    const { data, errors } = await graph(stageit, query);
    assert.match(errors?.[0]?.message ?? '', message, query);
    assert.ok(data === undefined || Object.values(data).every((value) => value === null), query);
  }
  stageit.quirk({ errorStatus: 400 });
  assert.equal((await ask(stageit, 'POST', 'graphql/', { query: '{' })).status, 400);
});

test('aliases, names and comments are understood; an unknown id leaves the others', async (t) => {
  const stageit = await start(t);
  const id = await made(stageit);
  const query = `query News { # two at once\n a: request(id: ${id}) { n: id } b: request(id: 5) { id } c: requests { edges { cursor } } }`;
  assert.deepEqual(await graph(stageit, query), {
    data: { a: { n: id }, b: null, c: { edges: [{ cursor: 'YXJyYXljb25uZWN0aW9uOjA=' }] } },
    errors: [{ message: 'Request matching query does not exist.', path: ['b'] }],
  });
  stageit.quirk({ nonNull: true });
  assert.equal((await graph(stageit, query)).data, null);
});

test('introspection tells the letters, unless it is switched off', async (t) => {
  const stageit = await start(t);
  const query = '{ __type(name: "StagingRequestCurrentStatusCodeChoices") { kind enumValues { name description } } }';
  const type = (await graph(stageit, query)).data?.__type as { kind: string; enumValues: { name: string }[] };
  assert.equal(type.kind, 'ENUM');
  assert.deepEqual(type.enumValues[1], { name: 'S', description: 'Scheduled' });
  assert.deepEqual((await graph(stageit, '{ __type(name: "Nothing") { name } }')).data, { __type: null });
  stageit.quirk({ introspection: false });
  assert.match((await graph(stageit, query)).errors?.[0]?.message ?? '', /introspection is disabled/);
});

test('each account has its own requests, and a wrong token never gets in', async (t) => {
  const stageit = await start(t, { tokens: { aaa: 'ann', bbb: 'bob' } });
  const { id } = (await ask(stageit, 'POST', 'requests/', submit, 'aaa')).body as { id: number };
  assert.equal((await ask(stageit, 'PUT', `requests/${id}/abort/`, {}, 'bbb')).status, 404);
  const list = await ask(stageit, 'POST', 'graphql/', { query: '{ requests { edges { node { id } } } }' }, 'bbb');
  assert.deepEqual(list.body, { data: { requests: { edges: [] } } });
  stageit.log.length = 0;
  for (const token of ['secret', ''])
    assert.deepEqual(await ask(stageit, 'POST', 'requests/', submit, token), { status: 401, body: { detail: 'Invalid token.' } });
  assert.deepEqual(
    stageit.log.map(({ call, user, outcome, carriedOut }) => [call, user, outcome, carriedOut]),
    [
      ['submit', '', 'refused', false],
      ['submit', '', 'refused', false],
    ],
  );
  assert.ok(!JSON.stringify(stageit.log).includes('secret'));
  assert.equal(stageit.requests.length, 1);
});

test('mishaps befall the call they are for, as often as said', async (t) => {
  const stageit = await start(t);
  stageit.fault(
    { kind: 'fault', method: 'request', times: 1, message: 'later' },
    { kind: 'throttled', method: 'submit', retryAfter: '7', times: 1 },
  );
  assert.equal((await ask(stageit, 'POST', 'requests/', submit)).status, 429);
  assert.deepEqual(await graph(stageit, '{ requests { edges { node { id } } } }'), { data: { requests: { edges: [] } } });
  assert.deepEqual((await graph(stageit, '{ request(id: 1) { id } }')).errors, [{ message: 'later' }]);
  stageit.fault({ kind: 'nil', times: 1 }, { kind: 'login', times: 1 }, { kind: 'lose', times: 1 });
  assert.equal((await ask(stageit, 'POST', 'requests/', submit)).body, 'null');
  assert.match(String((await ask(stageit, 'POST', 'requests/', submit)).body), /password/);
  await assert.rejects(ask(stageit, 'POST', 'requests/', submit));
  assert.deepEqual(
    stageit.log.map(({ outcome, carriedOut }) => `${outcome} ${carriedOut}`),
    ['throttled false', 'answered true', 'fault false', 'nil true', 'login false', 'lose true'],
  );
  assert.equal(stageit.requests.length, 2);
  assert.equal(new Set(stageitKinds).size, stageitKinds.length);
});

test('the control door tells and takes orders', async (t) => {
  const stageit = await start(t);
  const id = await made(stageit);
  assert.deepEqual((await control(stageit, 'requests')).body, [
    { id, user: 'operator', links, notify: false, status: 'new', online: [], failed: [], gone: false },
  ]);
  const [entry] = (await control(stageit, 'log')).body as { method: string; path: string; body: string; call: string }[];
  assert.deepEqual(
    [entry?.method, entry?.path, entry?.body, entry?.call],
    ['POST', '/stageit/api/staging/requests/', JSON.stringify(submit), 'submit'],
  );
  await control(stageit, 'advance', { ms: 25 });
  await control(stageit, 'hold', { id });
  const word = async () =>
    ((await graph(stageit, `{ request(id: ${id}) { currentStatus } }`)).data?.request as { currentStatus: string }).currentStatus;
  assert.equal(await word(), 'on hold');
  await control(stageit, 'quirk', { word: 'odd' });
  assert.equal(await word(), 'odd');
  await control(stageit, 'fault', [{ kind: 'anonymous', times: 1 }]);
  assert.equal((await ask(stageit, 'GET', `requests/${id}/`)).status, 403);
  await control(stageit, 'outcome', { pattern: 'a', outcome: 'failed' });
  await control(stageit, 'reset', {});
  assert.deepEqual((await control(stageit, 'log')).body, []);
  assert.deepEqual((await control(stageit, 'requests')).body, []);
  await control(stageit, 'revoke', { token: 'practice-token' });
  assert.equal((await ask(stageit, 'POST', 'requests/', submit)).status, 401);
  for (const [order, body] of [
    ['fault', { kind: 'flood' }],
    ['revoke', {}],
    ['dance', {}],
    ['secrets', undefined],
  ] as const)
    assert.equal((await control(stageit, order, body)).status, 400, order);
});

test('it stops with calls hanging, and its port can be given', async () => {
  const first = await startStageIt();
  first.fault({ kind: 'slow', ms: 3_600_000, times: 1 }, { kind: 'hang' });
  const waiting = Promise.allSettled([ask(first, 'POST', 'requests/', submit), ask(first, 'POST', 'requests/', submit)]);
  while (first.log.length < 2) await new Promise((resolve) => setImmediate(resolve));
  await first.stop();
  assert.deepEqual(
    (await waiting).map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  const port = Number(new URL(first.url).port);
  const second = await startStageIt({ port });
  await assert.rejects(startStageIt({ port }), /EADDRINUSE/);
  await second.stop();
});
