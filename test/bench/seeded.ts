import { type Problem, type ProblemCode } from '../../src/core/links/rule';

/** A list with a known number of problems of each kind. */
export interface SeededList {
  readonly text: string;
  readonly lines: readonly string[];
  readonly expected: Readonly<Partial<Record<ProblemCode, number>>>;
  readonly total: number;
}

const observations = ['L229507', 'L339802', 'L580057', 'L640667', 'L701238'];
const bandsPerSeries = 500;

const places = [
  {
    srm: 'srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/data/lofar/ops/projects/lc2_038',
    gsiftp: 'gsiftp://gridftp.grid.sara.nl:2811/pnfs/grid.sara.nl/data/lofar/ops/projects/lc2_038',
  },
  {
    srm: 'srm://lofar-srm.fz-juelich.de:8443/pnfs/fz-juelich.de/data/lofar/ops/projects/lc7_012',
    gsiftp: 'gsiftp://lofar-gridftp.fz-juelich.de:2811/pnfs/fz-juelich.de/data/lofar/ops/projects/lc7_012',
  },
  {
    srm: 'srm://lta-head.lofar.psnc.pl:8443/lofar/ops/projects/lc3_008',
    gsiftp: 'gsiftp://gridftp.lofar.psnc.pl:2811/lofar/ops/projects/lc3_008',
  },
];

/** Faults that leave the link's band readable, so that each makes one problem and no gap. */
const spoil: readonly { readonly code: ProblemCode; readonly apply: (line: string) => string }[] = [
  {
    code: 'unknown-host',
    apply: (line) => line.replace(/:\/\/([a-z-]+)\./, '://$1x.').replace(/(sara\.nl|fz-juelich\.de|psnc\.pl):/, 'example.org:'),
  },
  { code: 'wrong-port', apply: (line) => line.replace(/:(8443|2811)\//, ':8440/') },
  { code: 'double-slash', apply: (line) => line.replace(/:(8443|2811)\//, ':$1//') },
  { code: 'trailing-text', apply: (line) => `${line} earfer` },
  { code: 'retired-host', apply: (line) => line.replace(/:\/\/[^:]+:/, '://dcache-lofar.fz-juelich.de:') },
];

/** Deterministic hash in the place of the archive's eight hexadecimal digits. */
function hash(seed: number): string {
  return (Math.imul(seed + 1, 2_654_435_761) >>> 0).toString(16).padStart(8, '0');
}

/** The sound list: 5 observations in turn, each pointing of 500 subbands at one of 3 sites, a quarter as gsiftp. */
function soundLinks(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const series = Math.floor(index / bandsPerSeries);
    const observation = observations[series % observations.length] ?? '';
    const place = places[series % places.length];
    const base = series % 4 === 3 ? place?.gsiftp : place?.srm;
    const pointing = String(series).padStart(3, '0');
    const band = String(index % bandsPerSeries).padStart(3, '0');
    return `${base}/${observation.slice(1)}/${observation}_SAP${pointing}_SB${band}_uv.MS_${hash(index)}.tar`;
  });
}

/** Lines that are put behind a sound one. */
const extras: readonly { readonly code: ProblemCode; readonly line: (link: string, index: number) => string }[] = [
  { code: 'not-a-link', line: (_, index) => `see the log of run ${index}` },
  { code: 'bad-address', line: (_, index) => `srm:///pnfs/grid.sara.nl/data/notes_${index}.txt` },
  { code: 'duplicate-link', line: (link) => link },
  { code: 'duplicate-subband', line: (link) => link.replace(/_[0-9a-f]{8}\.tar$/, '_00000000.tar') },
];

/** One line of a hundred has a fault; the ten kinds take turns. */
const faultEvery = 100;
const kinds = spoil.length + extras.length + 1;

/** About `count` links with faults in one line of a hundred, spread evenly over the list and over the rules. */
export function seededList(count: number): SeededList {
  const expected: Partial<Record<ProblemCode, number>> = {};
  const note = (code: ProblemCode, times = 1): void => {
    if (times > 0) expected[code] = (expected[code] ?? 0) + times;
  };
  const lines: string[] = [];
  soundLinks(count).forEach((link, index) => {
    const turn = index % faultEvery === 37 ? Math.floor(index / faultEvery) % kinds : undefined;
    const change = turn === undefined ? undefined : spoilFor(turn, link);
    const extra = turn === undefined ? undefined : extras[turn - spoil.length];
    // The last kind is a gap. It comes once in two series, so no series has a second one that would be told with it.
    if (turn === kinds - 1) return note('missing-subbands');
    lines.push(change?.apply(link) ?? link);
    if (change !== undefined) note(change.code);
    if (extra === undefined) return;
    lines.push(extra.line(link, index));
    note(extra.code);
  });
  // What the list is by itself: four more observations and two more sites than one.
  const series = Math.ceil(count / bandsPerSeries);
  note('mixed-observations', Math.min(observations.length, series) - 1);
  note('mixed-sites', Math.min(places.length, series) - 1);
  const total = Object.values(expected).reduce((sum, number) => sum + number, 0);
  return { text: `${lines.join('\n')}\n`, lines, expected, total };
}

/** Only Jülich has a retired srm host; elsewhere the turn goes to another fault. */
function spoilFor(turn: number, link: string): (typeof spoil)[number] | undefined {
  const change = spoil[turn];
  return change?.code === 'retired-host' && !link.includes('lofar-srm') ? spoil[0] : change;
}

/** How many lines have each code; a problem that speaks for several lines says for how many. */
export function countCodes(problems: readonly Pick<Problem, 'code' | 'count'>[]): Partial<Record<ProblemCode, number>> {
  const counts: Partial<Record<ProblemCode, number>> = {};
  for (const { code, count = 1 } of problems) counts[code] = (counts[code] ?? 0) + count;
  return counts;
}

/** The peer of both rows: the least that any reader of a list does. */
export function floor(text: string): number {
  return new Set(text.split('\n')).size;
}
