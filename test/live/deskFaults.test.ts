/** What befalls a desk beside death: other windows, other clocks, a stager that goes. The stager's log is the judge. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Answers, Opening } from './deskOrder';
import { startJudge, type Judge } from './judge';
import { links } from './plot';
import { endIdle, Windows } from './windows';

const hourMs = 60 * 60_000;
/** Ten parts of one file each. */
const ten = Array.from({ length: 10 }, (_, part) => links(1, part, 1));
const flat = (parts: readonly (readonly string[])[]) => parts.map((part) => part.join('\n')).sort();
const idsOf = ({ requests }: Answers) => requests.map(({ id }) => id).sort();
const states = ({ requests }: Answers) => {
  const counts: Record<string, number> = {};
  for (const { state } of requests) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
};

after(endIdle);

for (const kind of ['lta', 'stageit'] as const) {
  describe(`the desk and ${kind}`, () => {
    let judge: Judge;
    let windows: Windows;
    const open = (host: string, more: Partial<Opening> = {}) => windows.start({ ...judge.door, host, callMs: 1_500, ...more });
    /** Each part was received once, and every desk shows the ids that were given out. */
    const isWhole = (parts: readonly (readonly string[])[], ...desks: readonly Answers[]) => {
      assert.deepEqual([...judge.submits()].sort(), flat(parts));
      for (const desk of desks) assert.deepEqual(idsOf(desk), [...judge.made().keys()].sort());
    };

    before(async () => {
      judge = await startJudge(kind);
    });
    after(() => judge.stop());
    beforeEach(async () => {
      judge.reset();
      windows = await Windows.open();
    });
    afterEach(() => windows.clear());

    test('two windows stage the same list at the same second, twenty times: one request, and both tell its id', async () => {
      const seen = new Set<string>();
      for (let round = 0; round < 20; round++) {
        judge.befall({ kind: 'slow', ms: (round * 7) % 60 });
        const pair = await Promise.all([open('login1'), open('login2')]);
        const parts = [links(100 + round, 0, 2)];
        const [mine, theirs] = await Promise.all(pair.map((window) => window.order({ do: 'stage', parts })));
        const ids = [mine, theirs].map((answer) => answer?.parts?.[0]?.request?.id);
        assert.equal(ids[0], ids[1], `round ${round}`);
        assert.equal(judge.submits().filter((each) => each === flat(parts)[0]).length, 1, `round ${round}`);
        seen.add(ids[0] ?? '');
        for (const window of pair) windows.release(window);
      }
      assert.equal(seen.size, 20);
      assert.ok(!seen.has(''));
    });

    test('two hosts whose clocks are hours apart share a folder', async () => {
      const early = await open('login1', { offsetMs: -7 * hourMs });
      const late = await open('login2', { offsetMs: 5 * hourMs });
      judge.befall(...Array.from({ length: 10 }, () => ({ kind: 'slow', ms: 40 }) as const));
      const parts = ten.slice(0, 5);
      const both = [early, late];
      await Promise.all(both.map((window) => window.order({ do: 'stage', parts })));
      await Promise.all(both.map((window) => window.order({ do: 'stage', parts: ten.slice(3, 8) })));
      for (let round = 0; round < 3; round++) await Promise.all(both.map((window) => window.order({ do: 'refresh' })));
      isWhole(ten.slice(0, 8), await early.order({ do: 'look' }), await late.order({ do: 'look' }));
    });

    test('nobody is signed in at one of two hosts that stage the same list: what the other one sends is not sent again', async () => {
      const parts = ten.slice(0, 2);
      judge.befall({ kind: 'slow', ms: 1_200 });
      const [signed, unsigned] = await Promise.all([open('login1'), open('login2', { secret: '', openMs: 700 })]);
      const sending = judge.onSubmit(1, () => undefined, AbortSignal.timeout(60_000));
      // It has planned the list and looks for its sign-in, while the other one sends.
      const refused = unsigned.order({ do: 'stage', parts });
      while ((await signed.order({ do: 'look' })).requests.length === 0);
      const staged = signed.order({ do: 'stage', parts });
      await sending;
      const told = await refused;
      assert.match(told.parts?.map(({ error }) => error).join(' ') ?? '', /Nobody is signed in/);
      await unsigned.order({ do: 'sign', secret: judge.door.secret });
      await unsigned.order({ do: 'stage', parts });
      await staged;
      await unsigned.order({ do: 'clock', offsetMs: hourMs });
      await unsigned.order({ do: 'refresh' });
      isWhole(parts, await signed.order({ do: 'refresh' }), await unsigned.order({ do: 'refresh' }));
    });

    test('a clock that jumps back and forth between steps', async () => {
      const window = await open('login1');
      for (const [index, part] of ten.entries()) {
        await window.order({ do: 'clock', offsetMs: (index % 2 === 0 ? 1 : -1) * (index + 1) * 3 * hourMs });
        await window.order({ do: 'stage', parts: [part] });
        await window.order({ do: 'refresh' });
      }
      const other = await open('login2', { offsetMs: -48 * hourMs });
      await other.order({ do: 'refresh' });
      isWhole(ten, await window.order({ do: 'refresh' }), await other.order({ do: 'refresh' }));
    });

    test('a reload in the middle of ten drafts: those that wait go from the next window as room appears', async () => {
      const first = await open('login1', { filesInFlight: 3 });
      assert.deepEqual(states(await first.order({ do: 'stage', parts: ten })), { submitted: 3, draft: 7 });
      await first.kill();
      const second = await open('login1', { filesInFlight: 3 });
      assert.deepEqual(states(await second.order({ do: 'look' })), { submitted: 3, draft: 7 });
      let desk = await second.order({ do: 'refresh' });
      for (let round = 0; round < 4; round++) {
        assert.equal(judge.made().size, Math.min(10, 3 + 3 * round));
        judge.advance(hourMs); // all files are online
        await second.order({ do: 'refresh' });
        desk = await second.order({ do: 'refresh' });
      }
      isWhole(ten, desk);
      assert.deepEqual(desk.campaigns, [{ name: 'srm', total: 10, online: 10 }]);
    });

    test('a reload while the third of ten is under way: that one is found or asked for, the rest goes', async () => {
      const first = await open('login1');
      const killed = judge.onSubmit(3, () => void first.kill(), AbortSignal.timeout(60_000));
      first.tell({ do: 'stage', parts: ten });
      assert.equal(await first.hear(), undefined);
      await killed;
      const second = await open('login1', { offsetMs: hourMs });
      await second.order({ do: 'refresh' });
      const desk = await second.order({ do: 'refresh' });
      assert.deepEqual([...judge.submits()].sort(), flat(ten));
      const uncertain = desk.requests.filter((request) => request.uncertain);
      if (kind === 'stageit') isWhole(ten, desk);
      else assert.deepEqual([uncertain.length, uncertain[0]?.first, states(desk).submitted], [1, ten[2]?.[0], 9]);
    });

    test('the sign-in is revoked in the middle of ten: the rest waits, and goes when it is back', async () => {
      const window = await open('login1');
      const revoked = judge.onSubmit(4, () => judge.revoke(), AbortSignal.timeout(60_000));
      const told = await window.order({ do: 'stage', parts: ten });
      await revoked;
      assert.deepEqual(states(told), { submitted: 4, draft: 6 });
      assert.ok(told.parts?.some(({ error }) => /sign in|password|token/i.test(error ?? '')));
      await window.order({ do: 'clock', offsetMs: 10 * 60_000 });
      const still = await window.order({ do: 'refresh' });
      assert.equal(judge.submits().length, 4);
      assert.match(still.troubles.join(' '), /sign in|password|token/i);
      judge.heal();
      await window.order({ do: 'clock', offsetMs: 3 * hourMs });
      isWhole(ten, await window.order({ do: 'refresh' }));
    });

    test('the stager is down for an hour: drafts wait, are not doubled, and go', async () => {
      const window = await open('login1', { filesInFlight: 4 });
      await window.order({ do: 'stage', parts: ten });
      const port = Number(new URL(judge.door.url).port);
      const before = judge.submits();
      await judge.stop();
      const down: Answers[] = [];
      for (let minutes = 5; minutes <= 60; minutes += 5) {
        await window.order({ do: 'clock', offsetMs: minutes * 60_000 });
        down.push(await window.order({ do: 'refresh' }));
      }
      // What is staged meanwhile is refused as long as nothing answers: said, and not kept.
      const meanwhile = await window.order({ do: 'stage', parts: [links(2, 0, 1)] });
      assert.ok(down.every(({ requests, troubles }) => requests.length === 10 && troubles.length === 1));
      assert.match(meanwhile.parts?.[0]?.error ?? JSON.stringify(meanwhile.waiting), /refused the connection|room/);
      judge = await startJudge(kind, port);
      for (let k = 0; k < before.length; k++) judge.foreign(links(3, k, 1)); // it does not give an id twice
      await window.order({ do: 'clock', offsetMs: 2 * hourMs });
      const desk = await window.order({ do: 'refresh' });
      assert.equal(desk.requests.filter(({ id }) => id !== '').length, before.length + judge.submits().length);
      const all = [...before, ...judge.submits()];
      assert.equal(new Set(all).size, all.length, 'received twice');
    });
  });
}
