/**
 * What the sandbox panel and the host say to each other. Plain data that survives structured cloning. The sight is small
 * and sent anew each time; the content of a tar, which may be thousands of files, only when it is another; lines of the log once.
 */
import type { Action, Notice, Phrase } from './panel';

export type SandboxAction = Action<'build' | 'cancel' | 'upload' | 'setOnTokens'>;

export type StepState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

export interface StepSight {
  readonly id: string;
  readonly title: string;
  readonly detail: string;
  readonly state: StepState;
  /** How long it took; ms. */
  readonly ms?: number;
  /** When it began, while it runs; ms since 1970 of the host. */
  readonly since?: number;
  /** 0 to 1, where it is known. */
  readonly share?: number;
}

/** A repository: what the step asks for, and what that came to. */
export interface SourceSight {
  readonly name: string;
  readonly url: string;
  /** In the sandbox; '' is its top. */
  readonly folder: string;
  /** Branch, tag or commit as asked for. */
  readonly asked: string;
  /** Whether what is asked for can come to something else tomorrow. */
  readonly moves: boolean;
  /** Whether it names nothing at all. */
  readonly loose: boolean;
  readonly commit?: string;
  /** Of the version that it is compared with, where that was another. */
  readonly before?: string;
}

/** What pilots may stumble over: all files of one fault. */
export interface Finding {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly sentence: string;
  /** Those beyond the first, some of them. */
  readonly others: readonly string[];
  /** All beyond the first. */
  readonly more: number;
  /** What can be done about it here. */
  readonly remedy?: string;
}

export interface Size {
  readonly bytes: number;
  readonly files: number;
}

export interface SandboxSight {
  /** Uri of the step configuration; the editor brings the panel back by it. */
  readonly uri: string;
  readonly name: string;
  readonly sentence: readonly Phrase[];
  /** The host's clock when this was made; ms since 1970. */
  readonly now: number;
  readonly notices: readonly Notice[];
  readonly actions: readonly SandboxAction[];
  /** Where it goes, or is; where that is not known, what to do. */
  readonly target: { readonly location?: string; readonly note: string };
  /** What the version is called that it is compared with: the one in place, or, where this is in place, the one before. */
  readonly compared: 'published' | 'before';
  readonly size?: Size & { readonly before?: Size };
  readonly sums?: { readonly sha256: string; readonly adler32: string; readonly before?: string };
  readonly steps: readonly StepSight[];
  readonly sources: readonly SourceSight[];
  readonly findings: readonly Finding[];
  /** What kept the last run from its end: what to do, and the last lines of the step. */
  readonly failure?: { readonly step: string; readonly sentence: string; readonly lines: readonly string[] };
}

/** How a file stands against the version that is compared with: as before, new, changed, removed. */
export type Mark = '=' | 'n' | 'c' | 'r';

/** The files of a tar in columns; by path. */
export interface SandboxContent {
  readonly paths: readonly string[];
  /** Of what was removed, as it was. */
  readonly bytes: readonly number[];
  /** A `Mark` each. */
  readonly marks: string;
  /** Bytes before, of what has changed; by place. */
  readonly before: Readonly<Record<number, number>>;
  /** Places of what may be executed. */
  readonly executable: readonly number[];
  /** Where links lead; by place. */
  readonly links: Readonly<Record<number, string>>;
  /** What there is to say of a file; by place. */
  readonly notes: Readonly<Record<number, Phrase>>;
  /** What it is compared with, for the title. */
  readonly against: string;
}

export interface LogLine {
  /** Id of the step. */
  readonly step: string;
  /** ms since 1970 */
  readonly at: number;
  readonly text: string;
}

export type ToSandboxPanel =
  | { readonly type: 'sight'; readonly sight: SandboxSight }
  /** Without content, nothing was built. */
  | { readonly type: 'content'; readonly content?: SandboxContent }
  /** `anew` begins the log; else the lines follow those that were sent. */
  | { readonly type: 'log'; readonly anew: boolean; readonly lines: readonly LogLine[] }
  /** There is no recipe (any more). */
  | { readonly type: 'nothing'; readonly sentence: string };

export type FromSandboxPanel =
  | { readonly type: 'ready' }
  | { readonly type: 'act'; readonly id: SandboxAction['id'] }
  | { readonly type: 'answer'; readonly notice: string; readonly answer: string }
  /** The remedy of a finding. */
  | { readonly type: 'mend'; readonly code: string }
  | { readonly type: 'copy'; readonly text: string }
  /** With what is on the storage now. */
  | { readonly type: 'compare' }
  | { readonly type: 'openStep' }
  | { readonly type: 'openLog' };
