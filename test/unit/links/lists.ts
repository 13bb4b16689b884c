/** Lists in the shapes of real ones, made up here. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseLink, type Link } from '../../../src/core/links/link';
import { lint } from '../../../src/core/links/lint';
import { type Problem } from '../../../src/core/links/rule';
import { sites } from '../../../src/core/links/site';

export const { table } = sites();

export const sara = 'srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl';
export const juelich = 'srm://lofar-srm.fz-juelich.de:8443/pnfs/fz-juelich.de';
export const poznan = 'srm://lta-head.lofar.psnc.pl:8443/lofar/ops/projects';

/** A link that must be one. */
export function link(text: string): Link {
  const found = parseLink(text, table);
  assert.ok(found, `no link: ${text}`);
  return found;
}

export function pad(number: number, width = 3): string {
  return String(number).padStart(width, '0');
}

/** One link for each band, as the archive names them. */
export function bandLinks(bands: readonly number[], observation = 'L229507', base = `${sara}/data/lofar`): string[] {
  return bands.map((band) => `${base}/${observation.slice(1)}/${observation}_SB${pad(band)}_uv.dppp.MS_${pad(band, 8)}.tar`);
}

/** from, from + step, … to. */
export function range(from: number, to: number, step = 1): number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}

/** Problems of these lines. */
export function problems(...lines: string[]): readonly Problem[] {
  return lint(lines.join('\n'), table);
}

export function codes(...lines: string[]): string[] {
  return problems(...lines).map(({ code }) => code);
}

/** The only problem of the lines, with the text it is shown at and the line after its remedy. */
export function only(...lines: string[]): Problem & { at: string; mended: string } {
  const found = problems(...lines);
  assert.equal(found.length, 1, JSON.stringify(found));
  const [first] = found as readonly [Problem];
  const line = lines[first.line] ?? '';
  return {
    ...first,
    at: line.slice(first.start, first.end),
    mended: line.slice(0, first.start) + (first.data?.replace ?? '?') + line.slice(first.end),
  };
}

/** Links of the three sites in their canonical srm form, with and without odd paths. */
export const anySrm = fc
  .record({
    base: fc.constantFrom(sara, juelich, poznan),
    folder: fc.constantFrom('/d', '/data//inner', '/L640667/', '/lc2_038/229507', '/a%2Fb'),
    name: fc.constantFrom(
      'L1_SB000_uv.tar',
      'GSM_CAL_L640667_ABN_314.tar.gz',
      'instruments_L339802_SB299.tar',
      'notes.txt',
      'L2_SAP000_SB001_ü.MS',
    ),
  })
  .map(({ base, folder, name }) => `${base}${folder}/${name}`);

/** Lines good and bad, from few enough parts that they repeat and collide. */
export const anyLine = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.constantFrom('L1', 'L2', 'L33'), fc.nat(12), fc.constantFrom('a', 'b'))
      .map(([obs, band, tag]) => `${sara}/d/${obs}_SB${pad(band)}_${tag}.tar`),
  },
  { weight: 2, arbitrary: fc.nat(9).map((band) => `gsiftp://gridftp.grid.sara.nl:2811//pnfs/grid.sara.nl/L5//x_ABN_${band * 10}.tar.gz`) },
  { weight: 2, arbitrary: fc.nat(5).map((band) => `${poznan}/L2_SB${band}_a.tar \t`) },
  { weight: 1, arbitrary: anySrm },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...[
        '',
        '   ',
        '# a remark',
        'nonsense',
        'srm://',
        'srm:///pnfs/grid.sara.nl/a',
        'srm://srm.grid.sarra.nl:8443/pnfs/grid.sara.nl/a_SB1_',
        '\u0000\u0001',
        '\uFEFF',
      ],
      ...[
        `${sara}/notes.txt`,
        `${sara}/a b`,
        `${sara}/a_SB001_ file:///x.tar`,
        '/pnfs/grid.sara.nl/a.tar',
        '//lofar/ops/b.tar',
        '/pnfs/nowhere/c',
        '/data/d',
      ],
      ...[
        `srm://srm.grid.sara.nl:8444/pnfs/grid.sara.nl/x_SB007.tar`,
        'srm://dcache-lofar.fz-juelich.de//pnfs/fz-juelich.de/L1_SB003_a.tar',
      ],
      ...[
        `https://lofar-download.grid.sara.nl/lofigrid/SRMFifoGet.py?surl=${sara}/d/L1_SB004_a.tar`,
        `https://x.org/?surl=${encodeURIComponent(`${juelich}//y/L7_SB1_`)}`,
      ],
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.replace(/[\r\n]/g, '')) },
);
