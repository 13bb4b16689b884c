/**
 * The practice tape door: WebDAV over a folder with the WLCG Tape REST API and dCache's own REST beside it, on one port of
 * loopback, over http or https. It has dCache's manners, and misbehaves when told to. The control door is `/practice/…`,
 * with these orders besides those of other practice services: POST `seed` {paths}, `disk` {paths}, `locality` {pattern, word},
 * `fate` {pattern, fate}, `revoke` {token}, `latency` {ms}.
 */
import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { arrivalOf, type Arrival } from './arrival';
import { handleControl, type Controlled } from './stagerControl';
import { deliver, Mishaps } from './stagerMishap';
import { answerBulk, answerNamespace } from './tapeDoorBulk';
import { answerDav, davMethods } from './tapeDoorFiles';
import { actDoorEarly, dcacheManners, doorKinds, sendProblem, sharedMishap, type DoorMishap, type DoorQuirks } from './tapeDoorMishap';
import { answerTape, javaDuration, tapeCallOf, type Outcome, type TapeCall } from './tapeDoorRest';
import { Signs, type SignOptions } from './tapeDoorSign';
import { tapeFates, TapeStore, tapeWords, type TapeFate, type TapePace, type TapeWord } from './tapeDoorStore';

export interface DoorOptions extends SignOptions {
  /** Holds the files; the test's own. */
  readonly folder: string;
  readonly pace?: Partial<TapePace>;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  readonly port?: number;
  /** Milliseconds before each answer. */
  readonly latencyMs?: number;
  /** PEM texts; with them the door speaks https and asks for a certificate, which it need not get. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Whether it gives macaroons to those it knows; others get 404, as of a door that has none. */
  readonly macaroons?: boolean;
}

/** One request that arrived, the control door's excepted. */
export interface DoorEntry extends Arrival {
  /** discover, one of the tape calls, bulk, namespace, user, macaroon, or the method of WebDAV. */
  readonly call: string;
  /** Empty for nobody. */
  user: string;
  /** `answered`, `refused`, or the kind of the mishap. */
  outcome: string;
}

interface Route {
  readonly call: string;
  readonly tape?: TapeCall;
  /** What a macaroon must allow. */
  readonly activity: string;
}

const davActivity: Readonly<Record<string, string>> = {
  GET: 'DOWNLOAD',
  HEAD: 'READ_METADATA',
  PROPFIND: 'LIST',
  PUT: 'UPLOAD',
  DELETE: 'DELETE',
  MKCOL: 'MANAGE',
  MOVE: 'MANAGE',
};
const json = 'application/json';

export class PracticeTapeDoor implements Controlled {
  /** Root, without a slash at its end. */
  url = '';
  control = '';
  readonly log: DoorEntry[] = [];
  readonly kinds = doorKinds;
  readonly store: TapeStore;
  readonly signs: Signs;
  quirks: DoorQuirks = dcacheManners;
  latencyMs: number;
  /** Requests that the door was busy with at one time, at most. */
  peak = 0;
  readonly orders = {
    seed: (given: unknown) => {
      this.store.seed(textsIn(given));
    },
    disk: (given: unknown) => {
      this.store.putOnline(textsIn(given));
    },
    locality: (given: unknown) => {
      const { pattern, word } = given as { pattern?: unknown; word?: unknown };
      if (typeof pattern !== 'string' || !tapeWords.includes(word as TapeWord)) throw new Error('locality wants {pattern, word}');
      this.store.locality(pattern, word as TapeWord);
    },
    fate: (given: unknown) => {
      const { pattern, fate } = given as { pattern?: unknown; fate?: unknown };
      if (typeof pattern !== 'string' || !tapeFates.includes(fate as TapeFate)) throw new Error('fate wants {pattern, fate}');
      this.store.fate(pattern, fate as TapeFate);
    },
    revoke: (given: unknown) => {
      this.signs.revoke(String((given as { token?: unknown }).token));
    },
    latency: (given: unknown) => {
      this.latencyMs = Number((given as { ms?: unknown }).ms);
    },
  };
  readonly #mishaps = new Mishaps<DoorMishap>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #busy = 0;
  #offset = 0;

  constructor(
    private readonly options: DoorOptions,
    private readonly server: Server,
  ) {
    this.latencyMs = options.latencyMs ?? 0;
    const pace = { queueMs: 500, perFileMs: 100, ...options.pace };
    this.store = new TapeStore(options.folder, pace, () => this.now);
    this.signs = new Signs(options, () => this.now);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#busy++;
      this.peak = Math.max(this.peak, this.#busy);
      response.once('close', () => this.#busy--);
      this.#receive(request, response).catch(() => response.destroy());
    });
  }

  get now(): number {
    return (this.options.clock ?? Date.now)() + this.#offset;
  }

  get requests(): readonly unknown[] {
    this.store.settle();
    return [...this.store.requests.values()].map(({ id, owner, activity, files }) => ({ id, owner, activity, files: [...files.keys()] }));
  }

  fault(...mishaps: readonly DoorMishap[]): void {
    for (const mishap of mishaps) this.#mishaps.add(mishap);
  }

  heal(): void {
    this.#mishaps.clear();
  }

  quirk(quirks: Partial<DoorQuirks>): void {
    this.quirks = { ...this.quirks, ...quirks };
  }

  outcome(pattern: string, outcome: string): void {
    if (outcome === 'lost') this.store.locality(pattern, 'LOST');
    this.store.fate(pattern, outcome === 'never' || outcome === 'online' ? outcome : 'failed');
  }

  hold(): void {
    throw new Error('a tape door holds nothing');
  }

  advance(ms: number): void {
    this.#offset += ms;
  }

  reset(): void {
    this.log.length = 0;
    this.peak = 0;
    this.#offset = 0;
    this.heal();
    this.store.reset();
    this.quirks = dcacheManners;
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    await new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
      this.server.closeAllConnections();
    });
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: spelt = '/' } = request;
    const url = new URL(spelt, 'http://practice');
    if (url.pathname.startsWith('/practice/')) {
      handleControl(this, method, url.pathname.slice('/practice/'.length), await readText(request), response);
      return;
    }
    const route = routeOf(method, url.pathname);
    const isDav = davMethods.has(route.call);
    const body = isDav ? '' : await readText(request);
    const entry = this.#enter(request, body, route.call);
    if (this.latencyMs > 0) await this.#pause(this.latencyMs);
    this.store.settle();
    const path = decodeURIComponent(url.pathname);
    const user = this.signs.judge(request, route.activity, isDav ? path : '');
    if (typeof user === 'number' && route.call !== 'discover') {
      sendProblem(response, this.quirks, user, 'not allowed');
      return;
    }
    entry.user = typeof user === 'string' ? user : '';
    const mishap = this.#mishaps.take(route.call);
    entry.outcome = mishap?.kind ?? 'answered';
    if (mishap !== undefined && actDoorEarly(mishap, response)) return;
    if (isDav) return answerDav(this.store, path, request, response);
    this.#send(response, await this.#carryOut(route, entry.user, { method, url, body: parsed(body), path }), mishap);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        resolve();
      }, ms);
      this.#timers.add(timer);
    });
  }

  #enter(request: IncomingMessage, body: string, call: string): DoorEntry {
    const entry = { ...arrivalOf(request, body, this.now), call, user: '', outcome: 'refused' };
    this.log.push(entry);
    return entry;
  }

  async #carryOut(
    { call, tape }: Route,
    user: string,
    { method, url, body, path }: { readonly method: string; readonly url: URL; readonly body: unknown; readonly path: string },
  ): Promise<Outcome> {
    const { store, quirks } = this;
    if (tape !== undefined) return answerTape(store, quirks, user, tape, body);
    if (call === 'discover') return this.#discovery();
    if (call === 'bulk') return answerBulk(store, quirks, user, { method, url, origin: this.url, body });
    if (call === 'namespace') return answerNamespace(store, path.slice('/api/v1/namespace'.length));
    if (call === 'user') return { status: 200, body: { status: user === '' ? 'ANONYMOUS' : 'AUTHENTICATED', uid: 1000, username: user } };
    return this.#macaroon(user, body);
  }

  #discovery(): Outcome {
    if (!this.quirks.discovery) return { status: 404, problem: 'no tape API' };
    const uri = this.quirks.endpoint ?? `${this.url}/api/v1/tape`;
    const endpoints = [
      { uri: `${uri}/v0`, version: 'v0', metadata: {} },
      { uri, version: 'v1', metadata: {} },
    ];
    return { status: 200, body: { sitename: 'practice', description: 'a folder', endpoints } };
  }

  #macaroon(user: string, body: unknown): Outcome {
    if (this.options.macaroons !== true) return { status: 404, problem: 'no macaroons here' };
    const { caveats, validity } = (body ?? {}) as { caveats?: unknown; validity?: unknown };
    const before = new Date(this.now + (javaDuration(String(validity)) ?? 3_600_000)).toISOString();
    const given = Array.isArray(caveats) ? caveats.map(String) : [];
    return { status: 200, body: { macaroon: this.signs.macaroon(user, [...given, `before:${before}`]) } };
  }

  #send(response: ServerResponse, outcome: Outcome, mishap: DoorMishap | undefined): void {
    if ('problem' in outcome) {
      sendProblem(response, this.quirks, outcome.status, outcome.problem);
      return;
    }
    const body = mishap?.kind === 'answer' ? mishap.value : mishap?.kind === 'nil' ? null : spoilt(outcome.body, mishap);
    for (const [name, value] of Object.entries(outcome.headers ?? {})) response.setHeader(name, value);
    const timer = deliver(response, outcome.status, body === undefined ? '' : JSON.stringify(body), sharedMishap(mishap), json);
    if (timer) this.#timers.add(timer);
  }
}

/** The answer with half of its list, or with all of it twice. */
function spoilt(body: unknown, mishap: DoorMishap | undefined): unknown {
  if (mishap?.kind !== 'half' && mishap?.kind !== 'again') return body;
  const change = (list: readonly unknown[]) => (mishap.kind === 'half' ? list.slice(0, list.length >> 1) : [...list, ...list]);
  if (Array.isArray(body)) return change(body);
  const told = body as Record<string, unknown>;
  return Object.fromEntries(Object.entries(told).map(([key, value]) => [key, Array.isArray(value) ? change(value) : value]));
}

function textsIn(given: unknown): readonly string[] {
  const { paths } = given as { paths?: unknown };
  if (!Array.isArray(paths)) throw new Error('a list of paths is wanted');
  return paths.map(String);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

function routeOf(method: string, pathname: string): Route {
  if (pathname === '/.well-known/wlcg-tape-rest-api') return { call: 'discover', activity: '' };
  if (pathname.startsWith('/api/v1/tape/')) {
    const tape = tapeCallOf(method, pathname.slice('/api/v1/tape/'.length));
    if (tape !== undefined) return { call: tape.call, tape, activity: tape.call === 'archiveinfo' ? 'READ_METADATA' : 'STAGE' };
  }
  if (/^\/api\/v1\/bulk-requests(\/|$)/.test(pathname)) return { call: 'bulk', activity: 'STAGE' };
  if (pathname.startsWith('/api/v1/namespace/')) return { call: 'namespace', activity: 'READ_METADATA' };
  if (pathname === '/api/v1/user') return { call: 'user', activity: '' };
  if (davMethods.has(method)) return { call: method, activity: davActivity[method] ?? '' };
  return { call: 'macaroon', activity: '' };
}

/** Starts a door on 127.0.0.1; resolves when it listens. */
export function startTapeDoor(options: DoorOptions): Promise<PracticeTapeDoor> {
  return new Promise((resolve, reject) => {
    const { tls } = options;
    // A grid door takes proxies, which no TLS library verifies by itself: whom they stand for is looked at later.
    const server = tls === undefined ? createHttp() : createHttps({ ...tls, requestCert: true, rejectUnauthorized: false });
    const door = new PracticeTapeDoor(options, server);
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      door.url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
      door.control = `${door.url}/practice`;
      resolve(door);
    });
  });
}
