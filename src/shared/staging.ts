/**
 * What the staging panel and the host say to each other. Plain data that survives structured cloning. The host sends a
 * whole campaign once and then only what has changed; the panel filters, sorts and draws by itself, so that scrolling
 * through 100 000 files asks nobody.
 */
import type { FileCounts } from '../core/staging/state';
import type { Action, Notice, Phrase } from './panel';

/** A button of the panel; the last three are of a list that was checked. */
export type StagingAction = Action<
  'abort' | 'submitNow' | 'tryNow' | 'threshold' | 'signIn' | 'createTokens' | 'extendPins' | 'stageOnTape' | 'checkAgain' | 'exportChecked'
>;

/** Something that ends: a pin, a macaroon, a proxy. */
export interface Deadline {
  /** "Macaroon", "First pin", "Proxy". */
  readonly name: string;
  /** ms since 1970. */
  readonly at: number;
}

/** Counts at one moment, for the history. */
export interface Moment {
  /** ms since 1970. */
  readonly at: number;
  readonly counts: FileCounts;
}

/** A request, draft or settled, as the panel names it below the observations. */
export interface RequestRow {
  /** Null for what is not submitted yet. */
  readonly id: string | null;
  readonly stager: string;
  /** Display name of the site: "Jülich". */
  readonly site: string;
  /** In words, with what holds it: "draft, sent when there is room", "uncertain". */
  readonly state: string;
  readonly shape: string;
  readonly total: number;
  readonly online: number;
  readonly failed: number;
}

/** All that is small: sent with each change. */
export interface CampaignHead {
  readonly id: string;
  readonly name: string;
  /** The state sentence: "Staging at SARA and Jülich, stalled at Poznań". */
  readonly sentence: readonly Phrase[];
  /** The host's clock when this was made; ms since 1970. Ages are counted from it. */
  readonly now: number;
  /** When the stagers were last heard; 0 for never. */
  readonly asOf: number;
  readonly total: number;
  readonly counts: FileCounts;
  /** Online ÷ all, 0-100, one decimal, rounded down. */
  readonly percent: number;
  /** Files an hour over `overMs`; absent while nothing is known. */
  readonly rate?: { readonly filesPerHour: number; readonly overMs: number };
  /** When staging ends, as a range in ms since 1970; absent when the rate is 0 or all is done. */
  readonly end?: { readonly from: number; readonly to: number };
  readonly notices: readonly Notice[];
  readonly deadlines: readonly Deadline[];
  /** Oldest first, at most 24 h. */
  readonly history: readonly Moment[];
  readonly requests: readonly RequestRow[];
  readonly actions: readonly StagingAction[];
  /** Observations without news for too long: name → ms without news. Keys as in `Files.observations`. */
  readonly stalled: Readonly<Record<string, number>>;
}

/** The files of a campaign in columns; index k is the same file in all of them. */
export interface Files {
  /** File names as shown, without folders. */
  readonly names: readonly string[];
  /** Distinct observations, and the one of each file (-1: none in the name). */
  readonly observations: readonly string[];
  readonly observation: readonly number[];
  /** Distinct display names of sites, and the one of each file. */
  readonly sites: readonly string[];
  readonly site: readonly number[];
  /** Subband or block number of each file; -1 when the name has none. */
  readonly band: readonly number[];
  /** Prefix of the numbers ("SB", "ABN"), per observation. */
  readonly prefix: readonly string[];
  /** One letter a file, as in `stateLetters` of core/staging/state: o online, s staging, q queued, f failed, l lost, … */
  readonly states: string;
  /** When each file came into its state; ms since 1970, 0 when not known. */
  readonly since: readonly number[];
  /** Distinct messages, and the one of each file (-1: none). */
  readonly messages: readonly string[];
  readonly message: readonly number[];
}

/** What changes in the files while the campaign stays the same. */
export type FilesNews = Pick<Files, 'states' | 'since' | 'messages' | 'message'>;

export type ToStagingPanel =
  | { readonly type: 'campaign'; readonly head: CampaignHead; readonly files: Files }
  | { readonly type: 'head'; readonly head: CampaignHead }
  | { readonly type: 'news'; readonly head: CampaignHead; readonly files: FilesNews }
  /** The campaign is not on the desk (any more), or there is none. */
  | { readonly type: 'nothing'; readonly sentence: string };

export type FromStagingPanel =
  | { readonly type: 'ready' }
  | { readonly type: 'act'; readonly id: StagingAction['id'] }
  | { readonly type: 'answer'; readonly notice: string; readonly answer: string }
  /** Files by index: a new request with exactly these, their links to a document, a text for the archive's support. */
  | { readonly type: 'files'; readonly verb: 'retry' | 'export' | 'copySupport' | 'copyLinks'; readonly indices: readonly number[] };
