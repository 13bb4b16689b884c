/** Lists in the shapes of those that people have, whole: what they are told of, and what is passed over in silence. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lint } from '../../../src/core/links/lint';
import { bandLinks, juelich, range, sara, table } from './lists';

/** "severity code, line, count", in order. */
function told(text: string): string[] {
  return lint(text, table).map(
    ({ severity, code, line, count }) => `${severity} ${code}, ${line + 1}${count === undefined ? '' : `, ${count}`}`,
  );
}

const shapes: Readonly<Record<string, readonly [text: string, told: readonly string[]]>> = {
  'one site, one column': [`${bandLinks(range(100, 150)).join('\n')}\n`, []],
  'a blank behind each link, CRLF, two blank lines at the end': [
    `${bandLinks(range(0, 24), 'L255001', `${juelich}/data/lofar`).join(' \r\n')} \r\n\r\n\r\n`,
    [],
  ],
  'two columns, CRLF': [
    bandLinks(range(0, 19), 'L342001')
      .map((link) => `${link} file:///${link.slice(link.lastIndexOf('/') + 1)}\r\n`)
      .join(''),
    [],
  ],
  'gsiftp, blocks of subbands in any order, two slashes in each path': [
    range(0, 24)
      .map((k) => 104 + ((k * 7) % 25) * 10)
      .map((block) => `gsiftp://gridftp.grid.sara.nl:2811/pnfs/grid.sara.nl/data/user//L640001/GSM_CAL_L640001_ABN_${block}.tar.gz\n`)
      .join(''),
    ['warning double-slash, 1, 25'],
  ],
  'one link with two slashes and a word behind it, a blank line': [
    `srm://lofar-srm.fz-juelich.de:8443//pnfs/fz-juelich.de/data/L205001_SB012_uv.dppp.MS_0a1b2c3d.tar earfer\n\n`,
    ['warning double-slash, 1', 'warning trailing-text, 1'],
  ],
  'all forms a link has in the wild': [
    [
      `${sara}/a/L1_SB000_uv.MS_1.tar`,
      'srm://srm.grid.sara.nl:8443/srm/managerv2?SFN=/pnfs/grid.sara.nl/a/L1_SB001_uv.MS_1.tar',
      `https://lofar-download.grid.surfsara.nl/lofigrid/SRMFifoGet.py?surl=${sara}/a/L1_SB002_uv.MS_1.tar`,
      'https://webdav.grid.surfsara.nl:2880/pnfs/grid.sara.nl/a/L1_SB003_uv.MS_1.tar',
      'root://xrootd.grid.sara.nl:1094//pnfs/grid.sara.nl/a/L1_SB004_uv.MS_1.tar',
      '/pnfs/grid.sara.nl/a/L1_SB005_uv.MS_1.tar # by its path',
    ].join('\n'),
    [],
  ],
  'a table: quotes, commas, a row of names': [
    `"surl","size"\n${bandLinks(range(0, 9))
      .map((link, k) => `"${link}","${k}"\n`)
      .join('')}`,
    ['error not-a-link, 1', 'error quoted-link, 2, 10'],
  ],
  'a column of sizes': [
    bandLinks(range(0, 9))
      .map((link, k) => `${link} ${k}000\n`)
      .join(''),
    ['warning trailing-text, 1, 10'],
  ],
};

for (const [name, [text, expected]] of Object.entries(shapes)) test(name, () => assert.deepEqual(told(text), expected));
