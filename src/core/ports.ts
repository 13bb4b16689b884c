/**
 * What the core needs from outside. Adapters implement these; every method takes an AbortSignal and has a deadline of
 * its own, and rejects with a GridError only.
 */
import type { StagingEvent } from './staging/event';
import type { Locality } from './staging/locality';
import type { FileState, RequestState } from './staging/state';

/** Ends a call early. Adapters add their own deadline to it. */
export interface CallOptions {
  readonly signal: AbortSignal;
}

/** What a stager can do. The desk and the menus ask this, never the kind of stager. */
export interface StagerCapabilities {
  /** Which file failed, and why, is told by the stager; otherwise it is inferred once the request has ended. */
  readonly perFileErrors: boolean;
  /** One request may hold links of several sites. */
  readonly mixedSites: boolean;
  /** A request that is on hold, aborted or failed can be started again under its own id. */
  readonly reschedule: boolean;
  /** Requests made elsewhere with the same account can be listed. */
  readonly listMine: boolean;
  /** Own requests are listed together with their links, so an uncertain submit can be settled by comparison. */
  readonly listsLinks: boolean;
  /** Largest number of links the service takes in one request. */
  readonly maxFiles: number;
  /** How long files of a request stay on disk, counted from the submit; ms. Absent where the service decides by itself. */
  readonly pinMs?: number;
}

/** Where a file is, or one sentence that says why that is not known. */
export type LocalityAnswer = { readonly locality: Locality } | { readonly problem: string };

export interface LocalityOptions extends CallOptions {
  /** Called for each link as its answer comes, in any order. */
  readonly heard: (link: string, answer: LocalityAnswer) => void;
}

/** Tells where files are without touching them: no question may recall anything. */
export interface LocalitySource {
  /** The name in sentences. */
  readonly name: string;
  /** Whether it can be asked about a link at all; every link when absent. */
  takes?(link: string): boolean;
  /**
   * Asks about all links. What is wrong with one file is that file's answer; rejects when it cannot be asked at all, and then
   * links it has not told of are open.
   */
  locality(links: readonly string[], options: LocalityOptions): Promise<void>;
}

/** A request as the desk knows it when it asks for news. */
export interface PollQuery {
  readonly id: string;
  /** The links it was made with; empty for an adopted request whose links are not known. */
  readonly links: readonly string[];
  /** Count of files online at the last poll; lets an adapter leave out questions whose answer cannot have changed. */
  readonly online: number;
}

/** One file of a report. */
export interface FileReport {
  readonly state: FileState;
  /** The stager's own reason, where there is one. */
  readonly message?: string;
}

/** What a stager says of one request. */
export interface RequestReport {
  readonly state: RequestState;
  /** The stager's own word, as received; empty when it gave none. */
  readonly word: string;
  /** Per link, keyed by the link exactly as submitted; absent when this poll did not learn about files. */
  readonly files?: ReadonlyMap<string, FileReport>;
  /** Counts as the stager gives them, for requests whose links are not known. */
  readonly total?: number;
  readonly online?: number;
  /** The stager's name for where the files are, as received. */
  readonly site?: string;
}

/** A request found on the stager that this desk may not know. */
export interface ListedRequest extends RequestReport {
  readonly id: string;
  /** The links it was made with, as it was given them; only of a stager that `listsLinks`. */
  readonly links?: readonly string[];
  /** When it was made by the stager's clock, ms since 1970; absent when it does not say. */
  readonly when?: number;
}

/** The answer of a poll: a report or the error for each id asked, so that one bad request does not hide the others. */
export type PollAnswer = ReadonlyMap<string, RequestReport | Error>;

/** A service that recalls files from tape. */
export interface Stager {
  readonly capabilities: StagerCapabilities;
  /** Resolves when the service answers and accepts the credentials. */
  probe(options: CallOptions): Promise<void>;
  /**
   * Makes one request and returns its id. Not idempotent. An error that is `uncertain` leaves it open whether the request
   * was made: never submit again by itself.
   */
  submit(links: readonly string[], options: CallOptions & { readonly notify: boolean }): Promise<string>;
  /** News of all given requests, with as few calls as the protocol allows. Rejects when the service as a whole fails. */
  poll(queries: readonly PollQuery[], options: CallOptions): Promise<PollAnswer>;
  /** Ends a running request; releases the files of a finished one. Some protocols need the links it was made with. */
  abort(id: string, options: CallOptions & { readonly links?: readonly string[] }): Promise<void>;
  reschedule(id: string, options: CallOptions): Promise<void>;
  /** The SRM request token, for direct gfal calls; empty when there is none yet. */
  requestToken(id: string, options: CallOptions): Promise<string>;
  /** When what the files of a request are fetched with (macaroons) ends; ms since 1970. Absent where nothing ends. */
  retrievalEnds?(id: string, options: CallOptions): Promise<readonly number[]>;
  /** As of a LocalitySource; absent where the service does not tell. */
  locality?(links: readonly string[], options: LocalityOptions): Promise<void>;
  /**
   * Lets the disk have the space of these files of a request again. Only this request's pin goes; what others have pinned
   * stays. Absent where only the whole request can be ended (`abort`).
   */
  release?(id: string, links: readonly string[], options: CallOptions): Promise<void>;
  /**
   * Keeps files on disk for `pinMs` from now, and returns the id of the request that holds them: of services whose requests
   * cannot be changed a new one, while the old pin runs out by itself. Uncertain as `submit` is.
   */
  extend?(id: string, links: readonly string[], options: CallOptions & { readonly pinMs: number }): Promise<string>;
  /** Own requests that the stager still lists; where it can, only those made since a time in ms since 1970. */
  list(options: CallOptions & { readonly since?: number }): Promise<readonly ListedRequest[]>;
}

/** Who signs in to a stager. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Milliseconds since 1970; the core has no clock of its own. */
export type Clock = () => number;

/** What other windows have written since the last reading. */
export interface Reading {
  readonly events: readonly StagingEvent[];
  /** Lines that cannot be read, one sentence for each file. */
  readonly problems: readonly string[];
  /** A newer version writes here too: nothing may be submitted, since its submits cannot be seen. */
  readonly newer: boolean;
}

/** Where all windows write down what they do about staging, so that neither a reload nor a dead machine loses it. */
export interface Journal {
  /** What has come since the last call; the first one reads everything. */
  read(options: CallOptions): Promise<Reading>;
  /** On disk when it resolves. */
  append(events: readonly StagingEvent[]): Promise<void>;
  /** Takes a right that exists once for all windows and machines; false when somebody has it already. */
  claim(name: string): Promise<boolean>;
  /** Whether somebody has taken the right. */
  claimed(name: string): Promise<boolean>;
  /** Replaces the files of windows that are gone by these events, which say the same. */
  compact(digest: () => readonly StagingEvent[]): Promise<void>;
  /** Whether this window is the one that asks the stagers for all; renews or takes over what has run out. */
  lead(): Promise<boolean>;
  /** Lets another window ask: this one cannot. */
  yieldLead(): Promise<void>;
  /** The last line. Nothing may be appended afterwards. */
  close(): Promise<void>;
}
