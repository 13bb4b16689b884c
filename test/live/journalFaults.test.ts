/** What befalls the journal of living windows: a full disk, a newer version, a torn line, forty dead windows, dead leaders. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import type { Answers, Opening } from './deskOrder';
import { startJudge, type Judge } from './judge';
import { links } from './plot';
import { endIdle, Windows, type WindowProcess } from './windows';

const run = promisify(execFile);
const hourMs = 60 * 60_000;
let judge: Judge;
let windows: Windows;
/** Taken down once no window is in it any more. */
let mounted: string | undefined;
const open = (host: string, more: Partial<Opening> = {}) => windows.start({ ...judge.door, host, callMs: 1_500, ...more });
const files = async (folder = windows.folder) => (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).sort();

before(async () => {
  judge = await startJudge('stageit');
});
after(async () => {
  await endIdle();
  await judge.stop();
});
beforeEach(async () => {
  judge.reset();
  windows = await Windows.open();
});
afterEach(async () => {
  await windows.clear();
  if (mounted !== undefined) await run('umount', ['-l', mounted]);
  mounted = undefined;
});

/** A small disk; undefined where this user may not mount one. */
async function smallDisk(t: TestContext): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'grid-disk-'));
  t.after(() => rmdir(folder));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', folder]);
  } catch (error) {
    assert.ok(!process.env.CI, `no small disk can be mounted: ${String(error)}`);
    t.skip('needs root to mount a small disk');
    return undefined;
  }
  mounted = folder;
  return folder;
}

/** Leaves no block; what a file has left of its last one is still its own. */
async function fill(folder: string): Promise<void> {
  await assert.rejects(writeFile(join(folder, 'ballast'), Buffer.alloc(1024 * 1024)), { code: 'ENOSPC' });
}

/** Leaves no byte: the journal's last block is filled with empty lines. */
async function fillUp(folder: string): Promise<void> {
  await fill(folder);
  for (const name of await files(folder)) await assert.rejects(appendFile(join(folder, name), '\n'.repeat(8192)), { code: 'ENOSPC' });
}

test('a full disk: nothing is sent, nothing is planned, and it is said', async (t) => {
  const folder = await smallDisk(t);
  if (folder === undefined) return;
  const window = await open('login1', { folder });
  await window.order({ do: 'stage', parts: [links(1, 0, 2)] });
  await fill(folder);
  const parts = Array.from({ length: 40 }, (_, part) => links(2, part, 3));
  assert.match(await window.refused({ do: 'stage', parts }), /cannot be written \(ENOSPC\)\. Free space/);
  const other = await open('login2', { folder });
  assert.equal((await other.order({ do: 'refresh' })).requests.length, 1, 'no half of the plan is left to others');
  assert.equal((await window.order({ do: 'refresh' })).requests.length, 1);
  assert.equal(judge.submits().length, 1);
  await rm(join(folder, 'ballast'));
  await window.order({ do: 'stage', parts });
  const third = await open('login3', { folder });
  const desk = await third.order({ do: 'look' });
  assert.deepEqual([desk.requests.length, desk.problems, judge.submits().length], [41, [], 41]);
});

test('a disk that fills between submit and answer: the id is told, and written when there is room', async (t) => {
  const folder = await smallDisk(t);
  if (folder === undefined) return;
  const window = await open('login1', { folder });
  judge.befall({ kind: 'slow', ms: 300 });
  const filled = new Promise((resolve, reject) => {
    void judge.onSubmit(1, () => void fillUp(folder).then(resolve, reject), AbortSignal.timeout(60_000));
  });
  const told = await window.order({ do: 'stage', parts: [links(1, 0, 2)] });
  await filled;
  const [id = ''] = judge.made().keys();
  assert.equal(told.parts?.[0]?.request?.id, id);
  assert.match(told.parts?.[0]?.error ?? '', new RegExp(`^Request ${id} was made, but it could not be written down: .*ENOSPC`));
  const other = await open('login2', { folder });
  assert.equal((await other.order({ do: 'look' })).requests[0]?.id, '');
  await rm(join(folder, 'ballast'));
  await window.order({ do: 'refresh' });
  assert.deepEqual(
    (await other.order({ do: 'look' })).requests.map((request) => request.id),
    [id],
  );
  assert.equal(judge.submits().length, 1);
});

test('a newer version writes to the same folder: nothing is submitted, nothing is deleted, the rest is shown', async () => {
  const first = await open('login1');
  await first.order({ do: 'stage', parts: [links(1, 0, 1)] });
  const newer = join(windows.folder, 'login9-20990101T000000Z-00000000.jsonl');
  const text = '{"v":2,"e":"submitting","what":"nobody knows"}\n{"v":2,"e":"closed","at":1}\n';
  await writeFile(newer, text);
  for (const window of [first, await open('login2')]) {
    assert.match(await window.refused({ do: 'stage', parts: [links(1, 1, 1)] }), /newer Grid Workbench/);
    const desk = await window.order({ do: 'refresh' });
    assert.deepEqual([desk.requests.length, desk.problems.length], [1, 1]);
    assert.match(desk.problems[0] ?? '', /Nothing is submitted from here until/);
    await window.order({ do: 'tidy' });
  }
  assert.equal(await readFile(newer, 'utf8'), text);
  assert.equal(judge.submits().length, 1);
});

test('a newer version that comes while drafts wait: they wait on', async () => {
  const window = await open('login1', { filesInFlight: 1 });
  await window.order({ do: 'stage', parts: [links(1, 0, 1), links(1, 1, 1)] });
  await writeFile(join(windows.folder, 'login9-20990101T000000Z-00000000.jsonl'), '{"v":2,"e":"part"}\n');
  judge.advance(hourMs);
  await window.order({ do: 'refresh' });
  const desk = await window.order({ do: 'refresh' });
  assert.deepEqual([judge.submits().length, desk.requests.filter(({ state }) => state === 'draft').length], [1, 1]);
});

test('a torn last line: what stands before it is used, and whoever comes next writes on', async () => {
  const first = await open('login1', { death: { step: 'append', when: 'within', nth: 5 } });
  first.tell({ do: 'stage', parts: [links(1, 0, 1), links(1, 1, 1), links(1, 2, 1)] });
  assert.equal(await first.hear(), undefined);
  const [torn = ''] = await files();
  assert.doesNotMatch(await readFile(join(windows.folder, torn), 'utf8'), /\n$/);
  const second = await open('login1', { offsetMs: hourMs });
  const desk = await second.order({ do: 'refresh' });
  assert.deepEqual([desk.requests.map(({ uncertain, id }) => [uncertain, id !== '']), desk.problems], [Array(3).fill([false, true]), []]);
  assert.equal(judge.submits().length, 3);
});

test('a line that nobody can read is told with its place, and hides no other', async () => {
  const first = await open('login1');
  await first.order({ do: 'stage', parts: [links(1, 0, 1)] });
  const [file = ''] = await files();
  await appendFile(join(windows.folder, file), '{"v":1,"e":"pa\n');
  await first.order({ do: 'stage', parts: [links(1, 1, 1)] });
  const desk = await (await open('login2')).order({ do: 'look' });
  assert.equal(desk.requests.length, 2);
  assert.match(desk.problems.join(), new RegExp(`^Line \\d+ of .*${file} cannot be read`));
});

test('of three windows one leads; when it is killed another one does, once its term is over', async () => {
  const term = { leaseMs: 10_000 };
  const three = await Promise.all([open('login1', term), open('login1', term), open('login2', term)]);
  const lead = async (living: readonly WindowProcess[]) => {
    // Twice: at the very beginning two may hold it for a moment.
    for (const window of living) await window.order({ do: 'lead' });
    const leaders: WindowProcess[] = [];
    for (const window of living) if ((await window.order({ do: 'lead' })).leads) leaders.push(window);
    return leaders;
  };
  const [leader, ...more] = await lead(three);
  assert.ok(leader !== undefined && more.length === 0, `${more.length + 1} lead`);
  await leader.kill();
  const living = three.filter((window) => window !== leader);
  assert.deepEqual(await lead(living), [], 'its term is not over');
  for (const window of living) await window.order({ do: 'clock', offsetMs: 11_000 });
  assert.equal((await lead(living)).length, 1);
  for (const window of living) await window.order({ do: 'clock', offsetMs: 60_000 });
  assert.equal((await lead(living)).length, 1);
});

/** What a person sees, without what differs from one look to the next. */
function sight({ requests, campaigns, problems }: Answers) {
  return { requests, campaigns, problems };
}

test('forty windows that are gone become one file, also when two windows tidy at once; nothing is lost', async () => {
  for (let each = 0; each < 40; each++) {
    const window = await open(`login${each % 2}`);
    await window.order({ do: 'stage', parts: [links(1, each, 2)], name: `list ${each}` });
    if (each === 20) judge.advance(hourMs);
    if (each % 10 === 5) await window.order({ do: 'refresh' });
    await window.order({ do: 'close' });
    windows.release(window);
  }
  const pair = await Promise.all([open('login1'), open('login2')]);
  for (const window of pair) await window.order({ do: 'refresh' });
  await pair[0]?.order({ do: 'stage', parts: [links(1, 99, 1)] });
  const before = sight(await (await open('login3')).order({ do: 'look' }));
  assert.equal(before.requests.length, 41);
  assert.ok((await files()).length >= 40);
  for (const window of pair) await window.order({ do: 'look' });
  await Promise.all(pair.map((window) => window.order({ do: 'tidy' })));
  assert.ok((await files()).length <= 5, (await files()).join(' '));
  assert.deepEqual(sight(await (await open('login4')).order({ do: 'look' })), before);
  for (const window of pair) assert.deepEqual(sight(await window.order({ do: 'refresh' })).requests.length, 41);
  assert.equal(judge.submits().length, 41);
});
