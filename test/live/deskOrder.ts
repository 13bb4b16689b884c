/** What a test and the windows it starts say to each other: an opening, then orders, each with one answer. */
import type { Verdict } from '../../src/core/staging/action';

/** Where a window ends itself with SIGKILL. */
export interface Death {
  /** An event on disk, the claim, or the call to the stager. */
  readonly step: 'append' | 'claim' | 'submit';
  /** `within` an append: half a line is on disk. */
  readonly when: 'before' | 'within' | 'after';
  /** Which one of them, from 1. */
  readonly nth: number;
}

export interface Opening {
  /** Of the journal. */
  readonly folder: string;
  readonly host: string;
  readonly kind: 'lta' | 'stageit';
  readonly url: string;
  /** Password or token; empty when nobody is signed in at this host. */
  readonly secret: string;
  /** How long one call to the stager may take. */
  readonly callMs: number;
  /** Of this machine's clock against the true time. */
  readonly offsetMs?: number;
  /** How long the way to the stager takes, where the secret has to be asked for. */
  readonly openMs?: number;
  readonly filesInFlight?: number;
  readonly leaseMs?: number;
  readonly death?: Death;
}

export type Order =
  | {
      readonly do: 'stage';
      /** Links of each part. */
      readonly parts: readonly (readonly string[])[];
      readonly name?: string;
      readonly site?: string;
      readonly anew?: boolean;
    }
  /** Asks the stager, sends drafts. */
  | { readonly do: 'refresh' }
  /** Reads the journal, asks nobody. */
  | { readonly do: 'look' }
  | { readonly do: 'settle'; readonly key: string; readonly verdict: Verdict }
  | { readonly do: 'clock'; readonly offsetMs: number }
  | { readonly do: 'sign'; readonly secret: string }
  | { readonly do: 'tidy' }
  | { readonly do: 'lead' }
  | { readonly do: 'close' };

export interface RequestView {
  readonly key: string;
  readonly id: string;
  readonly state: string;
  readonly uncertain: boolean;
  /** How many. */
  readonly links: number;
  /** The first of them, by which tests know the part. */
  readonly first: string;
  readonly trouble: string;
}

/** What staging said of one part. */
export interface PartView {
  readonly request?: RequestView;
  readonly error?: string;
}

export interface Answers {
  readonly requests: readonly RequestView[];
  readonly campaigns: readonly { readonly name: string; readonly total: number; readonly online: number }[];
  readonly problems: readonly string[];
  readonly troubles: readonly string[];
  readonly waiting: readonly string[];
  /** Memory of the window at its peak. */
  readonly peakMb: number;
  /** Of `stage`. */
  readonly parts?: readonly PartView[];
  /** Of `lead`. */
  readonly leads?: boolean;
}

/** The answer to an order that was refused. */
export interface Failure {
  readonly failed: string;
  readonly kind: string;
}
