/**
 * What is in the practice pool: both dialects, every state, and what real pools have gathered over the years. Times are
 * fixed, so that the same pool looks the same every day; `now` moves them.
 */

export type Document = Readonly<Record<string, unknown>>;

/** Midday of 17 November 2026, in seconds: the practice pool's today. */
export const today = Date.UTC(2026, 10, 17, 12) / 1000;
const hour = 3600;

export const lrtType = 'pref_cal1_L701238';
export const lrt1Type = 'pref_targ1_L701240';

const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');
const pad = (number: number): string => String(number).padStart(3, '0');
const text = (content: string): object => ({ content_type: 'text/plain', data: base64(content) });
/** A picture of one pixel: bytes that are no text. */
export const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

function links(band: number, each = 10): string {
  return Array.from({ length: each }, (_, k) => link(band + k)).join('');
}

function link(band: number): string {
  return `srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/data/lofar/ops/projects/lc9_030/701238/L701238_SB${pad(band)}_uv.dppp.MS_a1b2c3d4.tar\n`;
}

/** Fields of a token in a state; times count back from now. */
const stages: readonly ((now: number, k: number) => Document)[] = [
  () => ({ lock: 0, done: 0, status: 'queued' }),
  (now, k) => ({ lock: now - k * 60, done: 0, status: 'launched', hostname: `wn-${k}.example.org` }),
  (now, k) => ({ lock: now - 5 * hour, done: now - k * 300, status: 'done', output: 0, hostname: `wn-${k}.example.org`, progress: 1 }),
  (now, k) => ({
    lock: now - 6 * hour,
    done: now - k * 400,
    status: 'error',
    output: [22, 21, 98, 32, 137][Math.floor(k / 10) % 5],
    hostname: 'wn-3.example.org',
  }),
  (now, k) => ({ lock: now - 90 * hour - k, done: 0, status: 'downloading', hostname: 'wn-lost.example.org', slurm_job_id: `42${k}_1` }),
];
/** How many of each stage in ten. */
const mix = [0, 0, 0, 1, 2, 2, 2, 3, 3, 4];

/** GRID_LRT 0.5: an output from the beginning. */
function lrtTokens(now: number): Document[] {
  return Array.from({ length: 97 }, (_, k) => ({
    _id: `t_${lrtType}_L701238_pref_cal1_SB${pad(k * 10)}`,
    type: lrtType,
    OBSID: 'L701238',
    STARTSB: pad(k * 10),
    PIPELINE_STEP: 'pref_cal1',
    SBXloc: 'survey/pref_cal1/pref_cal1.tar',
    scrub_count: k % 3,
    hostname: '',
    output: '',
    created: now - 100 * hour,
    times: { queued: now - 100 * hour },
    ...stages[mix[k % 10] ?? 0]?.(now, k),
    _attachments: {
      'srm.txt': text(links(k * 10)),
      ...(mix[k % 10] === 3 ? { '16/11/2026_22:10:05_logs_out': text(`step 1\nstep 2\nno such file: SB${pad(k * 10)}\n`) } : {}),
      ...(k === 4 ? { 'L701238_structure.png': { content_type: 'image/png', data: base64(pixel) } } : {}),
    },
  }));
}

/** GRID_LRT 1: no output before the end, no scrub count before the first scrub. */
function lrt1Tokens(now: number): Document[] {
  return Array.from({ length: 40 }, (_, k) => ({
    _id: `${lrt1Type}_${pad(k)}`,
    type: lrt1Type,
    PICAS_API_VERSION: '1.0.7',
    OBSID: 'L701240',
    PIPELINE_STEP: k % 2 === 0 ? 'pref_targ1' : 'pref_targ2',
    'config.json': { variables: { _attachments: { $PARSET: 'targ.parset', $SRMFILE: 'srm.txt' }, _token_keys: { $OBSID: 'OBSID' } } },
    ...stages[mix[(k * 3) % 10] ?? 0]?.(now, k),
    _attachments: { 'targ.parset': text('msin = $SRMFILE\nsteps = []\n'), 'srm.txt': text(links(k, 1)) },
  }));
}

/** PiCaS of today. */
function picasTokens(now: number): Document[] {
  const stage = (k: number): Document => {
    const lock = now - 8 * hour + k * 60;
    const kinds: readonly Document[] = [
      { lock: 0, done: 0, exit_code: '' },
      { lock, done: 0, hostname: 'tcn1', slurm_job_id: `8${k}_0`, exit_code: '' },
      { lock, done: lock + hour, exit_code: 0 },
      { lock, done: lock + hour, exit_code: '0' },
      { lock, done: lock + hour, exit_code: 1 },
      { lock, done: lock + hour, exit_code: -9 },
      { lock, done: lock + hour, exit_code: '' },
      { lock: 99, done: 99, exit_code: '', error: [{ time: lock, message: 'SSLEOFError' }] },
      { lock: -1, done: -1, exit_code: '' },
    ];
    return kinds[k % kinds.length] ?? {};
  };
  return Array.from({ length: 63 }, (_, k) => ({
    _id: `token_${k}`,
    type: 'token',
    hostname: '',
    scrub_count: 0,
    input: `input-${k}`,
    output: {},
    uploads: {},
    error: [],
    cores: k % 2 === 0 ? 1 : 4,
    ...stage(k),
    _attachments: { [`logs_token_${k}.out`]: text(`token ${k}\n`), [`logs_token_${k}.err`]: text('') },
  }));
}

/** Ids and values that nobody planned. */
export function oddTokens(now: number): Document[] {
  const plain = { type: lrtType, lock: 0, done: 0, scrub_count: 0, output: '', hostname: '' };
  return [
    { ...plain, _id: 'odd/with/slashes' },
    { ...plain, _id: 'odd:colon 2026-11-17_12:00:00.123456' },
    { ...plain, _id: 'odd+plus %percent & blank' },
    { ...plain, _id: 'odd_local_middle' },
    { ...plain, _id: 'odd-ünïcode-😀' },
    { _id: 'odd no lock', type: lrtType, scrub_count: 2 },
    { ...plain, _id: 'odd lock as text', lock: '0' },
    { ...plain, _id: 'odd done without lock', done: now - hour },
    { ...plain, _id: 'odd output as text', lock: now - hour, done: now, output: '0' },
    { ...plain, _id: 'odd error as text', lock: now - hour, done: now, output: ' 21 ' },
    { ...plain, _id: 'odd closed without a code', lock: now - hour, done: now, status: 'launched' },
    { ...plain, _id: 'odd done by its status', lock: now - hour, done: now, status: 'done' },
    { ...plain, _id: 'odd set_error', lock: -1, done: -1 },
    { ...plain, _id: 'odd of the library', lock: 99, done: 99 },
    { ...plain, _id: 'odd type', type: 'a "quoted" type' },
  ];
}

/** Documents of a pool that are no tokens. */
export function otherDocuments(now: number): Document[] {
  return [
    { _id: 'job_1', type: 'job', start: now - hour, queue: now - 2 * hour, done: 0 },
    { _id: 'log_1', type: 'log', lines: ['begun'] },
    { _id: 'note', text: 'who keeps this pool: ask Ann' },
  ];
}

/** All of it; at most 500 tokens, since the embedded pool indexes slowly. */
export function practiceDocuments(now = today): Document[] {
  return [...lrtTokens(now), ...lrt1Tokens(now), ...picasTokens(now), ...oddTokens(now), ...otherDocuments(now)];
}
