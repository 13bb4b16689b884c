import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import svgpath from 'svgpath';
import { buildFont, characters } from '../../../media/font.mjs';

const root = join(import.meta.dirname, '..', '..', '..');
const states = join(root, 'media', 'states');
const names = ['hollow', 'dot', 'half', 'full', 'cross', 'lost', 'hatched', 'corner', 'dash', 'question', 'warning'];

const text = (...path: string[]) => readFile(join(root, ...path), 'utf8');

describe('drawings', () => {
  it('are the eleven of the vocabulary', async () => {
    assert.deepEqual((await readdir(states)).sort(), names.map((name) => `${name}.svg`).sort());
  });

  for (const name of names) {
    it(`${name} is one filled path of closed outlines inside 12 × 12`, async () => {
      const source = await text('media', 'states', `${name}.svg`);
      const drawing = /^<svg [^>]*viewBox="0 0 12 12"><path fill="currentColor" d="([^"]+)"\/><\/svg>\n$/.exec(source)?.[1];
      assert.ok(drawing, 'one path, filled with the text colour, without a stroke');
      assert.equal(drawing.match(/M/g)?.length, drawing.match(/Z/g)?.length);
      let points = 0;
      svgpath(drawing)
        .abs()
        .unarc()
        .iterate(([command, ...numbers], _index, x, y) => {
          points += 1;
          const all = command === 'H' || command === 'V' ? [x, y, ...numbers] : numbers;
          for (const value of all) assert.ok(Number(value) >= 0 && Number(value) <= 12, `${value} in ${drawing}`);
        });
      assert.ok(points >= 4);
    });
  }
});

/** Character → number of outlines, read from the font's own tables. */
function outlines(font: Buffer): Map<number, number> {
  const table = (tag: string) => {
    for (let index = 0; index < font.readUInt16BE(4); index += 1) {
      const entry = 12 + index * 16;
      if (font.toString('latin1', entry, entry + 4) === tag) return font.readUInt32BE(entry + 8);
    }
    throw new Error(`no table ${tag}`);
  };
  const long = font.readInt16BE(table('head') + 50) === 1;
  const location = (glyph: number) =>
    long ? font.readUInt32BE(table('loca') + glyph * 4) : font.readUInt16BE(table('loca') + glyph * 2) * 2;
  const found = new Map<number, number>();
  const cmap = table('cmap');
  for (let index = 0; index < font.readUInt16BE(cmap + 2); index += 1) {
    const part = cmap + font.readUInt32BE(cmap + 4 + index * 8 + 4);
    if (font.readUInt16BE(part) !== 12) continue; // the map of all characters; the others repeat it for old readers
    for (let group = 0; group < font.readUInt32BE(part + 12); group += 1) {
      const [first, last, glyph] = [0, 4, 8].map((shift) => font.readUInt32BE(part + 16 + group * 12 + shift)) as [number, number, number];
      for (let code = first; code <= last; code += 1) {
        const at = glyph + code - first;
        found.set(code, location(at + 1) > location(at) ? font.readInt16BE(table('glyf') + location(at)) : 0);
      }
    }
  }
  return found;
}

describe('font', () => {
  it('has exactly the eleven characters, each with an outline', async () => {
    assert.deepEqual(Object.keys(characters), names);
    assert.equal(characters.hollow, '\\E001');
    const found = outlines(await buildFont(states));
    assert.deepEqual(
      [...found.keys()].sort((a, b) => a - b),
      Object.values(characters).map((character) => Number.parseInt(character.slice(1), 16)),
    );
    for (const [code, count] of found) assert.ok(count > 0, code.toString(16));
  });

  it('is the same, byte for byte, each time', async () => {
    const [once, again] = [await buildFont(states), await buildFont(states)];
    assert.ok(once.equals(again));
  });

  it('names the drawing that is broken', async () => {
    await assert.rejects(buildFont(join(root, 'media')), /media\/\w+\.svg/);
  });
});

interface Rule {
  readonly include?: string;
  readonly name?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly captures?: Record<string, { readonly name: string }>;
  readonly beginCaptures?: Record<string, { readonly name: string }>;
  readonly patterns?: readonly Rule[];
}
interface Grammar {
  readonly scopeName: string;
  readonly patterns: readonly Rule[];
  readonly repository: Record<string, Rule>;
}

/** Reads a line as an editor does (leftmost match, then the first rule), for a grammar without nesting below one level. */
function read(grammar: Grammar, line: string): string[] {
  const tokens: string[] = [];
  const rules = (list: readonly Rule[]) => list.flatMap((rule) => grammar.repository[rule.include?.slice(1) ?? ''] ?? rule);
  let open: Rule | undefined;
  let at = 0;
  while (at <= line.length) {
    const choices = open ? [{ match: open.end ?? '' } as Rule, ...rules(open.patterns ?? [])] : rules(grammar.patterns);
    let best: { rule: Rule; hit: RegExpExecArray } | undefined;
    for (const rule of choices) {
      const pattern = new RegExp(rule.match ?? rule.begin ?? '', 'dg');
      pattern.lastIndex = at;
      const hit = pattern.exec(line);
      if (hit && (!best || hit.index < best.hit.index)) best = { rule, hit };
    }
    if (!best) break;
    const { rule, hit } = best;
    const named = rule.captures ?? rule.beginCaptures;
    if (named) {
      for (const [group, { name }] of Object.entries(named)) {
        if (hit[Number(group)]) tokens.push(`${hit[Number(group)]} ${name.replace('.grid-links', '')}`);
      }
    } else if (rule.name && rule.match) tokens.push(`${hit[0]} ${rule.name.replace('.grid-links', '')}`);
    if (rule.begin) open = rule;
    else if (open && rule === choices[0]) open = undefined;
    else assert.ok(hit[0].length > 0, `an empty match would never end: ${rule.match}`);
    at = hit.index + hit[0].length;
    if (at === line.length && !open) break;
  }
  return tokens;
}

describe('grammar', async () => {
  const grammar = JSON.parse(await text('media', 'links.tmLanguage.json')) as Grammar;
  const telling = (line: string) => read(grammar, line).filter((token) => !/ (punctuation|meta)\.|separator/.test(token));
  const start = ['srm.grid.sara.nl support.other.host'];

  it('tells the parts of a link', () => {
    assert.deepEqual(read(grammar, 'srm://srm.grid.sara.nl:8443/pnfs/lc9_041/701234/L701234_SB100_uv.dppp.MS_0d529478.tar'), [
      'srm meta.scheme',
      ':// punctuation.separator.scheme',
      'srm.grid.sara.nl support.other.host',
      ': punctuation.separator.port',
      '8443 meta.port',
      '/pnfs/lc9_041/701234/ meta.path.directory',
      'L701234 markup.bold.observation',
      '_ markup.bold.separator',
      'SB100 markup.bold.subband',
      '_uv.dppp.MS meta.path.file',
      '0d529478 constant.other.hash',
      '.tar meta.path.file',
    ]);
  });

  it('finds the observation in the file name only', () => {
    assert.deepEqual(telling('gsiftp://gridftp.grid.sara.nl:2811/pnfs/L701238//GSM_CAL_L701238_ABN_314.tar.gz'), [
      'gridftp.grid.sara.nl support.other.host',
      'L701238 markup.bold.observation',
      'ABN_314 markup.bold.subband',
    ]);
  });

  it('reads a bare path and a wrapped download link', () => {
    const name = ['L701234 markup.bold.observation', 'SB001 markup.bold.subband'];
    assert.deepEqual(telling('/pnfs/instruments_L701234_SB001.tar'), name);
    assert.deepEqual(telling('https://lofar-download.grid.sara.nl/SRMFifoGet.py?surl=srm://srm.grid.sara.nl:8443/pnfs/L701234_SB001.tar'), [
      ...start,
      ...name,
    ]);
  });

  it('tells a second column from junk', () => {
    const link = 'srm://srm.grid.sara.nl:8443/pnfs/a.tar';
    assert.deepEqual(telling(link), start);
    assert.deepEqual(telling(`${link} file:///b.tar`), [...start, 'file:///b.tar string.unquoted.copy']);
    assert.deepEqual(telling(`${link}\tearlier`), [...start, 'earlier invalid.illegal']);
    assert.deepEqual(telling(`${link}  `), start);
  });

  it('marks what is no link, and comments', () => {
    assert.deepEqual(telling('checked'), ['checked invalid.illegal']);
    assert.deepEqual(telling('srm://host:port/a.tar'), ['srm://host:port/a.tar invalid.illegal']);
    assert.deepEqual(read(grammar, '# srm://a/b'), ['# punctuation.definition.comment']);
    assert.deepEqual(telling(''), []);
  });

  it('reads long odd lines in no time', () => {
    const begun = performance.now();
    for (const part of ['a', '/', '_', 'L', 'L1_', '?surl=', 'srm://', 'http', ' ', ':8443']) {
      read(grammar, `https://${part.repeat(400)}`);
      read(grammar, part.repeat(400));
    }
    assert.ok(performance.now() - begun < 2000);
  });

  it('has a language configuration whose word is a part of a path', async () => {
    const { wordPattern, autoClosingPairs } = JSON.parse(await text('media', 'links.language-configuration.json')) as {
      wordPattern: string;
      autoClosingPairs: unknown[];
    };
    assert.deepEqual(autoClosingPairs, []);
    assert.deepEqual('srm://srm.grid.sara.nl:8443/pnfs/L701234_SB100.tar'.match(new RegExp(wordPattern, 'g')), [
      'srm',
      'srm.grid.sara.nl',
      '8443',
      'pnfs',
      'L701234_SB100.tar',
    ]);
  });
});

describe('marks', () => {
  it('the marketplace icon is 256 × 256 and small', async () => {
    const icon = await readFile(join(root, 'media', 'icon.png'));
    assert.deepEqual([icon.readUInt32BE(16), icon.readUInt32BE(20)], [256, 256]);
    assert.ok(icon.length <= 8000);
  });

  it('the activity bar mark has one colour', async () => {
    assert.deepEqual((await text('media', 'grid.svg')).match(/(fill|stroke)="[^"]*"/g), ['fill="currentColor"']);
  });
});

describe('sample workspace', () => {
  const lines = async (name: string) => (await text('test', 'fixtures', 'workspace', name)).split('\n').filter((line) => line !== '');
  const expected: Record<string, number> = {
    'srm_sara.txt': 24,
    'srm_juelich.txt': 12,
    'srm_poznan.txt': 8,
    'srm_mixed.txt': 15,
    'srm_broken.txt': 12,
    srm_L701238: 40,
    'links.txt': 6,
    'notes.txt': 0,
  };

  for (const [name, count] of Object.entries(expected)) {
    it(`${name} has ${count} links`, async () => {
      assert.equal((await lines(name)).filter((line) => line.startsWith('srm://')).length, count);
    });
  }

  it('keeps what each list is there to show', async () => {
    const sara = (await lines('srm_sara.txt')).join('\n');
    assert.ok(sara.includes('SB111') && !sara.includes('SB112') && sara.includes('SB113'));
    assert.ok((await lines('srm_juelich.txt')).every((line) => line.endsWith('.tar ')));
    const mixed = await lines('srm_mixed.txt');
    assert.equal(new Set(mixed.map((line) => line.split('/')[2])).size, 3);
    assert.equal(new Set(mixed.map((line) => /L\d+/.exec(line)?.[0])).size, 2);
    assert.equal(mixed.filter((line) => line.includes(' file:///')).length, 10);
    const broken = await lines('srm_broken.txt');
    assert.equal(new Set(broken).size, broken.length - 1);
    for (const mistake of ['grid.sarra.nl', ':8443//pnfs', ':8444/', 'checked', ' earlier', '\t']) {
      assert.equal(broken.filter((line) => line.includes(mistake)).length, 1, mistake);
    }
  });
});
