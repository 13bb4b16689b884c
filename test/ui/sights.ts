/** Pools as the host would show them: made-up figures through the host's own wording, the same each time. */
import { GridError } from '../../src/core/errors';
import type { Ends, Failure, Lock, Share } from '../../src/core/tokens/figures';
import { byHour } from '../../src/core/tokens/figures';
import type { TokenState } from '../../src/core/tokens/state';
import { hoursBack } from '../../src/core/tokens/throughput';
import type { PoolSight } from '../../src/shared/pool';
import { sightOf, type Known } from '../../src/vscode/panels/poolView';

const hour = 3_600_000;
/** Friday, five past two in the afternoon, in the zone of the machine. */
export const now = new Date(2026, 10, 20, 14, 5).getTime();
const last = Math.floor(now / hour);
const first = last - hoursBack + 1;
const stuckHours = 24;

/** Errors of one code: how many, in which step, and how many in each of the last hours, the running one last. */
interface Kind {
  readonly code: number | null;
  readonly count: number;
  readonly step?: string | null;
  readonly field?: 'output' | 'exit_code' | null;
  readonly marked?: boolean;
  readonly hours?: readonly number[];
}

interface Plan {
  readonly states: Partial<Record<Exclude<TokenState, 'error'>, number>>;
  readonly step?: string | null;
  readonly errors?: readonly Kind[];
  /** Done in each of the last hours, the running one last. */
  readonly done?: readonly number[];
  readonly locks?: readonly Lock[];
  readonly stuck?: number;
}

function share(state: TokenState, step: string | null, count: number, more: Partial<Share> = {}): Share {
  return { state, step, code: null, field: null, marked: false, count, ...more };
}

function endsOf({ errors = [], done = [] }: Plan): Ends {
  const failures = errors.flatMap(({ code, field = 'output', hours = [] }) =>
    hours.flatMap((count, k): Failure[] =>
      count === 0 ? [] : [{ hour: last - hours.length + 1 + k, code, field: code === null ? null : field, count }],
    ),
  );
  const hours = Array.from({ length: hoursBack }, (_, k) => done[done.length - hoursBack + k] ?? 0);
  return { hours: { first, done: hours, error: byHour(failures, first, last) }, failures, old: [] };
}

function knownOf(plan: Plan, more: Partial<Known> = {}): Known {
  const { states, step = 'pref_cal1', errors = [], locks = [], stuck = 0 } = plan;
  const shares = [
    ...Object.entries(states).map(([state, count]) => share(state as TokenState, step, count)),
    ...errors.map((each) =>
      share('error', each.step === undefined ? step : each.step, each.count, {
        code: each.code,
        field: each.code === null ? null : (each.field ?? 'output'),
        marked: each.marked ?? false,
      }),
    ),
  ];
  const type = 'pref_cal';
  const counts = shares.map(({ state, count }) => ({ type, state, count }));
  return { pool: 'lofar-dr3', type, counts, shares, ends: endsOf(plan), locks: { oldest: locks, stuck }, asOf: now, ...more };
}

export function seen(known: Known): PoolSight {
  return sightOf(known, { now, stuckHours });
}

function lock(id: string, minutes: number, job: string, host: string, status: string): Lock {
  return { id, lock: Math.floor(now / 1000) - minutes * 60, job, host, step: 'pref_cal1', status };
}

const locks: readonly Lock[] = [
  lock('t_pref_cal_L701238_SB127', 33 * 60 + 41, '8812043_17', 'wn-hm-13.farm.example', 'running'),
  lock('t_pref_cal_L701238_SB130', 33 * 60 + 40, '8812043_18', 'wn-hm-13.farm.example', 'running'),
  lock('t_pref_cal_L701238_SB131', 33 * 60 + 40, '8812043_19', 'wn-hm-13.farm.example', 'downloading'),
  lock('t_pref_cal_L701234_SB002', 5 * 60 + 12, '8812043_3', 'wn-lb-04.farm.example', 'running'),
  lock('t_pref_cal_L701234_SB019', 4 * 60 + 55, '8812043_5', 'wn-lb-07.farm.example', 'uploading_results'),
];

const wave = (size: number, by = 0) =>
  Array.from({ length: hoursBack }, (_, k) => Math.max(0, Math.round(size * (1 + 0.3 * Math.sin(k * 1.7 + by)))));
const flat = (count: number) => Array.from({ length: hoursBack }, () => count);

const working: Plan = {
  states: { done: 5087, locked: 96, todo: 2410, unclassified: 64 },
  done: [...wave(128).slice(0, -1), 11],
  errors: [
    { code: 22, count: 371, hours: [0, 0, 0, 2, 12, 88, 120, 90, 52, 7] },
    { code: 97, count: 142, hours: wave(5), step: 'pref_targ1' },
    { code: 31, count: 88, hours: [0, 0, 4, 30, 41, 9, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1], step: 'pref_targ2' },
    { code: 23, count: 41, hours: wave(1, 2) },
    { code: 99, count: 9, hours: flat(0).map((_, k) => (k % 4 === 0 ? 1 : 0)) },
    { code: 143, count: 4, hours: [3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
  ],
  locks,
  stuck: 3,
};

/** 8312 tokens, errors rising: the ordinary day. */
export function one(): PoolSight {
  const known = knownOf(working);
  const steps = [
    share('done', 'pref_cal1', 3900),
    share('locked', 'pref_cal1', 11),
    share('todo', 'pref_cal1', 240),
    share('done', 'pref_targ1', 1187),
    share('locked', 'pref_targ1', 60),
    share('todo', 'pref_targ1', 1100),
    share('locked', 'pref_targ2', 25),
    share('todo', 'pref_targ2', 1070),
    share('unclassified', null, 64),
  ];
  const shares = [...steps, ...(known.shares ?? []).filter(({ state }) => state === 'error')];
  const counts = [...(known.counts ?? []), { type: 'pref_targ_extra_long_name_L701240', state: 'todo' as const, count: 40 }];
  return seen({ ...known, shares, counts });
}

/** One type, one step, nothing wrong. */
export function well(): PoolSight {
  return seen(knownOf({ states: { done: 60, locked: 8, todo: 29 }, done: wave(2), locks: locks.slice(3), stuck: 0 }));
}

export function done(): PoolSight {
  return seen(knownOf({ states: { done: 97 }, done: [3, 9, 20, 14, 0, 0] }));
}

/** Only counts are known so far. */
export function counted(): PoolSight {
  const { pool, type, counts, asOf } = knownOf(working);
  return seen({ pool, asOf, ...(type === undefined ? {} : { type }), ...(counts === undefined ? {} : { counts }) });
}

/** Nothing is known yet. */
export function unread(): PoolSight {
  return seen({ pool: 'lofar-dr3', asOf: 0 });
}

export function empty(): PoolSight {
  return seen({ pool: 'lofar-dr3', counts: [], asOf: now });
}

export function noAccess(): PoolSight {
  const error = new GridError('auth', 'lofar-dr3 refused the user name or password of ann.', { hint: 'Sign in again.' });
  return seen({ pool: 'lofar-dr3', asOf: 0, trouble: { error, since: now } });
}

/** The pool has fallen silent while somebody looked. */
export function silent(): PoolSight {
  const error = new GridError('unreachable', 'No connection to lofar-dr3.', { hint: 'It is tried again by itself.' });
  const at = now - 25 * 60_000;
  return seen({ ...knownOf(working), asOf: at, trouble: { error, since: at } });
}

export function unheard(): PoolSight {
  const error = new GridError('unreachable', 'lofar-dr3 cannot be reached.', { hint: 'Check the address.' });
  return seen({ pool: 'lofar-dr3', asOf: 0, trouble: { error, since: now } });
}

/** Without our view: the server's own names. */
export function uncounted(designer?: boolean): PoolSight {
  const buckets = (...rows: readonly (readonly [string, number])[]) => rows.map(([name, count]) => ({ name, count }));
  return seen({
    pool: 'lofar-dr3',
    asOf: now,
    server: {
      documents: 8391,
      ...(designer === undefined ? {} : { designer }),
      overviews: [
        { design: 'Monitor', view: 'overview_total', buckets: buckets(['done', 5087], ['error', 655], ['locked', 96], ['todo', 2410]) },
        {
          design: 'pref_cal1_L701238',
          view: 'overview_view',
          buckets: buckets(['done', 40], ['downloading', 3], ['error', 31], ['running', 9], ['todo', 12], ['waiting', 12]),
        },
        {
          design: 'SingleCore',
          view: 'overview_total',
          buckets: [],
          problem: new GridError('malformed', 'The map of this view is broken.'),
        },
      ],
    },
  });
}

export function guestSight(): PoolSight {
  return uncounted(false);
}

/** Ten million tokens. */
export function huge(): PoolSight {
  const busy = flat(38_000).map((number, k) => number + k * 700);
  return seen(
    knownOf({
      states: { done: 6_120_331, locked: 41_250, todo: 3_020_118, unclassified: 12 },
      done: busy,
      errors: [
        { code: 22, count: 801_334, hours: wave(4_000) },
        { code: 137, count: 12_004, hours: wave(200, 1), field: 'exit_code' },
      ],
      locks,
      stuck: 10_482,
    }),
  );
}

/** Thirty codes, forty steps. */
export function many(): PoolSight {
  const known = knownOf({
    states: {},
    done: wave(20),
    errors: Array.from({ length: 30 }, (_, k) => ({
      code:
        [22, 97, 31, 23, 99, 143, 137, 21, 32, 33, 34, 90, 96, 98, -1, -2, 1, 3, 4, 10, 11, 12, 13, 20, 30, 127, 126, 55, 56, 57][k] ?? k,
      count: 310 - k * 10,
      step: `step_${k % 7}`,
      hours: wave(1 + (k % 5), k),
    })),
    locks,
    stuck: 3,
  });
  const steps = Array.from({ length: 40 }, (_, k) => [
    share('done', `step_${k}`, 900 - k * 20),
    share('locked', `step_${k}`, k % 3),
    share('todo', `step_${k}`, k * 18),
  ]).flat();
  return seen({ ...known, shares: [...steps, ...(known.shares ?? [])] });
}

/** PiCaS of today: no steps, exit codes of any program, errors without a code. */
export function picas(): PoolSight {
  return seen(
    knownOf({
      states: { done: 14, locked: 7, todo: 7 },
      step: null,
      done: [2, 3, 4, 5],
      errors: [
        { code: 1, count: 7, field: 'exit_code', hours: [1, 2, 3, 1] },
        { code: -9, count: 7, field: 'exit_code', hours: [2, 2, 3, 0] },
        { code: null, count: 7, hours: [3, 4] },
        { code: null, count: 14, marked: true },
      ],
      locks: [{ id: 'token_1', lock: 12, job: null, host: null, step: null, status: null }, ...locks.slice(3)],
      stuck: 1,
    }),
  );
}
