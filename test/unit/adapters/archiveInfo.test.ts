/** Localities by the hundred thousand: each link once, whatever the door makes of the question. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkLocality } from '../../../src/core/staging/check';
import { here } from './stage';
import { link, links, localities, pathOf, refuses, setDoor } from './doorStage';

test('parts of a thousand, some at a time; a door that takes fewer gets halves', async (t) => {
  const { door, tape, called } = await setDoor(t, 2500);
  door.latencyMs = 20;
  const told = await localities(tape, links(2500));
  assert.ok(told.every((word) => word === 'NEARLINE'));
  assert.deepEqual(
    door.log.filter(({ call }) => call === 'archiveinfo').map(({ body }) => (JSON.parse(body) as { paths: string[] }).paths.length),
    [1000, 1000, 500],
  );
  assert.ok(door.peak > 1);
  door.latencyMs = 0;
  const before = called().length;
  door.quirk({ archiveMax: 300 });
  assert.ok((await localities(tape, links(2500))).every((word) => word === 'NEARLINE'));
  assert.equal(called().length - before, 3 + 6 + 8);
});

test('an answer about the first only, about half, twice, in any order: the rest is asked once more, then told as unknown', async (t) => {
  const { door, tape } = await setDoor(t, 100);
  door.fault({ kind: 'half', method: 'archiveinfo', times: 1 });
  assert.ok((await localities(tape, links(100))).every((word) => word === 'NEARLINE'));
  door.fault({ kind: 'again', method: 'archiveinfo', times: 1 });
  assert.ok((await localities(tape, links(100))).every((word) => word === 'NEARLINE'));
  door.quirk({ archiveLimit: 10 });
  const told = await localities(tape, links(100));
  assert.equal(told.filter((word) => word === 'NEARLINE').length, 20);
  assert.equal(told.filter((word) => word === 'Door was asked about this file and did not answer.').length, 80);
});

test('strange answers about one file are that file only', async (t) => {
  const { door, tape } = await setDoor(t, 5);
  const paths = links(5).map(pathOf);
  const value = [
    { path: paths[0], locality: 'DISK' },
    { path: paths[1], locality: 'SOMETHING_NEW' },
    { path: paths[2], error: 'pool\nof  token=abcdefgh is down.' },
    { path: paths[3] },
    { path: '/of/nobody', locality: 'TAPE' },
    { path: 17, locality: 'TAPE' },
    null,
    'text',
  ];
  door.fault({ kind: 'answer', value, method: 'archiveinfo' });
  assert.deepEqual(await localities(tape, links(5)), [
    'ONLINE',
    'UNKNOWN',
    'Door: pool of token=abcdefgh is down.',
    'Door does not tell where this file is.',
    'Door was asked about this file and did not answer.',
  ]);
  for (const whole of [{}, 'ok', null, 17]) {
    door.heal();
    door.fault({ kind: 'answer', value: whole, method: 'archiveinfo' });
    await refuses(localities(tape, links(5)), 'malformed');
  }
});

test('two links of one path are both told; a part that fails leaves its links open, the others are told', async (t) => {
  const { door, tape } = await setDoor(t, 3000);
  const gfal = link(1).replace(':8443/', ':8443/srm/managerv2?SFN=/');
  assert.deepEqual(await localities(tape, [link(1), gfal]), ['NEARLINE', 'NEARLINE']);
  door.fault({ kind: 'page', method: 'archiveinfo', times: 1 });
  const heard = new Set<string>();
  await refuses(tape.locality(links(3000), { ...here, heard: (each) => heard.add(each) }), 'unreachable');
  assert.equal(heard.size, 2000);
});

test('a hundred thousand links: progress in steps, memory in proportion, a cancel at once', async (t) => {
  const count = 100_000;
  const { door, tape } = await setDoor(t, count);
  const all = links(count);
  door.store.putOnline(all.filter((_, k) => k % 3 === 0).map(pathOf));
  const steps: number[] = [];
  const check = await checkLocality(all, [{ name: 'Door', locality: (some, options) => tape.locality(some, options) }], {
    ...here,
    progress: (done) => steps.push(done),
  });
  assert.deepEqual([check.total, check.done, check.staged, check.percentStaged, check.failed], [count, count, 33_334, 33.3, 0]);
  assert.ok(steps.length <= 201 && steps.at(-1) === count, `${steps.length} steps`);
  assert.ok(steps.every((step, k) => k === 0 || step > (steps[k - 1] ?? 0)));
  const stop = new AbortController();
  const cut = await checkLocality(all, [{ name: 'Door', locality: (some, options) => tape.locality(some, options) }], {
    signal: stop.signal,
    progress: (done) => {
      if (done >= 5000) stop.abort();
    },
  });
  assert.ok(cut.cancelled && cut.done >= 5000 && cut.done < 20_000, String(cut.done));
  assert.equal(cut.result.failed.at(-1)?.message, 'Not asked: the check was cancelled.');
  assert.deepEqual(door.store.opened, []);
});
