/** Campaigns as the host would send them to the staging panel: made up, the same each time. */
import { countLetters, percentStaged, totalOf, type FileCounts } from '../../src/core/staging/state';
import type { CampaignHead, Files, FilesNews, RequestRow } from '../../src/shared/staging';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** Friday afternoon, in the zone of the machine. */
export const now = new Date(2026, 10, 20, 18, 4).getTime();

export interface Made {
  readonly head: CampaignHead;
  readonly files: Files;
}

/** Numbers 0 to 1, the same sequence for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const sites = ['SARA', 'Jülich', 'Poznań'];
const messages = [
  'Pool lofar_cache3 is offline',
  'Checksum mismatch on tape read: expected 8e1f03ac, read 8e1f03a4',
  'Checksum mismatch on tape read: expected 41d7b0e2, read 41d7b0e0',
  'Checksum mismatch on tape read: expected c03a92ff, read c03a92fb',
  'Checksum mismatch on tape read: expected 1f6650da, read 1f6650d8',
  'File is LOST (no replica, no tape copy)',
];

/** What one observation looks like: a letter for each of its subbands. */
type Pattern = (band: number, random: () => number) => string;

interface Plan {
  readonly name: string;
  readonly site: number;
  readonly letters: Pattern;
}

const bands = 244;

function filesOf(plans: readonly Plan[], seed: number): Files {
  const random = seeded(seed);
  const columns = { names: [] as string[], observation: [] as number[], site: [] as number[], band: [] as number[], since: [] as number[] };
  const message: number[] = [];
  let states = '';
  plans.forEach((plan, index) => {
    for (let band = 0; band < bands; band++) {
      const letter = plan.letters(band, random);
      const sum = Math.floor(random() * 2 ** 32)
        .toString(16)
        .padStart(8, '0');
      columns.names.push(`${plan.name}_SB${String(band).padStart(3, '0')}_uv.MS_${sum}.tar`);
      columns.observation.push(index);
      columns.site.push(plan.site);
      columns.band.push(band);
      columns.since.push(now - (letter === 'f' ? 4.2 : letter === 'l' ? 9 : 1 + random() * 20) * hour);
      message.push(letter === 'l' ? 5 : letter !== 'f' ? -1 : plan.site === 2 ? 1 + (band % 4) : 0);
      states += letter;
    }
  });
  return { ...columns, observations: plans.map(({ name }) => name), sites, prefix: plans.map(() => 'SB'), states, messages, message };
}

/** Files as they were some hours ago: what is online now was queued before. */
function historyOf(counts: FileCounts, samples = 40): CampaignHead['history'] {
  const total = totalOf(counts);
  const online = counts.online ?? 0;
  return Array.from({ length: samples }, (_, k) => {
    const age = ((samples - 1 - k) / (samples - 1)) * day;
    const share = 1 / (1 + Math.exp((age - day * 0.6) / (day * 0.16)));
    const failed = age < 5 * hour ? (counts.failed ?? 0) : 0;
    const lost = age < 9 * hour ? (counts.lost ?? 0) : 0;
    const staging = Math.round((counts.staging ?? 0) * Math.min(1, share * 2));
    const now_ = Math.min(Math.round(online * share * 1.02), online);
    return { at: now - age, counts: { online: now_, staging, failed, lost, queued: total - now_ - staging - failed - lost } };
  });
}

function headOf(files: Files, more: Partial<CampaignHead>): CampaignHead {
  const counts = countLetters(files.states);
  const total = files.names.length;
  return {
    id: 'c1',
    name: 'cygnus-2026-11',
    sentence: [{ text: 'Staging at SARA and Jülich', tone: 'plain' }],
    now,
    asOf: now - minute,
    total,
    counts,
    percent: percentStaged(counts.online ?? 0, total),
    notices: [],
    deadlines: [],
    history: [],
    requests: [],
    actions: [],
    stalled: {},
    ...more,
  };
}

const working: Pick<CampaignHead, 'deadlines' | 'end' | 'actions' | 'rate'> = {
  rate: { filesPerHour: 214, overMs: 3 * hour },
  end: { from: now + 2 * hour, to: now + 9 * hour },
  deadlines: [
    { name: 'Proxy', at: now + 5 * hour + 12 * minute },
    { name: 'Macaroon', at: now + 21 * hour },
    { name: 'First pin', at: now + 4 * day + 6 * hour },
  ],
  actions: [
    { id: 'createTokens', label: 'Create tokens…', primary: true, disabled: 'No pool is configured.' },
    { id: 'extendPins', label: 'Extend pins…' },
    { id: 'abort', label: 'Abort…' },
  ],
};

const requests: RequestRow[] = [
  { id: '51207', stager: 'lta', site: 'SARA', state: 'running', shape: 'half', total: 1220, online: 1205, failed: 0 },
  { id: '51208', stager: 'lta', site: 'Jülich', state: 'running', shape: 'half', total: 976, online: 834, failed: 3 },
  { id: '51209', stager: 'lta', site: 'Poznań', state: 'running, stalled', shape: 'warning', total: 732, online: 544, failed: 5 },
];

/** 2 928 files in 12 observations, three of them open: the ordinary day. */
export function one(): Made {
  const plans: Plan[] = Array.from({ length: 12 }, (_, k) => ({
    name: `L7012${String(34 + k)}`,
    site: k % 3 === 1 ? 1 : k % 5 === 0 ? 0 : 2,
    letters: () => 'o',
  }));
  plans[0] = { name: 'L701234', site: 0, letters: (band, random) => (band < 223 ? 'o' : random() < 0.7 ? 's' : 'o') };
  plans[4] = {
    name: 'L701238',
    site: 1,
    letters: (band, random) => {
      if (band === 57 || band === 58 || band === 127) return 'f';
      if (band < 97) return 'o';
      return band > 145 ? (band === 164 ? 's' : 'q') : random() < 0.72 ? 's' : random() < 0.4 ? 'o' : 'q';
    },
  };
  plans[8] = {
    name: 'L701242',
    site: 2,
    letters: (band) => (band >= 12 && band < 16 ? 'f' : band === 40 ? 'l' : band < 59 || band === 61 || band === 65 ? 'o' : 'q'),
  };
  const files = filesOf(plans, 7);
  return {
    files,
    head: headOf(files, {
      ...working,
      sentence: [
        { text: 'Staging at SARA and Jülich, ', tone: 'plain' },
        { text: 'stalled at Poznań', tone: 'warning' },
      ],
      stalled: { L701242: 6 * hour + 20 * minute },
      history: historyOf(countLetters(files.states)),
      requests,
    }),
  };
}

let manyMade: Made | undefined;

/** 100 040 files in 410 observations, 58 of them open; made once. */
export function many(): Made {
  return (manyMade ??= makeMany());
}

function makeMany(): Made {
  const random = seeded(11);
  const plans: Plan[] = Array.from({ length: 410 }, (_, k) => {
    const open = k < 58;
    const reached = open ? 20 + Math.floor(random() * 215) : bands;
    return {
      name: `L70${String(1990 + 2 * k).padStart(4, '0')}`,
      site: k % 3,
      letters: (band, chance) => {
        if (k === 4 && ((band > 12 && band < 17) || band === 40)) return band === 40 ? 'l' : 'f';
        if (k === 9 && (band === 57 || band === 127)) return 'f';
        if (band < reached) return 'o';
        if (k === 4 || k === 6) return 'q';
        return band < reached + 30 && chance() < 0.6 ? (chance() < 0.6 ? 's' : 'o') : 'q';
      },
    };
  });
  const files = filesOf(plans, 13);
  const name = (k: number) => plans[k]?.name ?? '';
  return {
    files,
    head: headOf(files, {
      ...working,
      id: 'c2',
      name: 'dr3-all-fields',
      sentence: [
        { text: 'Staging at SARA and Jülich, ', tone: 'plain' },
        { text: 'stalled at Poznań', tone: 'warning' },
      ],
      rate: { filesPerHour: 1130, overMs: 6 * hour },
      stalled: { [name(4)]: 6 * hour + 20 * minute, [name(6)]: 6 * hour + 20 * minute },
      history: historyOf(countLetters(files.states)),
      requests: Array.from({ length: 21 }, (_, k) => ({ ...requests[k % 3]!, id: String(51300 + k), total: 4764 })),
    }),
  };
}

/** A name with nothing in it. */
export function empty(): Made {
  const files = filesOf([], 1);
  return { files, head: headOf(files, { id: 'c3', name: 'empty', sentence: [{ text: 'No files', tone: 'plain' }], asOf: 0 }) };
}

/** All requests are drafts: nothing has been sent. */
export function drafts(): Made {
  const files = filesOf(
    [0, 1, 2].map((site) => ({ name: `L7012${String(50 + site)}`, site, letters: () => 'n' })),
    3,
  );
  return {
    files: { ...files, since: files.since.map(() => 0) },
    head: headOf(files, {
      id: 'c4',
      name: 'coma-2026-11',
      sentence: [{ text: 'Not sent yet', tone: 'plain' }],
      asOf: 0,
      actions: [
        { id: 'submitNow', label: 'Submit now…', primary: true },
        { id: 'abort', label: 'Abort…' },
      ],
      requests: sites.map((site) => ({
        id: null,
        stager: 'lta',
        site,
        state: 'draft, sent when there is room',
        shape: 'hollow',
        total: 244,
        online: 0,
        failed: 0,
      })),
    }),
  };
}

/** A request nobody can be sure of, and a stager that is silent. */
export function uncertain(): Made {
  const { head, files } = one();
  return {
    files,
    head: {
      ...head,
      id: 'c5',
      asOf: now - 44 * minute,
      notices: [
        {
          id: 'silent lta',
          tone: 'error',
          sentence: 'Poznań does not answer since 17:20, next try 18:35',
          answers: [{ id: 'tryNow', label: 'Try now' }],
        },
        {
          id: 'uncertain 51209',
          tone: 'warning',
          sentence: 'The request for 732 files at Poznań was sent, but no answer came. It may be running.',
          answers: [
            { id: 'look', label: 'Look for it' },
            { id: 'again', label: 'Send again…' },
          ],
        },
      ],
      requests: [...requests.slice(0, 2), { ...requests[2]!, id: null, state: 'uncertain', shape: 'question' }],
    },
  };
}

/** All is there. */
export function done(): Made {
  const files = filesOf(
    Array.from({ length: 12 }, (_, k) => ({ name: `L7012${String(34 + k)}`, site: k % 3, letters: () => 'o' })),
    5,
  );
  return {
    files,
    head: headOf(files, {
      id: 'c6',
      sentence: [{ text: 'All files are online', tone: 'plain' }],
      deadlines: working.deadlines.slice(2),
      actions: [
        { id: 'createTokens', label: 'Create tokens…', primary: true },
        { id: 'extendPins', label: 'Extend pins…' },
      ],
      history: historyOf(countLetters(files.states)),
    }),
  };
}

/** One file. */
export function single(): Made {
  const whole = filesOf([{ name: 'L701234', site: 0, letters: () => 's' }], 5);
  const first = <T>(items: readonly T[]) => items.slice(0, 1);
  const files: Files = {
    ...whole,
    names: first(whole.names),
    observation: [0],
    site: [0],
    band: [0],
    since: first(whole.since),
    message: [-1],
    states: 's',
  };
  // Nothing has come for an hour: when it ends nobody knows.
  const { actions, deadlines } = working;
  return { files, head: headOf(files, { actions, deadlines, id: 'c7', name: 'probe', rate: { filesPerHour: 0, overMs: hour } }) };
}

/** Files whose names tell neither observation nor band. */
export function nameless(count: number): Made {
  const files: Files = {
    names: Array.from({ length: count }, (_, k) => `calibrator_${String(k).padStart(5, '0')}.h5`),
    observations: [],
    observation: Array.from({ length: count }, () => -1),
    sites: ['SARA'],
    site: Array.from({ length: count }, () => 0),
    band: Array.from({ length: count }, () => -1),
    prefix: [],
    states: 'o'.repeat(Math.floor(count / 3)) + 's'.repeat(count - Math.floor(count / 3) - 1) + 'f',
    since: Array.from({ length: count }, () => now - hour),
    messages: ['Request timed out'],
    message: Array.from({ length: count }, (_, k) => (k === count - 1 ? 0 : -1)),
  };
  return { files, head: headOf(files, { ...working, id: `c8 ${count}`, name: 'calibrators' }) };
}

/** The same campaign a little later: some files have another state. */
export function later({ head, files }: Made, changes: Readonly<Record<number, string>>): { head: CampaignHead; files: FilesNews } {
  const letters = [...files.states];
  for (const [file, letter] of Object.entries(changes)) letters[Number(file)] = letter;
  const states = letters.join('');
  const counts = countLetters(states);
  const since = files.since.map((at, k) => (k in changes ? now + minute : at));
  return {
    head: { ...head, now: head.now + minute, counts, percent: percentStaged(counts.online ?? 0, head.total) },
    files: { states, since, messages: files.messages, message: files.message.map((each, k) => (k in changes ? -1 : each)) },
  };
}
