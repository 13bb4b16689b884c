import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { openJournal } from '../../../src/adapters/journal';
import { GridError } from '../../../src/core/errors';
import type { Journal } from '../../../src/core/ports';
import type { StagingEvent } from '../../../src/core/staging/event';

const { signal } = new AbortController();
const dayMs = 24 * 60 * 60_000;
let folder: string;
let now: number;
const open = (host = 'login1') => openJournal({ folder, host, clock: () => now, leaseMs: 1_000 });
const made = (id: string): StagingEvent => ({ e: 'made', at: 1, part: 'p', id });
const idsIn = (events: readonly StagingEvent[]) => events.flatMap((event) => (event.e === 'made' ? [event.id] : []));
const idsOf = async (journal: Journal) => idsIn((await journal.read({ signal })).events);
const files = async () => (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).sort();
const pathOf = async (host: string) => join(folder, (await files()).find((name) => name.startsWith(host)) ?? '');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grid-journal-'));
  now = 1_700_000_000_000;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('writing and reading', () => {
  test('what a window appends all others read, once; it does not read its own', async () => {
    const [a, b] = [open('login1'), open('login2')];
    await a.append([made('1'), made('2')]);
    await a.append([made('3')]);
    assert.deepEqual(await idsOf(b), ['1', '2', '3']);
    await b.append([made('4')]);
    assert.deepEqual([await idsOf(a), await idsOf(b), await idsOf(open('login3'))], [['4'], [], ['1', '2', '3', '4']]);
  });

  test('an event comes back as it was, with nothing added', async () => {
    const event: StagingEvent = { e: 'campaign', at: 7, campaign: 'c', name: 'ü\n"{}"' };
    const writer = open();
    await writer.append([event]);
    await writer.append([event, event]);
    assert.deepEqual((await open().read({ signal })).events, [event, event, event]);
  });

  test('appends that come together are written one after the other', async () => {
    const writer = open();
    await Promise.all(Array.from({ length: 30 }, (_, k) => writer.append([made(String(k))])));
    assert.deepEqual(
      await idsOf(open()),
      Array.from({ length: 30 }, (_, k) => String(k)),
    );
    assert.equal((await files()).length, 1);
  });

  test('nobody else may read it', async () => {
    await open().append([made('1')]);
    assert.equal((await stat(await pathOf('login1'))).mode & 0o077, 0);
  });

  test('reads that come together neither skip a line nor give one twice', async () => {
    const [writer, reader] = [open('login1'), open('login2')];
    await writer.append([made('0')]);
    const seen = await idsOf(reader);
    for (let k = 1; k <= 20; k++) {
      await writer.append([made(String(k))]);
      for (const ids of await Promise.all([idsOf(reader), idsOf(reader), idsOf(reader)])) seen.push(...ids);
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 21 }, (_, k) => String(k)),
    );
  });

  test('a reading that was cancelled half way is made good by the next', async () => {
    for (const host of ['login1', 'login2', 'login3']) await open(host).append([made(host)]);
    const reader = open('login4');
    const stop = new AbortController();
    const reading = reader.read({ signal: stop.signal });
    setImmediate(() => {
      stop.abort();
    });
    const first = await reading.then(
      ({ events }) => idsIn(events),
      (error: unknown) => {
        assert.ok(error instanceof GridError && error.kind === 'cancelled');
        return [];
      },
    );
    assert.deepEqual([...first, ...(await idsOf(reader))], ['login1', 'login2', 'login3']);
  });

  test('a file that was removed under a living writer is begun again; readers go on', async () => {
    const [writer, reader] = [open('login1'), open('login2')];
    await writer.append([made('1')]);
    assert.deepEqual(await idsOf(reader), ['1']);
    await rm(await pathOf('login1'));
    await writer.append([made('2')]);
    assert.deepEqual([await idsOf(reader), await idsOf(open('login3')), (await files()).length], [['2'], ['2'], 1]);
  });

  test('a file that cannot be opened is told, and hides no other', async () => {
    await open('login2').append([made('1')]);
    await mkdir(join(folder, 'login1-x.jsonl'));
    const { events, problems } = await open('login3').read({ signal });
    assert.deepEqual(idsIn(events), ['1']);
    assert.match(problems.join(), /login1-x\.jsonl cannot be used \(EISDIR\)\. Mend its permissions/);
  });

  test('an empty journal is no trouble', async () => {
    await rm(folder, { recursive: true });
    assert.deepEqual(await open().read({ signal }), { events: [], problems: [], newer: false });
  });
});

describe('lines that are not whole', () => {
  const file = () => join(folder, 'login1-x.jsonl');
  const line = (id: string) => `${JSON.stringify({ v: 1, ...made(id) })}\n`;

  test('half a line waits for its other half', async () => {
    const reader = open();
    await writeFile(file(), line('1') + line('2').slice(0, 12));
    assert.deepEqual(await idsOf(reader), ['1']);
    await appendFile(file(), line('2').slice(12));
    assert.deepEqual(await reader.read({ signal }), { events: [made('2')], problems: [], newer: false });
  });

  test('a character that is cut in two is read when it is whole', async () => {
    const reader = open();
    const bytes = Buffer.from(line('ü'));
    const cut = bytes.indexOf(0xc3) + 1;
    await writeFile(file(), bytes.subarray(0, cut));
    assert.deepEqual(await idsOf(reader), []);
    await appendFile(file(), bytes.subarray(cut));
    assert.deepEqual(await idsOf(reader), ['ü']);
  });

  test('a line torn by a full disk and written again is no problem, read at once or bit by bit', async () => {
    const text = `${line('1')}{"v":1,"e":"ma\n{"v":1,"e":"mended"}\n${line('2')}`;
    await writeFile(file(), text);
    assert.deepEqual(await open().read({ signal }), { events: [made('1'), made('2')], problems: [], newer: false });
    const reader = open();
    for (const end of [60, text.indexOf('ma\n') + 3, text.length]) {
      await writeFile(file(), text.slice(0, end));
      await reader.read({ signal });
    }
    assert.deepEqual((await reader.read({ signal })).problems, []);
  });

  test('any other broken line is told with its place, and the rest is used', async () => {
    await writeFile(file(), `${line('1')}nonsense\n${line('2')}`);
    const { events, problems } = await open().read({ signal });
    assert.deepEqual(idsIn(events), ['1', '2']);
    assert.deepEqual(problems, [`Line 2 of ${file()} cannot be read; the rest of it is used.`]);
  });

  test('a newer version is told as such, for as long as its file is there', async () => {
    await writeFile(file(), `${line('1')}{"v":2,"e":"made","part":"p","id":"9"}\n`);
    const reader = open();
    const { events, newer } = await reader.read({ signal });
    assert.deepEqual([idsIn(events), newer], [['1'], true]);
    assert.equal((await reader.read({ signal })).newer, true);
    await rm(file());
    assert.equal((await reader.read({ signal })).newer, false);
  });
});

describe('rights', () => {
  test('of twenty windows that claim at the same time one has it', async () => {
    const windows = Array.from({ length: 20 }, (_, k) => open(`login${k % 4}`));
    for (const right of ['p.0', 'p.1']) {
      const answers = await Promise.all(windows.map((window) => window.claim(right)));
      assert.equal(answers.filter(Boolean).length, 1);
    }
    assert.deepEqual([await open().claimed('p.0'), await open().claimed('p.2')], [true, false]);
  });

  test('a claim that cannot be made is no claim, and leaves that of another window', async () => {
    await writeFile(join(folder, 'claims'), '');
    await assert.rejects(open().claim('p.0'), (error) => error instanceof GridError && error.kind === 'toolFailed');
    assert.equal(await readFile(join(folder, 'claims'), 'utf8'), '');
  });
});

describe('the lead', () => {
  test('one has it and keeps it; whoever looks after its term has it next', async () => {
    const [a, b, c] = [open('login1'), open('login1'), open('login2')];
    assert.deepEqual([await a.lead(), await b.lead(), await c.lead()], [true, false, false]);
    for (let k = 0; k < 5; k++) {
      now += 800;
      assert.deepEqual([await a.lead(), await b.lead(), await c.lead()], [true, false, false], `after ${k}`);
    }
    now += 1_100; // a is gone
    assert.deepEqual([await c.lead(), await b.lead()], [true, false]);
    assert.equal(await a.lead(), false, 'and does not take it back');
  });

  test('a window that closes gives it to the next at once', async () => {
    const [a, b] = [open('login1'), open('login2')];
    await a.lead();
    assert.equal(await b.lead(), false);
    await a.close();
    assert.equal(await b.lead(), true);
  });

  test('a holder whose clock is hours ahead does not hold it for hours', async () => {
    const ahead = openJournal({ folder, host: 'login1', clock: () => now + dayMs, leaseMs: 1_000 });
    const b = open('login2');
    assert.deepEqual([await ahead.lead(), await b.lead()], [true, false]);
    now += 1_100;
    assert.equal(await b.lead(), true);
  });

  test('of twenty that reach for it one has it', async () => {
    const windows = Array.from({ length: 20 }, (_, k) => open(`login${k}`));
    await Promise.all(windows.map((window) => window.lead()));
    const leads = await Promise.all(windows.map((window) => window.lead()));
    assert.equal(leads.filter(Boolean).length, 1);
  });
});

describe('making one of many', () => {
  /** As the desk does: everything that was read. */
  const reading = async (journal: Journal, events: StagingEvent[]) => {
    events.push(...(await journal.read({ signal })).events.filter(({ e }) => e !== 'closed'));
    return journal;
  };
  const dead = async (count: number) => {
    for (let k = 0; k < count; k++) {
      const window = open(`login${k}`);
      await window.append([made(String(k))]);
      await window.close();
    }
  };
  const sorted = (ids: readonly string[]) => [...ids].sort((a, b) => Number(a) - Number(b));
  const numbers = (count: number) => Array.from({ length: count }, (_, k) => String(k));

  test('forty files of closed windows become one; a living one stays', async () => {
    await dead(40);
    await open('living').append([made('40')]);
    const events: StagingEvent[] = [];
    const journal = await reading(open(), events);
    await journal.compact(() => events);
    assert.equal((await files()).length, 2);
    assert.deepEqual([...new Set(sorted(await idsOf(open())))], numbers(41));
  });

  test('two at once, and once more: nothing is lost', async () => {
    await dead(40);
    const [first, second]: [StagingEvent[], StagingEvent[]] = [[], []];
    const pair = [await reading(open(), first), await reading(open(), second)] as const;
    await Promise.all([pair[0].compact(() => first), pair[1].compact(() => second)]);
    assert.deepEqual([...new Set(sorted(await idsOf(open())))], numbers(40));
    assert.deepEqual(await idsOf(pair[0]).then((ids) => ids.filter((id) => !numbers(40).includes(id))), []);
  });

  test('a window that lives for weeks does not fill the home: what it has outgrown becomes one file too', async () => {
    const journal = openJournal({ folder, host: 'login1', clock: () => now, leaseMs: 1_000, rotateBytes: 2_000 });
    const events: StagingEvent[] = [];
    let most = 0;
    for (let k = 0; k < 2_000; k++) {
      await journal.append([made(String(k))]);
      events.push(made(String(k)));
      if (k % 50 === 0) await journal.compact(() => events);
      most = Math.max(most, (await files()).length);
    }
    assert.ok(most < 24, `${most} files`);
    const { events: read, problems } = await open('login2').read({ signal });
    assert.deepEqual([...new Set(sorted(idsIn(read)))], numbers(2_000));
    assert.deepEqual(problems, []);
    assert.deepEqual(await idsOf(journal).then((ids) => ids.filter((id) => !numbers(2_000).includes(id))), []);
  });

  test('few files stay as they are', async () => {
    await dead(3);
    const events: StagingEvent[] = [];
    const before = await files();
    await (await reading(open(), events)).compact(() => events);
    assert.deepEqual(await files(), before);
  });

  test('who was taken for dead and has written since keeps its file', async () => {
    const sleeper = open('sleeper');
    await sleeper.append([made('0')]);
    const old = (now - 30 * dayMs) / 1000;
    await utimes(await pathOf('sleeper'), old, old);
    await dead(20);
    const events: StagingEvent[] = [];
    const journal = await reading(open(), events);
    await sleeper.append([made('99')]);
    await journal.compact(() => events);
    assert.ok((await idsOf(open())).includes('99'));
    await sleeper.append([made('100')]);
    assert.ok((await idsOf(open())).includes('100'));
  });

  test('a tidying that meets a reading, at whatever moment, has what was read in its digest', async () => {
    const closed = (k: number) => `${JSON.stringify({ v: 1, ...made(String(k)) })}\n${JSON.stringify({ v: 1, e: 'closed', at: 1 })}\n`;
    for (let steps = 0; steps < 40; steps += 2) {
      await rm(folder, { recursive: true });
      await mkdir(folder);
      const write = (from: number, to: number) =>
        Promise.all(
          numbers(to)
            .slice(from)
            .map((k) => writeFile(join(folder, `login${k}-x.jsonl`), closed(Number(k)))),
        );
      await write(0, 16);
      const events: StagingEvent[] = [];
      const journal = await reading(open(), events);
      await write(16, 24);
      const late = reading(journal, events);
      for (let k = 0; k < steps; k++) await stat(folder); // as long as one step of the reading
      await Promise.all([late, journal.compact(() => events)]);
      assert.deepEqual([...new Set(sorted(await idsOf(open())))], numbers(24), `after ${steps} steps`);
    }
  });

  test('files of a newer version, and those with lines that cannot be read, are left alone', async () => {
    await dead(20);
    const strange = { 'a-x.jsonl': '{"v":2,"e":"closed","at":1}\n', 'b-x.jsonl': 'nonsense\n{"v":1,"e":"closed","at":1}\n' };
    for (const [name, text] of Object.entries(strange)) await writeFile(join(folder, name), text);
    const events: StagingEvent[] = [];
    await (await reading(open(), events)).compact(() => events);
    for (const [name, text] of Object.entries(strange)) assert.equal(await readFile(join(folder, name), 'utf8'), text);
    assert.equal((await files()).length, 3);
  });
});
