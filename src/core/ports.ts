/**
 * What the core needs from outside. Adapters implement these; every method takes an AbortSignal and has a deadline of
 * its own, and rejects with a GridError only.
 */
import type { StagingRequest } from './staging/request';
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
}

/** The answer of a poll: a report or the error for each id asked, so that one bad request does not hide the others. */
export type PollAnswer = ReadonlyMap<string, RequestReport | Error>;

/** A service that recalls files from tape. */
export interface Stager {
  readonly capabilities: StagerCapabilities;
  /** Resolves when the service answers and accepts the credentials. */
  probe(options: CallOptions): Promise<void>;
  /**
   * Makes one request and returns its id. Not idempotent. A `timeout` or `unreachable` error leaves it open whether the
   * request was made: never submit again by itself.
   */
  submit(links: readonly string[], options: CallOptions & { readonly notify: boolean }): Promise<string>;
  /** News of all given requests, with as few calls as the protocol allows. Rejects when the service as a whole fails. */
  poll(queries: readonly PollQuery[], options: CallOptions): Promise<PollAnswer>;
  /** Ends a running request; releases the files of a finished one. */
  abort(id: string, options: CallOptions): Promise<void>;
  reschedule(id: string, options: CallOptions): Promise<void>;
  /** The SRM request token, for direct gfal calls; empty when there is none yet. */
  requestToken(id: string, options: CallOptions): Promise<string>;
  /** Own requests that the stager still lists. */
  list(options: CallOptions): Promise<readonly ListedRequest[]>;
}

/** Who signs in to a stager. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Milliseconds since 1970; the core has no clock of its own. */
export type Clock = () => number;

/** Where requests are written down, so that neither a reload nor another window loses one. */
export interface Ledger {
  /** All requests on record; a record that cannot be read is left out and named in `problems`. */
  load(options: CallOptions): Promise<{ readonly requests: readonly StagingRequest[]; readonly problems: readonly string[] }>;
  /** On disk when it resolves. */
  save(request: StagingRequest, options: CallOptions): Promise<void>;
  remove(request: StagingRequest, options: CallOptions): Promise<void>;
}
