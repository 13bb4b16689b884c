import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { GridError } from '../../../src/core/errors';
import type { Desk } from '../../../src/core/staging/desk';
import { usesOf } from '../../../src/core/staging/pin';
import type { StagingRequest } from '../../../src/core/staging/request';
import { Fake, files, options, part, Room, signal } from './stage';

/** A stager with pins of its own for each request. */
class Pinning extends Fake {
  released: [string, readonly string[]][] = [];
  extended: [string, readonly string[], number][] = [];
  release = (id: string, links: readonly string[]): Promise<void> => {
    this.released.push([id, links]);
    return Promise.resolve();
  };
  extend = (id: string, links: readonly string[], { pinMs }: { readonly pinMs: number }): Promise<string> => {
    this.extended.push([id, links, pinMs]);
    return Promise.resolve('900');
  };
}

const link = (name: string, door = 'srm://srm.grid.sara.nl:8443') => `${door}/pnfs/grid.sara.nl/data/${name}`;
let room: Room;
let desk: Desk;
let stager: Pinning;

beforeEach(() => {
  stager = new Pinning();
  room = new Room(stager);
  desk = room.window();
});

/** A request of these files that has ended with all of them online. */
async function staged(...links: string[]): Promise<StagingRequest> {
  const [submission] = await desk.stage([part(...links)], options);
  stager.report = { state: 'done', word: '', files: files(Object.fromEntries(links.map((each) => [each, 'online' as const]))) };
  await desk.refresh({ signal });
  const request = desk.find('LTA', submission?.request?.id ?? '');
  assert.equal(request?.state, 'done');
  return request;
}

test('release lets go of what no other request uses, in whatever form that names it', async () => {
  const first = await staged(link('a'), link('b'), link('c'));
  const second = await staged(link('b', 'srm://srm.grid.sara.nl'));
  assert.deepEqual(usesOf(first, desk.requests), { free: [link('a'), link('c')], shared: [link('b')], others: [second] });
  const after = await desk.release(first, { signal });
  assert.deepEqual(stager.released, [[first.id, [link('a'), link('c')]]]);
  assert.deepEqual(
    after.files.map(({ state }) => state),
    ['cancelled', 'online', 'cancelled'],
  );
  assert.equal(after.state, 'done');
  const next = room.window();
  await next.load({ signal });
  assert.deepEqual(next.find('LTA', first.id)?.files, after.files, 'it is on record');
});

test('where all files are used elsewhere nothing is released, unless somebody says so', async () => {
  const first = await staged(link('a'));
  await staged(link('a', 'srm://srm.grid.sara.nl'));
  await assert.rejects(desk.release(first, { signal }), { kind: 'conflict', message: /1 file of request 101 of LTA is used by another/ });
  assert.deepEqual(stager.released, []);
  const after = await desk.release(first, { signal, all: true });
  assert.equal(after.state, 'aborted');
  assert.deepEqual(stager.released, [['101', [link('a')]]]);
});

test('requests that are released together are no others to each other', async () => {
  const first = await staged(link('a'), link('b'));
  await staged(link('b', 'srm://srm.grid.sara.nl'), link('c'));
  const held = await desk.extend(first, { signal });
  await desk.refresh({ signal });
  const together = new Set([first.key, held.key]);
  assert.deepEqual(usesOf(first, desk.requests, together).free, [link('a')]);
  assert.deepEqual(usesOf(first, desk.requests).free, []);
  await desk.release(first, { signal, together });
  assert.deepEqual(stager.released, [[first.id, [link('a')]]]);
});

test('what still runs, holds nothing, or was never sent is not released', async () => {
  const [submission] = await desk.stage([part(link('a'))], options);
  const running = submission?.request;
  assert.ok(running);
  await assert.rejects(desk.release(running, { signal }), { kind: 'rejected', hint: 'Abort it instead.' });
  const done = await staged(link('b'));
  const gone = await desk.release(done, { signal });
  await assert.rejects(desk.release(gone, { signal }), /held on disk any more/);
});

test('a stager that ends requests only as a whole does so when no other uses a file', async () => {
  const plain = new Fake();
  room = new Room(plain);
  desk = room.window();
  stager = plain as Pinning; // `staged` sets its report
  const first = await staged(link('a'), link('b'));
  const second = await staged(link('b', 'srm://srm.grid.sara.nl'));
  await assert.rejects(desk.release(first, { signal }), /can only release a request as a whole/);
  assert.deepEqual(plain.aborted, []);
  await desk.release(second, { signal, all: true });
  assert.deepEqual(plain.aborted, [second.id]);
  await assert.rejects(desk.extend(first, { signal }), { kind: 'rejected', message: 'LTA cannot keep files longer.' });
});

test('extend makes a request that holds the files from now on, in the same campaign', async () => {
  const first = await staged(link('a'), link('b'));
  room.now += 3_600_000;
  const held = await desk.extend(first, { signal });
  assert.deepEqual(stager.extended, [[first.id, [link('a'), link('b')], 7 * 24 * 3_600_000]]);
  assert.deepEqual([held.id, held.createdAt, held.campaigns], ['900', room.now, first.campaigns]);
  assert.deepEqual(
    held.files.map(({ state }) => state),
    ['online', 'online'],
  );
  assert.equal(desk.campaigns.length, 1);
  assert.equal(desk.campaigns[0]?.name, 'srm');
  assert.equal(desk.campaigns[0]?.progress.online, 2);
  await desk.refresh({ signal });
  assert.equal(desk.find('LTA', '900')?.state, 'done');
  const next = room.window();
  await next.load({ signal });
  assert.equal(next.requests.length, 2, 'the next window knows both');
});

test('an extension that fails leaves everything as it is', async () => {
  const first = await staged(link('a'));
  stager.extend = () => Promise.reject(new GridError('unreachable', 'No answer.', { uncertain: true }));
  await assert.rejects(desk.extend(first, { signal }), /No answer/);
  assert.equal(desk.requests.length, 1);
});
