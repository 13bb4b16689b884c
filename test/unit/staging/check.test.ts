/** The check of a list: every link has one answer, the sources take turns, and nothing ends it but its end or a person. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GridError } from '../../../src/core/errors';
import type { LocalityAnswer, LocalitySource } from '../../../src/core/ports';
import { checkLocality, LocalityCheck } from '../../../src/core/staging/check';
import { localities, readLocality, stateOfLocality } from '../../../src/core/staging/locality';

const signal = new AbortController().signal;

/** Tells what the function gives for a link, nothing where that is undefined; fails afterwards where an error is given. */
function source(name: string, tell: (link: string) => LocalityAnswer | undefined, error?: GridError, takes?: (link: string) => boolean) {
  const asked: string[] = [];
  const made: LocalitySource = {
    name,
    ...(takes === undefined ? {} : { takes }),
    locality: async (links, { heard }) => {
      asked.push(...links);
      await Promise.resolve();
      for (const link of links) {
        const answer = tell(link);
        if (answer !== undefined) heard(link, answer);
      }
      if (error !== undefined) throw error;
    },
  };
  return { made, asked };
}

test('words of all protocols come to one set, and each has its state', () => {
  const words = [
    'DISK',
    'tape',
    ' DISK_AND_TAPE\n',
    'ONLINE',
    'NEARLINEND_NEAR',
    'NEARLINE\0D_NEARLINE',
    'LOST',
    'NONE',
    'UNAVAILABLE',
    '',
    'ON_MARS',
  ];
  assert.deepEqual(words.map(readLocality), [
    ...['ONLINE', 'NEARLINE', 'ONLINE_AND_NEARLINE', 'ONLINE', 'UNKNOWN', 'NEARLINE', 'LOST', 'NONE', 'UNAVAILABLE', 'UNKNOWN', 'UNKNOWN'],
  ]);
  assert.deepEqual(localities.map(stateOfLocality), ['online', 'online', 'tape', 'lost', 'unknown', 'unavailable', 'unknown']);
});

test('counts, percent and states; the first answer counts, of a link that comes twice too', () => {
  const check = new LocalityCheck(['a', 'b', 'c', 'b', 'd', 'e', 'f', 'g']);
  const told = { a: 'ONLINE', b: 'ONLINE_AND_NEARLINE', c: 'NEARLINE', d: 'LOST', e: 'NONE' } as const;
  for (const [link, locality] of Object.entries(told)) assert.ok(check.hear(link, { locality }));
  assert.equal(check.hear('a', { locality: 'LOST' }), false);
  assert.equal(check.hear('stranger', { locality: 'LOST' }), false);
  check.hear('f', { problem: 'There is no such file.' });
  assert.deepEqual([check.total, check.done, check.staged, check.failed, check.percentStaged], [7, 6, 2, 1, 28.5]);
  assert.deepEqual(
    check.links.map((link) => check.state(link)),
    ['online', 'online', 'tape', 'lost', 'unknown', 'failed', 'unknown'],
  );
  assert.deepEqual(check.result, {
    total: 7,
    counts: { ONLINE: 1, ONLINE_AND_NEARLINE: 1, NEARLINE: 1, LOST: 1, NONE: 1 },
    percentStaged: 28.5,
    files: Object.entries(told).map(([link, locality]) => ({ link, locality })),
    failed: [
      { link: 'f', message: 'There is no such file.' },
      { link: 'g', message: 'Not asked.' },
    ],
  });
  assert.equal(new LocalityCheck([]).percentStaged, 0);
});

test('what the first source cannot tell goes to the next; the last one names the reason', async () => {
  const first = source(
    'tape',
    (link) => (link < 'c' ? { locality: 'NEARLINE' } : undefined),
    new GridError('unreachable', 'Tape is down.'),
  );
  const second = source('gfal2', (link) =>
    link === 'c' ? { problem: 'There is no such file.' } : link === 'd' ? { locality: 'ONLINE' } : undefined,
  );
  const third = source(
    'gfal-xattr',
    () => undefined,
    new GridError('toolMissing', 'gfal-xattr is not installed.', { hint: 'Install it.' }),
  );
  const heard: string[] = [];
  const check = await checkLocality(['a', 'b', 'c', 'd', 'e'], [first.made, second.made, third.made], {
    signal,
    heard: (link) => heard.push(link),
  });
  assert.deepEqual([first.asked, second.asked, third.asked], [['a', 'b', 'c', 'd', 'e'], ['c', 'd', 'e'], ['e']]);
  assert.deepEqual(check.result.failed, [
    { link: 'c', message: 'There is no such file.' },
    { link: 'e', message: 'gfal-xattr is not installed. Install it.' },
  ]);
  assert.deepEqual(heard.sort(), ['a', 'b', 'c', 'd', 'e']);
});

test('links go to the sources that take them, sites beside each other; one door down fails its own files', async () => {
  const at = (host: string) => (link: string) => link.startsWith(host);
  const sara = source('SARA', () => ({ locality: 'NEARLINE' }), undefined, at('sara'));
  const poznan = source('Poznań', () => undefined, new GridError('timeout', 'Poznań gave no answer.'), at('poznan'));
  const links = ['sara/1', 'poznan/1', 'juelich/1', 'sara/2', 'poznan/2'];
  const check = await checkLocality(links, [sara.made, poznan.made], { signal });
  assert.deepEqual(check.result.counts, { NEARLINE: 2 });
  assert.deepEqual(
    check.result.failed.map(({ link, message }) => `${link}: ${message}`),
    ['poznan/1: Poznań gave no answer.', 'juelich/1: No door that can tell takes this link.', 'poznan/2: Poznań gave no answer.'],
  );
});

test('a cancel keeps what is known; no source at all is refused', async () => {
  const stop = new AbortController();
  const slow = source('slow', (link) => {
    if (link === 'b') stop.abort();
    return link <= 'b' ? { locality: 'ONLINE' } : undefined;
  });
  const never = source('never', () => ({ locality: 'ONLINE' }));
  const check = await checkLocality(['a', 'b', 'c'], [slow.made, never.made], { signal: stop.signal });
  assert.deepEqual([check.cancelled, check.done, never.asked.length], [true, 2, 0]);
  assert.equal(check.result.failed[0]?.message, 'Not asked: the check was cancelled.');
  await assert.rejects(checkLocality(['a'], [], { signal }), (error) => error instanceof GridError && error.kind === 'toolMissing');
});
