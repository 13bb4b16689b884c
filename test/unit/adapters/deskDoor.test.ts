/** The desk on a real adapter: a submit whose answer was lost is found among dCache's requests, and what leaves the disk is seen. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { part, Room, signal } from '../staging/stage';
import { link, links, setDoor } from './doorStage';

test('a lost answer is settled by the paths of the request, and nothing is pinned twice', async (t) => {
  const { door, bulk } = await setDoor(t, 3);
  const room = new Room();
  const desk = room.window(() => Promise.resolve(bulk));
  door.fault({ kind: 'lose', method: 'bulk', times: 1 });
  await desk.stage([part(...links(3))], { signal, notify: false, name: 'srm' });
  assert.deepEqual(
    desk.requests.map(({ state, uncertain, id }) => [state, uncertain, id]),
    [['unknown', true, '']],
  );
  await desk.refresh({ signal });
  const [request] = desk.requests;
  assert.match(request?.id ?? '', /^5c0ffee0-/);
  assert.equal(request?.uncertain, undefined);
  door.advance(10_000);
  await desk.refresh({ signal });
  assert.deepEqual([desk.requests[0]?.state, desk.requests[0]?.files.map(({ state }) => state)], ['done', ['online', 'online', 'online']]);
  assert.equal([...door.store.requests.values()].filter(({ activity }) => activity === 'PIN').length, 1);
});

test('an abort on the desk tells the stager the links, and lets the files go', async (t) => {
  const { door, tape } = await setDoor(t, 2);
  const room = new Room();
  const desk = room.window(() => Promise.resolve(tape));
  await desk.stage([part(...links(2))], { signal, notify: false, name: 'srm' });
  door.advance(10_000);
  await desk.refresh({ signal });
  const [request] = desk.requests;
  assert.ok(request);
  await desk.abort(request, { signal });
  assert.equal(await door.store.wordOf(link(0).replace(/^srm:\/\/[^/]*/, '')), 'TAPE');
});
