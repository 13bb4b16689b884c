import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Journal } from '../../../src/core/ports';
import { Book } from '../../../src/core/staging/book';
import type { StagingEvent } from '../../../src/core/staging/event';
import { Memory } from '../../../src/core/staging/memory';
import { fileStates, requestStates, stateLetters } from '../../../src/core/staging/state';
import { signal } from './stage';

/*
 * A small world, so that events meet: three parts, two campaigns, three ids at two stagers, four moments. What carries an
 * id of its own (a threshold) is written once and so always says the same; all else may be told by two windows in two ways.
 */
const parts = ['p0', 'p1', 'p2'] as const;
const campaigns = ['c0', 'c1'] as const;
const stagers = ['LTA', 'StageIT'] as const;
const linksOf = (part: string) => [`${part}/a`, `${part}/b`];
const stagerOf = (part: string) => (part === 'p2' ? 'StageIT' : 'LTA');

const at = fc.integer({ min: 1, max: 4 });
const part = fc.constantFrom(...parts);
const campaign = fc.constantFrom(...campaigns);
const stager = fc.constantFrom(...stagers);
const id = fc.constantFrom('1', '2', '3');
const turn = fc.integer({ min: 0, max: 2 });
const life = fc.integer({ min: 0, max: 1 });
const word = fc.constantFrom('', 'a', 'b');
const threshold = fc.constantFrom('t0', 't1');
const states = fc.string({ unit: fc.constantFrom(...fileStates.map((state) => stateLetters[state])), minLength: 2, maxLength: 2 });

const event: fc.Arbitrary<StagingEvent> = fc.oneof(
  fc.record({ e: fc.constant('campaign' as const), at, campaign, name: word }),
  fc.record({ at, part, campaign, source: word, order: turn }).map(({ part, ...rest }): StagingEvent => {
    const fixed = { stager: stagerOf(part), site: 'sara', links: linksOf(part), notify: false, round: 0 };
    return { e: 'part', ...rest, ...fixed, part };
  }),
  fc.record({ e: fc.constant('submitting' as const), at, part, turn, until: fc.integer({ min: 5, max: 8 }) }),
  fc.record({
    e: fc.constant('refused' as const),
    at,
    part,
    turn,
    lasting: fc.boolean(),
    kind: fc.constantFrom('auth' as const, 'rejected' as const),
    message: word,
  }),
  fc.record({ e: fc.constant('uncertain' as const), at, part, turn, message: word }),
  fc.record({ e: fc.constant('again' as const), at, part, turn }),
  fc.record({ e: fc.constant('made' as const), at, part, id }),
  fc.record({ e: fc.constant('dropped' as const), at, part, turn }),
  fc.record({ e: fc.constant('adopted' as const), at, stager, id, campaign, site: word, links: fc.subarray(['x', 'y']), life }),
  fc.record({
    e: fc.constant('news' as const),
    at,
    stager,
    id,
    n: fc.integer({ min: 1, max: 3 }),
    state: fc.constantFrom(...requestStates),
    word,
    states,
  }),
  fc.record({ e: fc.constant('forgotten' as const), at, key: fc.constantFrom('p0', 'LTA\n1', 'LTA\n2', 'StageIT\n1'), life }),
  fc.record({ campaign, threshold }).map((given): StagingEvent => ({ e: 'threshold', at: 1, when: 'end', ...given })),
  fc.record({ e: fc.constant('unset' as const), at, campaign, threshold }),
  fc
    .record({ campaign, threshold, at, what: word, error: fc.option(word, { nil: undefined }) })
    .map(({ error, ...given }): StagingEvent => {
      return { e: 'fired', ...given, ...(error === undefined ? {} : { error }) };
    }),
  fc.record({ e: fc.constant('told' as const), at, campaign, what: word }),
);
const events = fc.array(event, { maxLength: 40, size: 'max' });

/** An order of events, some of them twice. */
const shuffled = (given: readonly StagingEvent[]) =>
  fc
    .tuple(fc.shuffledSubarray([...given], { minLength: given.length }), fc.subarray([...given]))
    .map(([all, twice]) => [...all, ...twice])
    .chain((all) => fc.shuffledSubarray(all, { minLength: all.length }));

function sumOf(...given: readonly (readonly StagingEvent[])[]): Memory {
  const memory = new Memory();
  for (const each of given.flat()) memory.apply(structuredClone(each));
  return memory;
}

/** What follows from it; not `since` and `past`, which depend on the order in which a window has heard. */
function sight(memory: Memory) {
  const used = new Set([...memory.parts.flatMap((each) => each.campaigns), ...memory.adopted.map((each) => each.campaign)]);
  const keys = stagers.flatMap((name) => ['1', '2', '3'].map((each) => `${name}\n${each}`));
  return {
    parts: memory.parts,
    adopted: sorted(memory.adopted),
    gone: [...keys, ...parts].filter((key) => memory.isForgotten(key)),
    news: keys.map((key) => (memory.isForgotten(key) ? undefined : bare(memory.standing(key)?.news))),
    campaigns: campaigns
      .filter((each) => used.has(each))
      .map((each) => memory.campaign(each))
      .map(
        (each) =>
          each && {
            ...each,
            told: [...each.told].sort(),
            thresholds: sorted(each.thresholds.map((one) => ({ ...one, fired: sorted(one.fired) }))),
          },
      ),
  };
}

function bare(news: object | undefined): object {
  return { ...news, since: undefined, past: undefined };
}

function sorted<T>(values: readonly T[]): readonly T[] {
  return [...values].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** The requests that a window shows which has read these. */
async function requestsOf(given: readonly StagingEvent[]) {
  const journal = { read: () => Promise.resolve({ events: given, problems: [], newer: false }) } as unknown as Journal;
  const book = new Book(journal, () => 100_000);
  await book.sync({ signal });
  return sorted(book.requests);
}

test('any order, and any event twice, is the same sum and the same requests', async () => {
  const pairs = events.chain((given) => fc.tuple(fc.constant(given), shuffled(given)));
  await fc.assert(
    fc.asyncProperty(pairs, async ([given, other]) => {
      assert.deepEqual(sight(sumOf(other)), sight(sumOf(given)));
      assert.deepEqual(await requestsOf(other), await requestsOf(given));
    }),
    { numRuns: 300 },
  );
});

test('a digest is the same sum in no more events', () => {
  fc.assert(
    fc.property(events, (given) => {
      const memory = sumOf(given);
      const digest = memory.digest(5);
      assert.deepEqual(sight(sumOf(digest)), sight(memory));
      assert.ok(digest.length <= sumOf(digest).digest(5).length, 'a digest of the digest is not longer');
    }),
    { numRuns: 300 },
  );
});

test('a digest stands for the files of the dead beside those that live on', () => {
  fc.assert(
    fc.property(events, events, (dead, live) => {
      const digest = sumOf(dead, live).digest(5);
      assert.deepEqual(sight(sumOf(live, digest)), sight(sumOf(dead, live)));
      assert.deepEqual(sight(sumOf(digest, live)), sight(sumOf(dead, live)));
    }),
    { numRuns: 300 },
  );
});

test('what is not yet read of the living comes to the same parts later', () => {
  fc.assert(
    fc.property(events, events, (dead, live) => {
      const digest = sumOf(dead).digest(5);
      assert.deepEqual(sight(sumOf(digest, live)).parts, sight(sumOf(dead, live)).parts);
    }),
    { numRuns: 300 },
  );
});
