import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GridError } from '../../../src/core/errors';
import { attachmentPath, decode, documentPath, encode, pathOf, placeOf, type TokenPlace } from '../../../src/core/tokens/path';
import { Chance } from '../../live/chance';

const names = [
  'token_1',
  'odd/with/slashes',
  'a:b/c',
  '17/11/2026_10:00:00_logs_out',
  'odd+plus %percent & blank',
  '100%',
  '%2F',
  '%252f',
  '..',
  '.',
  '...',
  '../../etc/passwd',
  'a/../b',
  ' ',
  ' begins and ends with a blank ',
  'odd-ünïcode-😀',
  'e\u0301',
  'é',
  'attachments',
  'attachments.json',
  'x.json',
  '.json',
  '?query#fragment',
  '\\back\\slash',
  'tab\tand\nline',
  '_local/x',
  "it's (a) *star*!",
];

/** Made up of what is hard. */
function madeUp(random: () => number): string {
  const pieces = ['/', ':', '+', '%', '..', '.', ' ', 'ü', '😀', '%2F', 'a', 'json', '.json', 'attachments', '\\', '?', '#', '&', '\u0000'];
  return Array.from({ length: 1 + Math.floor(random() * 6) }, () => pieces[Math.floor(random() * pieces.length)] ?? '').join('');
}

function placesWith(pool: string, id: string, name: string): TokenPlace[] {
  return [
    { kind: 'pool', pool },
    { kind: 'token', pool, id },
    { kind: 'document', pool, id },
    { kind: 'attachments', pool, id },
    { kind: 'attachment', pool, id, name },
  ];
}

describe('paths of tokens', () => {
  it('are as the contract says', () => {
    assert.equal(documentPath('lofar', 'token_1'), '/lofar/token_1/token_1.json');
    assert.equal(documentPath('lofar', 'a/b'), '/lofar/a%2Fb/a%2Fb.json');
    assert.equal(
      attachmentPath('my pool', 'a:b/c', '17/11/2026_10:00:00_logs_out'),
      '/my%20pool/a%3Ab%2Fc/attachments/17%2F11%2F2026_10%3A00%3A00_logs_out',
    );
    assert.deepEqual(placeOf('/'), { kind: 'root' });
  });

  it('stand for what they were made of, whatever the names', () => {
    const seed = Number(process.env.GRID_SEED ?? 7);
    const chance = new Chance(seed);
    const random = (): number => chance.next();
    const made = Array.from({ length: 400 }, () => madeUp(random));
    const all = [...names, ...made];
    const seen = new Map<string, string>();
    all.forEach((id, index) => {
      const name = all[(index * 7 + 3) % all.length] ?? id;
      const pool = all[(index * 11 + 5) % all.length] ?? id;
      for (const place of placesWith(pool, id, name)) {
        const path = pathOf(place);
        assert.deepEqual(placeOf(path), place, `${path} (GRID_SEED=${seed})`);
        const before = seen.get(path);
        assert.ok(before === undefined || before === JSON.stringify(place), `${path} stands for two places`);
        seen.set(path, JSON.stringify(place));
        // Nothing leads out of its folder: an editor would take these segments for a way.
        assert.ok(
          path.split('/').every((segment, at) => (at === 0 || segment !== '') && segment !== '.' && segment !== '..'),
          path,
        );
      }
    });
  });

  it('other spellings and other depths stand for nothing', () => {
    for (const path of [
      '/pool/id/other.json',
      '/pool/id/attachments/a/b',
      '/pool/id/Attachments/a',
      '/pool//id',
      '/pool/id/',
      'pool/id',
      '/pool/a b',
      '/pool/%zz',
      '/pool/%2f',
      '/pool/../x',
      '/pool/id/x.json/attachments',
    ])
      assert.equal(placeOf(path), undefined, path);
  });

  it('what no path can stand for is refused', () => {
    for (const bad of ['', '\ud800', 'half \udc00'])
      assert.throws(
        () => encode(bad),
        (error) => error instanceof GridError && error.kind === 'rejected',
      );
    assert.equal(decode('%ED%A0%80'), undefined);
    assert.equal(decode(''), undefined);
  });
});
