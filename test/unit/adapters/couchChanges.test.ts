/** The changes feed: news in order, silence told, nothing lost between two questions. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Heard } from '../../../src/core/tokens/pool';
import { here, json, refuses, serve, type Answerer } from './pool';

const since = (url: string): string | null => new URL(url, 'http://x').searchParams.get('since');
const news = (seq: unknown, ...ids: readonly string[]): object => ({
  results: ids.map((id) => ({ id, seq, changes: [{ rev: '2-x' }], ...(id.startsWith('gone') ? { deleted: true } : {}) })),
  last_seq: seq,
});

async function hear(feed: AsyncIterable<Heard>, count: number): Promise<Heard[]> {
  const heard: Heard[] = [];
  for await (const each of feed) if (heard.push(each) === count) break;
  return heard;
}

test('each question begins where the last answer ended, whatever a place looks like', async (t) => {
  const answers = [news('11-g1AAAA"x', 'a', 'gone'), { results: [], last_seq: '12-quiet' }, news(['12', 'x'], 'b'), news(17, 'c')];
  const answer: Answerer = (_, response) => {
    json(response, 200, answers[Math.min(asked.length, answers.length) - 1]);
  };
  const { pool, asked } = await serve(t, answer, { retryMs: 1 });
  const heard = await hear(pool.changes('10-start', here), 3);
  assert.deepEqual(heard, [
    {
      kind: 'changes',
      changes: [
        { id: 'a', rev: '2-x', deleted: false },
        { id: 'gone', rev: '2-x', deleted: true },
      ],
      seq: '11-g1AAAA"x',
    },
    { kind: 'changes', changes: [{ id: 'b', rev: '2-x', deleted: false }], seq: '["12","x"]' },
    { kind: 'changes', changes: [{ id: 'c', rev: '2-x', deleted: false }], seq: '17' },
  ]);
  assert.deepEqual(
    asked.map(({ url }) => since(url)),
    ['10-start', '11-g1AAAA"x', '12-quiet', '["12","x"]'],
  );
  assert.ok(asked.every(({ url }) => url.includes('feed=longpoll') && !url.includes('skip')));
});

test('a pool that is silent is told, asked again less and less, and goes on where it was', async (t) => {
  const { pool, asked } = await serve(
    t,
    (_, response) => {
      if (asked.length <= 3) response.socket?.destroy();
      else if (asked.length === 4) json(response, 200, news('5', 'a'));
      else response.socket?.destroy();
    },
    { retryMs: 2 },
  );
  const heard = await hear(pool.changes('4', here), 5);
  assert.deepEqual(
    heard.map((each) => (each.kind === 'silence' ? [each.error.kind, each.retryInMs] : each.seq)),
    [['unreachable', 2], ['unreachable', 4], ['unreachable', 8], '5', ['unreachable', 2]],
  );
  assert.deepEqual(
    asked.map(({ url }) => since(url)),
    ['4', '4', '4', '4', '5'],
  );
});

test('a feed that asking again cannot help ends', async (t) => {
  for (const [code, kind] of [
    [401, 'auth'],
    [403, 'forbidden'],
    [404, 'notFound'],
  ] as const) {
    const answer: Answerer = (_, response) => {
      json(response, code, { error: 'x', reason: 'no_db_file' });
    };
    const { pool, asked } = await serve(t, answer, { retryMs: 1 });
    await refuses(hear(pool.changes('1', here), 1), kind);
    assert.equal(asked.length, 1);
  }
});

test('the signal ends it without an error: while it waits for news, and before a retry', async (t) => {
  for (const silent of [true, false]) {
    const control = new AbortController();
    const { pool, asked } = await serve(t, (_, response) => (silent ? undefined : response.socket?.destroy()), { retryMs: 60_000 });
    const heard: Heard[] = [];
    const following = (async () => {
      for await (const each of pool.changes('1', { signal: control.signal })) heard.push(each);
    })();
    while (asked.length === 0 || (!silent && heard.length === 0)) await new Promise((resolve) => setImmediate(resolve));
    control.abort();
    await following;
    assert.equal(heard.length, silent ? 0 : 1);
  }
});
