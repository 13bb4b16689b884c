/**
 * gfal2 through its bridge: one process, one context, many threads. Where files are (the attribute `user.status`), what folders
 * hold, and recalls. Links may be in any form that gfal2 knows.
 */
import { GridError } from '../core/errors';
import { pathOfLink } from '../core/links/path';
import type { CallOptions, LocalitySource } from '../core/ports';
import { gfalError, type Complaint } from '../core/staging/complaint';
import { webHost } from '../core/storage/location';
import { BridgeProcess, type BridgeAnswer } from './gfalBridge';
import type { BridgeFacts, BridgeOptions } from './gfalBridgeChild';
import { askHosts } from './gfalHosts';

/** What stands in a folder, or is told of one name. */
export interface GfalEntry {
  /** The name alone; '' where one file was asked about. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970; 0 where the protocol does not tell. */
  readonly modified: number;
  readonly directory: boolean;
}

/** What a recall has come to for each link, in their order; undefined where gfal2 does not complain. */
export interface GfalRecall {
  /** '' when gfal2 gave none, as it does when everything is online already. */
  readonly token: string;
  readonly files: readonly (Complaint | undefined)[];
}

/** Starts with the first question and ends by itself when it has nothing to do. */
export interface Gfal extends LocalitySource {
  /** Versions; rejects with `toolMissing` where Python or its module gfal2 is missing. */
  facts(): Promise<BridgeFacts>;
  stat(url: string, options: CallOptions): Promise<GfalEntry>;
  /** All of a folder; `heard` gets it in parts, before the promise resolves with how many there are. */
  list(url: string, heard: (entries: readonly GfalEntry[]) => void, options: CallOptions): Promise<number>;
  /** Makes what is missing above it too. */
  makeFolder(url: string, options: CallOptions): Promise<void>;
  /** A file, or a folder that is empty. */
  remove(url: string, options: CallOptions): Promise<void>;
  /** What is at the new name already may be replaced, refused, or lost for a moment: that is the door's own manner. */
  rename(from: string, to: string, options: CallOptions): Promise<void>;
  /** In hexadecimal, as the storage writes it. */
  checksum(url: string, algorithm: 'ADLER32' | 'MD5', options: CallOptions): Promise<string>;
  /** Starts a recall; all links have to be of one site. Uncertain when the bridge dies over it. */
  bringOnline(links: readonly string[], pinMs: number, requestMs: number, options: CallOptions): Promise<GfalRecall>;
  /** How a recall stands: no complaint is online, code 11 is still queued. */
  recallState(links: readonly string[], token: string, options: CallOptions): Promise<GfalRecall['files']>;
  release(links: readonly string[], token: string, options: CallOptions): Promise<GfalRecall['files']>;
  abortRecall(links: readonly string[], token: string, options: CallOptions): Promise<GfalRecall['files']>;
  /**
   * Signs calls to the host of a web address, on whatever port, with a bearer token; without one, as before, with the grid proxy.
   * It goes through a pipe and into no file. Throws `rejected` for what is no web address.
   */
  credential(address: string, token: string | undefined): Promise<void>;
  close(): Promise<void>;
}

/** Runs nothing by itself. */
export function openGfal(options: BridgeOptions): Gfal {
  const bridge = new BridgeProcess(options);
  // A question about a thousand files at once takes a storage system some minutes.
  const recallMs = 5 * bridge.callMs;
  const ask = (word: string, fields: Readonly<Record<string, unknown>>, at: CallOptions, more: More = {}): Promise<BridgeAnswer> => {
    const { repeatable = true, rows, ms } = more;
    const question = { do: word, repeatable, fields, ...(rows === undefined ? {} : { rows }), ...(ms === undefined ? {} : { ms }) };
    return bridge.ask(question, at.signal);
  };
  const value = async (...question: Parameters<typeof ask>): Promise<unknown> => {
    const answer = await ask(...question);
    if ('code' in answer) throw gfalError(answer);
    return answer.ok;
  };
  const files = async (...question: Parameters<typeof ask>) => readFiles(await value(...question));
  return {
    name: 'gfal2',
    facts: () => bridge.start(),
    locality: (links, at) =>
      askHosts(links, {
        ...at,
        lanes: bridge.threads,
        ask: (link, signal) => status(ask, link, signal),
        askMany: (some, signal) => statuses(ask, some, signal),
      }),
    stat: async (url, at) => readEntry(await value('stat', named(url), at)),
    list: async (url, heard, at) => {
      const rows = (found: readonly unknown[]) => {
        heard(found.map(readEntry));
      };
      return Number(await value('list', named(url), at, { rows }));
    },
    makeFolder: async (url, at) => void (await value('mkdir', named(url), at)),
    remove: async (url, at) => void (await value('remove', named(url), at, { repeatable: false })),
    rename: async (from, to, at) => void (await value('rename', { ...named(from), to: gfalForm(to) }, at, { repeatable: false })),
    checksum: async (url, algorithm, at) => String(await value('checksum', { ...named(url), algorithm }, at)),
    bringOnline: async (urls, pinMs, requestMs, at) => {
      const fields = { urls, pin: Math.ceil(pinMs / 1000), wait: Math.ceil(requestMs / 1000) };
      const told = await value('online', fields, at, { repeatable: false, ms: recallMs });
      const { token } = told as { token?: unknown };
      return { token: typeof token === 'string' ? token : '', files: readFiles(told) };
    },
    recallState: (urls, token, at) => files('poll', { urls, token }, at, { ms: recallMs }),
    release: (urls, token, at) => files('release', { urls, token }, at, { ms: recallMs }),
    abortRecall: (urls, token, at) => files('abort', { urls, token }, at, { ms: recallMs }),
    credential: async (address, token) => bridge.credential(hostOf(address), token),
    close: () => bridge.close(),
  };
}

/** For a question about many files: a door that is slower is asked about each. */
const manyMs = 30_000;

interface More {
  readonly repeatable?: boolean;
  readonly ms?: number;
  readonly rows?: (rows: readonly unknown[]) => void;
}

type Ask = (word: string, fields: Readonly<Record<string, unknown>>, at: CallOptions, more?: More) => Promise<BridgeAnswer>;

const named = (url: string) => ({ url: gfalForm(url) });

/** A file that the bridge dies of is that file's trouble; a bridge that cannot be started is everybody's. */
async function status(ask: Ask, link: string, signal: AbortSignal): Promise<string | Complaint> {
  try {
    const answer = await ask('locality', named(link), { signal });
    if ('code' in answer) return answer;
    return typeof answer.ok === 'string' ? answer.ok : '';
  } catch (thrown) {
    if (thrown instanceof GridError && thrown.kind === 'toolFailed')
      return { code: 0, text: 'the bridge ended while it asked about this file' };
    if (thrown instanceof GridError && thrown.kind === 'timeout') return { code: 110, text: thrown.message };
    throw thrown;
  }
}

/** Undefined for a host that cannot tell of many at once: whatever the trouble is, the question about each file tells it. */
async function statuses(ask: Ask, links: readonly string[], signal: AbortSignal): Promise<readonly (string | undefined)[] | undefined> {
  try {
    const answer = await ask('localities', { urls: links.map(gfalForm) }, { signal }, { ms: manyMs });
    if (!('ok' in answer) || !Array.isArray(answer.ok)) return undefined;
    return answer.ok.map((each: unknown) => (typeof each === 'string' ? each : undefined));
  } catch (thrown) {
    if (thrown instanceof GridError && (thrown.kind === 'toolFailed' || thrown.kind === 'timeout')) return undefined;
    throw thrown;
  }
}

function readEntry(value: unknown): GfalEntry {
  const { name, size, mtime, directory } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return {
    name: typeof name === 'string' ? name : '',
    size: typeof size === 'number' ? size : 0,
    modified: typeof mtime === 'number' ? mtime * 1000 : 0,
    directory: directory === true,
  };
}

function readFiles(value: unknown): readonly (Complaint | undefined)[] {
  const { files } = (value ?? {}) as { files?: unknown };
  if (!Array.isArray(files)) throw new GridError('malformed', 'The answer of the gfal2 bridge has a form that cannot be read.');
  return files.map((file: unknown) => {
    const { code, text } = (file ?? {}) as Readonly<Record<string, unknown>>;
    return typeof code === 'number' ? { code, text: typeof text === 'string' ? text : '' } : undefined;
  });
}

/** A recall's complaint that only says "not yet". */
export function isQueued({ code }: Complaint): boolean {
  return code === 11;
}

/**
 * The name of a host, by which gfal2 finds a credential for all of its ports and schemes. By the beginning of an address, as it is
 * documented, 2.21 finds none for its tape API.
 */
export function hostOf(address: string): string {
  const host = webHost(address);
  if (host === undefined) throw new GridError('rejected', 'A token is for a web address, and this is none.');
  return host;
}

/**
 * The form that gfal2 is asked in. SRM 2.2 wants the path behind the service's own: without it gfal2 tries several services. Of
 * a download address it is the srm link in it.
 */
export function gfalForm(link: string): string {
  const nested = /[?&]surl=(srm(?::|%3A).*)$/i.exec(link)?.[1];
  if (nested !== undefined) return gfalForm(/^srm:/i.test(nested) ? nested : decodeURIComponent(nested));
  const [, door] = /^(srm:\/\/[^/]+:\d+)\/(?!.*[?&]SFN=)/i.exec(link) ?? [];
  return door === undefined ? link : `${door}/srm/managerv2?SFN=${pathOfLink(link)}`;
}
