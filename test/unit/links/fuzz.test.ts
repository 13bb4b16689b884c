/**
 * Anything may stand in a list. Whatever it is, and however it is edited: nothing throws, a list that is edited has the
 * problems of the list it has become, and what is found and made is bounded by the lines. `GRID_SEED=n` makes the same
 * cases again.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { applyChanges, splitLines } from '../../../src/core/links/change';
import { convertLines, targetForms } from '../../../src/core/links/convert';
import { copiesOf } from '../../../src/core/links/copies';
import { LinkDocument } from '../../../src/core/links/document';
import { facts, parseList } from '../../../src/core/links/list';
import { isCertain, isMendable, mend } from '../../../src/core/links/mend';
import { foldsOf, outlineOf, type Entry } from '../../../src/core/links/outline';
import { type SiteTable, sites } from '../../../src/core/links/site';
import { sortList } from '../../../src/core/links/sort';
import { splitList } from '../../../src/core/links/split';
import { tidy } from '../../../src/core/links/tidy';
import { anyLine, bandLinks, juelich, poznan, range, sara, table } from './lists';

const seed = Number(process.env.GRID_SEED ?? Date.now() % 1_000_000_000);

/** More problems than these no line has: each rule once, and in a download address for the link inside it, too. */
const problemsPerLine = 16;

const byte = fc.constantFrom(
  '\u0000',
  '\u0007',
  '\u001b',
  '\u0085',
  '\u00a0',
  '\u200b',
  '\u2028',
  '\ud800',
  '\udfff',
  '\ufeff',
  '\ufffd',
  '😀',
);
const piece = fc.oneof(
  { weight: 4, arbitrary: anyLine },
  { weight: 1, arbitrary: byte },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...[
        '://',
        '//',
        '/',
        ':',
        '?',
        '?surl=',
        '?SFN=',
        '#',
        ' ',
        '\t',
        '\r',
        '\n',
        '\r\n',
        '%2F',
        '%',
        '@',
        '[::1]',
        'L1',
        'SB',
        'ABN_',
        '_SB001_',
      ],
      ...[
        'srm',
        'srm://',
        'gsiftp://',
        'root://',
        'https://x/?surl=srm%3A%2F%2F',
        '9'.repeat(20),
        ':99999999999',
        '..',
        '/pnfs',
        '/lofar',
        'file:///',
      ],
    ),
  },
);
/** Real lines, cut and pasted together again at random places. */
const anyText = fc.array(fc.tuple(piece, fc.constantFrom('', '', '\n', '\n', '\r\n', '\r')), { maxLength: 14 }).chain((pieces) => {
  const text = pieces.map(([part, end]) => part + end).join('');
  return fc.tuple(fc.nat(text.length), fc.nat(text.length)).map(([from, to]) => (from % 3 === 0 ? text.slice(Math.min(from, to)) : text));
});
const place = fc.record({ line: fc.nat(16), character: fc.nat(120) });
const anyEdit = fc.record({ from: place, to: place, text: fc.oneof(piece, anyText, fc.constant('')) });
type Edit = typeof anyEdit extends fc.Arbitrary<infer T> ? T : never;

/** Applies an edit to a text as the editor would, and to the document. */
function edited(text: string, document: LinkDocument, { from, to, text: inserted }: Edit): string {
  const { texts, ends } = splitLines(text);
  const offsetOf = ({ line, character }: Edit['from']) => {
    const at = Math.min(line, texts.length - 1);
    const before = texts.slice(0, at).reduce((sum, each, index) => sum + each.length + (ends[index] ?? '').length, 0);
    const column = Math.min(character, texts[at]?.length ?? 0);
    return { position: { line: at, character: column }, offset: before + column };
  };
  const [start, end] = [offsetOf(from), offsetOf(to)].sort((a, b) => a.offset - b.offset);
  if (start === undefined || end === undefined) return text;
  // The editor keeps documents with one kind of line break; a CR and an LF that meet would become one.
  document.edit({ start: start.position, end: end.position }, inserted);
  return text.slice(0, start.offset) + inserted + text.slice(end.offset);
}

function count(entries: readonly Entry[]): number {
  return entries.reduce((sum, { children }) => sum + 1 + count(children), 0);
}

/** Everything that is done with a list; what must hold of any. */
function check(text: string, document: LinkDocument, known: SiteTable): void {
  const whole = new LinkDocument(text, known);
  assert.equal(document.lineCount, whole.lineCount);
  assert.deepEqual(document.problems(), whole.problems());
  assert.deepEqual(document.everyProblem(), whole.everyProblem());
  assert.deepEqual(document.facts(), whole.facts());
  const lines = whole.lineCount;
  assert.ok(whole.everyProblem().length <= lines * problemsPerLine);
  for (const { line, start, end } of whole.everyProblem())
    assert.ok(line >= 0 && line < lines && start >= 0 && start < end && end <= whole.line(line).length);
  const list = parseList(text, known);
  assert.equal(facts(list).total, whole.facts().total);
  assert.ok(list.links.length + list.junk.length <= lines);
  const { links, remarks } = foldsOf(whole.rows);
  assert.ok(links.length + remarks.length <= lines);
  assert.ok(count(outlineOf(whole.rows)) <= 2 * list.links.length);
  const { changes } = mend(text, known);
  assert.ok(changes.length <= lines);
  const mended = new LinkDocument(applyChanges(text, changes), known);
  assert.deepEqual(mended.everyProblem().filter(isMendable).filter(isCertain), []);
  for (const made of [tidy(whole.rows), copiesOf(list), ...targetForms.map((form) => convertLines(list, form).changes)]) {
    assert.ok(made.length <= lines);
    assert.ok(parseList(applyChanges(text, made), known).links.length <= list.links.length);
  }
  assert.equal(parseList(sortList(list), known).links.length, list.links.length);
  for (const by of ['observation', 'site', 'slice'] as const)
    assert.equal(
      splitList(list, by).reduce((sum, part) => sum + part.lines.length, 0),
      list.links.length + list.junk.length,
    );
}

/** What a large list is grown from; small itself, so that a failure can be read. */
const anyShape = fc.oneof(
  fc.record({ unit: fc.constantFrom('a', '/', 'L1_SB0', '//', 'srm://', '😀', ' x', '%', '?surl=', ','), in: fc.constant('link') }),
  fc.record({
    unit: fc.constantFrom('srm:', 'srm://', 'https://x/?surl=', '"', 'x', '#', ' ', '\u0000', '\n', '\r'),
    in: fc.constant('text'),
  }),
  fc.record({ unit: fc.constant(''), in: fc.constantFrom('lines', 'sites', 'bands', 'bytes') }),
);

function grown({ unit, in: place }: { unit: string; in: string }, k: number, lines: readonly string[]): string {
  const million = unit.repeat(1_000_000 / Math.max(1, unit.length));
  if (place === 'link') return `${sara}/${million}\n${sara}/L1_SB001_`;
  if (place === 'text') return unit === '\n' || unit === '\r' ? million.slice(0, 20_000) : million;
  if (place === 'lines') return `${lines.join('\n')}\n`.repeat(40);
  if (place === 'sites')
    return range(0, 1999)
      .map((n) => `srm://srm.h${(k + n) % 200}.example:8443/s${n % 200}/data/L${n % 7}_SB${n}_`)
      .join('\r\n');
  if (place === 'bands')
    return [...bandLinks(range(0, 1500)), ...bandLinks(range(0, 1500, (k % 4) + 1), 'L2', `${juelich}/d`), `${poznan}/x`].join('\n');
  const bytes = Uint8Array.from({ length: 20_000 }, (_, n) => (Math.imul(n + k, 2_654_435_761) >>> 13) & 255);
  return new TextDecoder('latin1').decode(bytes);
}

describe(`any list, GRID_SEED=${seed}`, () => {
  test('10 000 small ones, edited', () => {
    fc.assert(
      fc.property(anyText, fc.array(anyEdit, { maxLength: 4 }), (first, edits) => {
        let text = first;
        const document = new LinkDocument(text, table);
        for (const each of edits) text = edited(text, document, each);
        // Where a CR and an LF came together the editor would have told of it as one line break.
        if (document.lineCount === splitLines(text).texts.length) check(text, document, table);
        else check(text, new LinkDocument(text, table), table);
      }),
      { seed, numRuns: 10_000 },
    );
  });

  test('50 large ones: long lines, many lines, many sites, binary', () => {
    const many = sites(
      Object.fromEntries(
        range(0, 199).map((k) => [
          `s${k}`,
          { hosts: [`h${k}.example`], srm: `srm.h${k}.example`, gsiftp: `ftp.h${k}.example`, roots: [`/s${k}/data`] },
        ]),
      ),
    ).table;
    fc.assert(
      fc.property(
        anyShape,
        fc.nat(199),
        fc.array(anyLine, { minLength: 5, maxLength: 60 }),
        fc.array(anyEdit, { maxLength: 2 }),
        (shape, k, lines, edits) => {
          let text = grown(shape, k, lines);
          const document = new LinkDocument(text, many);
          for (const each of edits) text = edited(text, document, each);
          check(text, document.lineCount === splitLines(text).texts.length ? document : new LinkDocument(text, many), many);
        },
      ),
      { seed, numRuns: 50 },
    );
  });
});
