/** Macaroons: their limits in both formats, and which one fits a file. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { macaroonFor, readMacaroon, readTime, type Macaroon } from '../../../src/adapters/stageitMacaroon';
import { madeUp } from '../../practice/stageitMacaroon';
import { here, link } from './stage';
import { elsewhere, setStageIt } from './stageitStage';

const end = Date.UTC(2026, 10, 28, 12);

/** libmacaroons' version 2: fields of a type, a length and bytes; a zero byte ends each section. */
function v2(caveats: readonly string[]): Buffer {
  const field = (type: number, value: Buffer) => Buffer.concat([Buffer.from([type, value.length]), value]);
  return Buffer.concat([
    Buffer.from([2]),
    field(1, Buffer.from('dcache')),
    field(2, Buffer.from('made up')),
    Buffer.from([0]),
    ...caveats.map((caveat) => Buffer.concat([field(2, Buffer.from(caveat)), Buffer.from([0])])),
    Buffer.from([0]),
    field(6, Buffer.alloc(32, 0xe4)),
  ]);
}

const caveats = ['before:2026-11-28T12:00:00Z', 'path:/pnfs/data/lofar/ops/projects/lc0_001/229507', 'activity:DOWNLOAD,READ_METADATA'];
const limits = { path: '/pnfs/data/lofar/ops/projects/lc0_001/229507', before: end, activities: ['DOWNLOAD', 'READ_METADATA'] };

test('the limits are read from every format and spelling', () => {
  const bytes = Buffer.from(madeUp('x', caveats), 'base64url');
  const json = JSON.stringify({ v: 2, i: 'x', c: caveats.map((i) => ({ i })), s64: 'c2lnbmF0dXJl' });
  const spellings = [
    bytes.toString('base64url'),
    bytes.toString('base64'),
    ` ${bytes.toString('base64url').replace(/(.{64})/g, '$1\n')}\n`,
    v2(caveats).toString('base64url'),
    v2(caveats).toString('base64'),
    Buffer.from(json).toString('base64url'),
  ];
  for (const content of spellings) assert.deepEqual(readMacaroon('SURF', content, ''), { site: 'SURF', content, ...limits });
});

test('limits narrow each other: the longest path, the earliest end, the activities that all allow', () => {
  const content = madeUp('x', [
    'root:/pnfs',
    'path:/a',
    'path:/a/b',
    'before:2026-11-30T00:00:00Z',
    'before:2026-11-28T12:00:00Z',
    'activity:LIST,DOWNLOAD',
    'activity:download',
  ]);
  const { path, before, activities } = readMacaroon('SURF', content, '2026-11-29T00:00:00+00:00');
  assert.deepEqual({ path, before, activities }, { path: '/a/b', before: end, activities: ['DOWNLOAD'] });
  assert.equal(readMacaroon('SURF', content, '2026-11-01T00:00:00').before, Date.UTC(2026, 10, 1));
  assert.equal(readMacaroon('SURF', madeUp('x', ['root:/pnfs/x']), '').path, '/pnfs/x');
});

test('what cannot be decoded is a macaroon without limits, and never an error', () => {
  for (const content of ['x', '!!!', 'MDAx', 'MDAwMAo', madeUp('x', []), madeUp('x', ['before:soon']), madeUp('x', caveats).slice(0, 30)]) {
    assert.deepEqual(readMacaroon('SURF', content, 'never'), { site: 'SURF', content });
    assert.equal(readMacaroon('SURF', content, '2026-11-28T12:00:00+00:00').before, end);
  }
  assert.deepEqual(['2026-11-28T12:00:00Z', '2026-11-28T13:00:00+01:00', '2026-11-28T12:00:00', '2026-11-28 12:00:00', ''].map(readTime), [
    end,
    end,
    end,
    end,
    undefined,
  ]);
});

const of = (site: string, path?: string, before?: number): Macaroon => ({
  site,
  content: `${site}${path}${before}`,
  ...(path === undefined ? {} : { path }),
  ...(before === undefined ? {} : { before }),
});

test('same site, then the longest path that covers, then the latest end', () => {
  const all = [
    of('SURF', undefined, 9),
    of('SURF', '/pnfs/a', 1),
    of('SURF', '/pnfs/a/', 3),
    of('SURF', '/pnfs/a', 2),
    of('SURF', '/pnfs/a/b', 1),
    of('Juelich', '/pnfs/a/b/c', 9),
    of('Poznan', '/lofar'),
  ];
  const choices: readonly (readonly [string, string, Macaroon | undefined])[] = [
    ['sara', '/pnfs/a/b/x.tar', all[4]],
    ['SURF', '/pnfs/a/x.tar', all[2]],
    ['surf', '/pnfs/ab/x.tar', all[0]],
    ['juelich', '/pnfs/a/b/c/x.tar', all[5]],
    ['JUELICH', '/pnfs/a/b/c', all[5]],
    ['juelich', '/pnfs/a/b/x.tar', undefined],
    ['psnc', '/lofar/x', all[6]],
    ['poznan', '/pnfs/x', undefined],
    ['elsewhere', '/x', undefined],
  ];
  for (const [site, path, wanted] of choices) assert.equal(macaroonFor(all, site, path), wanted, `${site} ${path}`);
  const endless = [of('SURF', '/a', 5), of('SURF', '/a')];
  assert.equal(macaroonFor(endless, 'sara', '/a/x'), endless[1]);
  assert.equal(macaroonFor([], 'sara', '/a'), undefined);
});

test('a request of several sites brings one for each folder of each', async (t) => {
  const { practice, stageit } = await setStageIt(t);
  const list = [link(0), link(1), link(2).replace('229507/', '229508/'), elsewhere(3, 'juelich'), elsewhere(4, 'poznan')];
  const id = await stageit.submit(list, { ...here, notify: true });
  assert.deepEqual(await stageit.macaroons(id, here), []);
  practice.advance(10_000);
  const macaroons = await stageit.macaroons(id, here);
  assert.deepEqual(
    macaroons.map(({ site, path }) => `${site} ${path?.split('/').at(-1)}`),
    ['SURF 229507', 'SURF 229508', 'Juelich 769079', 'Poznan 769079'],
  );
  assert.ok(macaroons.every(({ before, activities }) => before === practice.now + 7 * 86_400_000 && activities?.[0] === 'DOWNLOAD'));
  const addresses = await stageit.retrieval(id, 'webdav', here);
  const fits = addresses.map((address, k) =>
    macaroonFor(macaroons, ['sara', 'sara', 'sara', 'juelich', 'poznan'][k] ?? '', new URL(address).pathname),
  );
  assert.deepEqual(
    fits.map((each) => macaroons.findIndex((one) => one === each)),
    [0, 0, 1, 2, 3],
  );
});

test('odd lists of macaroons are read as far as they go', async (t) => {
  const { practice, stageit } = await setStageIt(t);
  for (const [value, count] of [
    [null, 0],
    [{}, 0],
    [[null, 7, {}, { content: '' }, { content: 'abc' }, { content: 'abc', ltaSite: null, validUntil: 7 }], 2],
  ] as const) {
    practice.fault({ kind: 'answer', value: { data: { request: { macaroons: value } } }, times: 1 });
    assert.equal((await stageit.macaroons('17', here)).length, count);
  }
});
