/**
 * Reads what is known of a pool and of one of its types, a part at a time: counts first, then what went wrong, then the
 * last day, then the locks. Where our view is not installed, the server's own counts under their own names.
 */
import { asGridError, GridError } from '../errors';
import type { CallOptions } from '../ports';
import { hasOurs, ourDesign, poolView, timesView } from './design';
import { readEnds, readLocks, readShares, type Ends, type Locks, type Share } from './figures';
import type { Overview, Pool, StateCount } from './pool';
import { typesOf } from './stock';

export interface Reading {
  /** Counts of all types; absent where our view is not installed. */
  readonly counts?: readonly StateCount[];
  /** The type that is read further: the one asked for, or the largest. */
  readonly type?: string;
  readonly shares?: readonly Share[];
  readonly ends?: Ends;
  readonly locks?: Locks;
  /** Where our view is not installed. */
  readonly server?: {
    readonly overviews: readonly Overview[];
    /** Documents in the database, tokens or not. */
    readonly documents: number;
    /** Whether this account may install our view; absent when the server does not tell. */
    readonly designer?: boolean;
  };
}

export interface ReadingOptions extends CallOptions {
  /** Type of tokens; the largest when absent. */
  readonly type?: string;
  /** ms since 1970 */
  readonly now: number;
  /** A lock older than this looks stuck; hours. */
  readonly stuckHours: number;
  /** Told after each part. */
  readonly progress?: (reading: Reading) => void;
}

/** Oldest locks that are shown. */
const fewLocks = 8;

export async function readPool(pool: Pool, options: ReadingOptions): Promise<Reading> {
  const { now, stuckHours, progress } = options;
  let reading: Reading = {};
  const learn = (part: Partial<Reading>): void => {
    reading = { ...reading, ...part };
    progress?.(reading);
  };
  const counts = await countsOf(pool, options);
  if (counts === undefined) {
    learn({ server: await serverOf(pool, options) });
    return reading;
  }
  const type = options.type ?? typesOf(counts)[0]?.type;
  learn({ counts, ...(type === undefined ? {} : { type }) });
  const has = (...states: readonly string[]): boolean =>
    counts.some((each) => each.type === type && states.includes(each.state) && each.count > 0);
  if (type === undefined || !has('todo', 'locked', 'done', 'error', 'unclassified')) return reading;
  // Asked for together, learnt in their order.
  const before = now / 1000 - stuckHours * 3600;
  const [shares, ends, locks] = [
    readShares(pool, type, options),
    readEnds(pool, type, now, options),
    has('locked') ? readLocks(pool, type, before, fewLocks, options) : undefined,
  ];
  for (const asked of [ends, locks]) asked?.catch(() => undefined);
  learn({ shares: await shares });
  learn({ ends: await ends });
  if (locks !== undefined) learn({ locks: await locks });
  return reading;
}

/** Undefined where our views are not installed. */
async function countsOf(pool: Pool, options: CallOptions): Promise<readonly StateCount[] | undefined> {
  if (!(await isInstalled(pool, options))) return undefined;
  try {
    return await pool.counts(options);
  } catch (thrown) {
    const error = asGridError(thrown);
    throw error.kind === 'timeout' ? await patience(pool, error, options) : error;
  }
}

/** Whether both of our views are there and say what this version makes of them. */
async function isInstalled(pool: Pool, options: CallOptions): Promise<boolean> {
  try {
    const design = await pool.document(ourDesign._id, options);
    return hasOurs(design, poolView) && hasOurs(design, timesView);
  } catch (thrown) {
    // A database that is not there is told by what is asked next.
    if (asGridError(thrown).kind === 'notFound') return false;
    throw thrown;
  }
}

/** A server that is alive and does not count is building its index: after a first installation that takes its time. */
async function patience(pool: Pool, error: GridError, options: CallOptions): Promise<GridError> {
  try {
    await pool.facts(options);
  } catch (thrown) {
    return asGridError(thrown).kind === 'cancelled' ? asGridError(thrown) : error;
  }
  return new GridError('timeout', `${pool.name} is there and takes long to count: it may be building its index.`, {
    hint: 'It is asked again by itself.',
    cause: error,
  });
}

async function serverOf(pool: Pool, options: CallOptions): Promise<NonNullable<Reading['server']>> {
  const [designs, { documents, designer }] = await Promise.all([pool.designs(options), pool.facts(options)]);
  const overviews = await pool.overviews(designs, options);
  return { overviews, documents, ...(designer === undefined ? {} : { designer }) };
}
