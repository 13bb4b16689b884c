/**
 * What the pool panel and the host say to each other. Plain data that survives structured cloning. All of it is small,
 * whatever the size of the pool: the host sends the whole sight each time, first with its counts alone.
 */
import type { ErrorGroup } from '../core/tokens/failures';
import type { Lock } from '../core/tokens/figures';
import type { TokenState } from '../core/tokens/state';
import type { Pace, Past } from '../core/tokens/throughput';
import type { Action, Notice, Phrase } from './panel';

export type PoolAction = Action<'createTokens' | 'findStuck'>;

/** Tokens of one step by state; states of none left out. The step is null for tokens that name none. */
export interface StepCounts {
  readonly step: string | null;
  readonly counts: Partial<Record<TokenState, number>>;
}

export interface LocksSight {
  /** A lock older than this looks stuck; hours. */
  readonly stuckHours: number;
  readonly stuck: number;
  /** Oldest first, a few. */
  readonly oldest: readonly (Lock & { readonly stuck: boolean })[];
}

/** The server's own counts, under its own names. */
export interface OverviewSight {
  /** "Monitor/overview_total". */
  readonly view: string;
  readonly buckets: readonly { readonly name: string; readonly count: number }[];
  /** Why there are none. */
  readonly problem?: string;
}

export interface PoolSight {
  readonly pool: string;
  /** Absent where counts by type are not known. */
  readonly type?: string;
  /** Types of tokens, the largest first. */
  readonly types: readonly { readonly type: string; readonly count: number }[];
  /** The state sentence: "Working, errors rising since 09:00". */
  readonly sentence: readonly Phrase[];
  /** The host's clock when this was made; ms since 1970. Ages are counted from it. */
  readonly now: number;
  /** When the pool was last heard; ms since 1970, 0 for never. */
  readonly asOf: number;
  readonly notices: readonly Notice[];
  readonly actions: readonly PoolAction[];
  /** Absent while they are not known. */
  readonly counts?: Partial<Record<TokenState, number>>;
  /** Where ours are not installed. */
  readonly overviews?: readonly OverviewSight[];
  /** Documents in the database, tokens or not; told where nothing better is known. */
  readonly documents?: number;
  readonly steps?: readonly StepCounts[];
  readonly errors?: readonly ErrorGroup[];
  readonly past?: Past;
  /** Tokens closed in each hour; hours since 1970 of the first. */
  readonly hours?: { readonly first: number; readonly done: readonly number[]; readonly error: readonly number[] };
  readonly pace?: Pace;
  /** When the rest is closed, as a range in ms since 1970; absent while nobody knows. */
  readonly end?: { readonly from: number; readonly to: number };
  readonly locks?: LocksSight;
}

/** What names a group of tokens in error: every step of it is one node of the tree. */
export type ErrorKey = Pick<ErrorGroup, 'code' | 'field'>;

export type ToPoolPanel =
  | { readonly type: 'sight'; readonly sight: PoolSight }
  /** The pool is not there (any more). */
  | { readonly type: 'nothing'; readonly sentence: string };

export type FromPoolPanel =
  | { readonly type: 'ready' }
  | { readonly type: 'act'; readonly id: PoolAction['id'] }
  | { readonly type: 'answer'; readonly notice: string; readonly answer: string }
  /** Look at another type of tokens. */
  | { readonly type: 'choose'; readonly tokens: string }
  /** The tokens of a state, of one step of it where one is named. */
  | { readonly type: 'show'; readonly state: TokenState; readonly step?: string | null }
  | { readonly type: 'errors'; readonly verb: 'show' | 'reset' | 'export'; readonly groups: readonly ErrorKey[] }
  | { readonly type: 'locks'; readonly verb: 'show' | 'unlock'; readonly ids: readonly string[] }
  /** All that look stuck, also those that are not listed. */
  | { readonly type: 'unlockStuck' };
