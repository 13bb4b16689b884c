import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseList } from '../../../src/core/links/list';
import { sites } from '../../../src/core/links/site';
import { fileOf } from '../../../src/core/links/file';
import { campaignName, planStaging } from '../../../src/core/staging/plan';
import { emptyPlanReason, previewOf } from '../../../src/core/staging/preview';

const { table } = sites({});
const sara = (n: number) => `srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/data/lofar/L1/L1_SB${String(n).padStart(3, '0')}_uv.tar`;
const juelich = (n: number) =>
  `srm://lofar-srm.fz-juelich.de:8443/pnfs/fz-juelich.de/data/lofar/L2/L2_SB${String(n).padStart(3, '0')}_uv.tar`;
const source = (name: string, ...lines: string[]) => ({ name, list: parseList(lines.join('\n'), table) });

test('one part a site, in the order of the list; nothing is lost', () => {
  const plan = planStaging([source('a', sara(1), juelich(1), sara(2), juelich(2))], 'LTA', { maxFiles: 999 });
  assert.deepEqual(
    plan.parts.map((part) => [part.site, part.links]),
    [
      ['sara', [sara(1), sara(2)]],
      ['juelich', [juelich(1), juelich(2)]],
    ],
  );
  assert.deepEqual(plan.leftOut, []);
  assert.equal(plan.links, 4);
});

test('a site with more links than a request takes gets several parts', () => {
  const plan = planStaging([source('a', ...Array.from({ length: 25 }, (_, n) => sara(n)))], 'LTA', { maxFiles: 10 });
  assert.deepEqual(
    plan.parts.map((part) => part.links.length),
    [10, 10, 5],
  );
});

test('one bad row does not hold up the rest, and says why', () => {
  const plan = planStaging(
    [source('a', 'hello', sara(1), 'srm://srm.example.org:8443/pnfs/x/L1_SB002.tar', `  ${sara(1)}\tfile:///x`, '')],
    'LTA',
    { maxFiles: 999 },
  );
  assert.equal(plan.links, 1);
  assert.deepEqual(
    plan.leftOut.map(({ line, reason }) => [line, reason]),
    [
      [1, 'not a link'],
      [3, 'unknown host srm.example.org'],
      [4, 'same file as line 2'],
    ],
  );
});

test('a file that two lists name in two forms is sent once', () => {
  const gsiftp = sara(1).replace('srm://srm.', 'gsiftp://gridftp.').replace(':8443', ':2811');
  const plan = planStaging([source('a', sara(1)), source('b', gsiftp)], 'LTA', { maxFiles: 999 });
  assert.equal(plan.links, 1);
  assert.deepEqual(
    plan.leftOut.map((row) => `${row.source} ${row.reason}`),
    ['b same file as line 1 of a'],
  );
});

test('a file named with and without port, and by managerv2, is sent once', () => {
  const plan = planStaging(
    [source('a', sara(1), sara(1).replace(':8443', ''), sara(1).replace(':8443', ':8443/srm/managerv2?SFN='))],
    'LTA',
    { maxFiles: 999 },
  );
  assert.deepEqual(plan.parts[0]?.links, [sara(1)]);
  assert.equal(plan.leftOut.length, 2);
});

const pacing = { filesInFlight: 5000, secondsBetweenSubmits: 0 };

test('the preview names requests, sites, observations and what is left out', () => {
  const { question, detail } = previewOf(
    planStaging([source('srm.txt', sara(1), sara(3), juelich(1), 'x')], 'LTA', { maxFiles: 999 }),
    false,
    pacing,
  );
  assert.equal(question, 'Stage 3 files?');
  assert.match(
    detail,
    /^2 requests to LTA:\n– SARA: 2 files, L1 SB001–003 \(SB002 missing\)\n– Jülich: 1 file, L2 SB001\n\n1 line left out:\n– srm\.txt line 4: not a link$/,
  );
});

test('a preview of very many rows stays short', () => {
  const rows = Array.from({ length: 500 }, (_, n) => `word${n}`);
  const plan = planStaging([source('a', sara(1), ...rows)], 'LTA', { maxFiles: 999 });
  assert.ok(previewOf(plan, true, pacing).detail.split('\n').length < 16);
  assert.match(previewOf(plan, true, pacing).detail, /and 492 more lines/);
});

test('a preview says when the later requests go', () => {
  const many = (n: number) => source('a', ...Array.from({ length: n }, (_, index) => sara(index)));
  assert.match(
    previewOf(planStaging([many(5001)], 'LTA', { maxFiles: 999 }), false, pacing).detail,
    /\nThe first request goes now, the others when there is room \(at most 5000 files in flight\)\.$/,
  );
  assert.doesNotMatch(previewOf(planStaging([many(5000)], 'LTA', { maxFiles: 999 }), false, pacing).detail, /in flight/);
  const slow = previewOf(planStaging([many(1000)], 'LTA', { maxFiles: 999 }), false, { ...pacing, secondsBetweenSubmits: 60 });
  assert.match(slow.detail, /the others 1 min apart\.$/);
});

test('a plan with nothing in it says why', () => {
  assert.equal(emptyPlanReason(planStaging([source('a', '')], 'LTA', { maxFiles: 999 })), 'There is no link in the list.');
  assert.match(
    emptyPlanReason(planStaging([source('a', 'x', 'y')], 'LTA', { maxFiles: 999 })),
    /^None of the 2 lines can be staged: a line 1: not a link/,
  );
});

test('what the desk has already is left out with the place where it is, and counted', () => {
  const list = source('a', sara(1), sara(2), sara(2));
  const link = list.list.links[0];
  assert.ok(link);
  const plan = planStaging(
    [list],
    'LTA',
    { maxFiles: 999 },
    new Map([[fileOf(link) ?? '', { what: 'online', where: 'in request 7 of LTA' }]]),
  );
  assert.deepEqual([plan.links, plan.known, plan.parts[0]?.links], [1, 1, [sara(2)]]);
  assert.deepEqual(
    plan.leftOut.map(({ reason }) => reason),
    ['online in request 7 of LTA', 'same file as line 2'],
  );
});

test('a campaign is called by its lists', () => {
  assert.equal(campaignName([source('srm_sara.txt'), source('srm_sara.txt'), source('b.srm'), source('c')]), 'srm_sara and 2 more');
  assert.equal(campaignName([source('srm.txt (3 selected)')]), 'srm (3 selected)');
});

test('a stager that takes any form gets web addresses as they stand, other forms as the archive names them', () => {
  const web = 'davs://webdav.grid.surfsara.nl:2880/pnfs/grid.sara.nl/data/lofar/L1_SB001_uv.MS_0123abcd.tar';
  const gsiftp = 'gsiftp://gridftp.grid.sara.nl:2811/pnfs/grid.sara.nl/data/lofar/L1_SB002_uv.MS_0123abcd.tar';
  const door = `https://lofar-download.grid.sara.nl/lofigrid/SRMFifoGet.py?surl=${sara(3)}`;
  const sent = (anyForm: boolean) =>
    planStaging([source('a', web, gsiftp, door)], 'LTA', { maxFiles: 999, anyForm }).parts.flatMap(({ links }) => links);
  assert.equal(sent(true)[0], web);
  assert.match(sent(false)[0] ?? '', /^srm:\/\/srm\.grid\.sara\.nl:8443\/pnfs/);
  assert.deepEqual(sent(true).slice(1), sent(false).slice(1));
});
