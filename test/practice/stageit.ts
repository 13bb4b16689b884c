/**
 * The practice StageIT: a server on loopback that speaks its REST and GraphQL as the 2.0 Python client knows them,
 * and misbehaves when told to. Paths below `/stageit/api/staging/`; the control door is `/practice/…`, with one order more
 * than other stagers: POST `revoke` {token}.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { arrivalOf, type Arrival } from './arrival';
import { Practice, type PracticeOptions } from './practice';
import {
  actStageItEarly,
  jsonType,
  noStageItQuirks,
  refuseToken,
  shared,
  stageitKinds,
  type StageItMishap,
  type StageItQuirks,
} from './stageitMishap';
import { answerRest, routeOf, type Route } from './stageitRest';
import { answerQuery, rootFields } from './stageitSchema';
import { handleControl } from './stagerControl';
import { deliver, sendPage } from './stagerMishap';

export interface StageItOptions extends PracticeOptions {
  /** Users by API token; `practice-token` of operator when absent. */
  readonly tokens?: Readonly<Record<string, string>>;
}

/** One request that arrived at the server, the control door's excepted. */
export interface StageItEntry extends Arrival {
  /** submit, abort, reschedule, webdav, gridftp, detail, the first field of a query, or '' for what is none of these: no path of StageIT,
   * or a query that cannot be read. */
  readonly call: string;
  /** Whose token it was; empty for nobody's. */
  readonly user: string;
  /** `answered`, `refused` (sign-in), or the kind of the mishap. */
  outcome: string;
  /** Whether the call was carried out, whatever became of the answer. */
  carriedOut: boolean;
}

export class PracticeStageIt extends Practice<StageItEntry, StageItQuirks, StageItMishap> {
  readonly orders = {
    revoke: (given: unknown) => {
      const { token } = given as { token?: unknown };
      if (typeof token !== 'string') throw new Error('revoke wants {token}');
      this.revoke(token);
    },
  };
  readonly #tokens: Map<string, string>;
  readonly #made = new Map<number, number>();

  constructor(
    options: StageItOptions,
    private readonly server: Server,
  ) {
    super(options, noStageItQuirks, stageitKinds);
    this.#tokens = new Map(Object.entries(options.tokens ?? { 'practice-token': 'operator' }));
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      // A client that goes away in the middle of its call is no concern of the others.
      this.#receive(request, response).catch(() => response.destroy());
    });
  }

  override add(user: string, links: readonly string[], notify: boolean): number {
    const id = super.add(user, links, notify);
    this.#made.set(id, this.now);
    return id;
  }

  /** When a request was made, as Django writes it. */
  whenOf(id: number): string {
    return new Date(this.#made.get(id) ?? 0).toISOString().replace('Z', '+00:00');
  }

  /** From now on the token is nobody's. */
  revoke(token: string): void {
    this.#tokens.delete(token);
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer);
    await new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
      this.server.closeAllConnections();
    });
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '/' } = request;
    const body = await readText(request);
    const { pathname } = new URL(path, 'http://practice');
    if (pathname.startsWith('/practice/')) {
      handleControl(this, method, pathname.slice('/practice/'.length), body, response);
      return;
    }
    const route = routeOf(method, pathname);
    const entry = this.#enter(request, body, route);
    if (entry.user === '') {
      refuseToken(response);
      return;
    }
    if (route.call === '') {
      entry.outcome = 'no such path';
      sendPage(response, 404);
      return;
    }
    const mishap = this.mishaps.take(entry.call);
    entry.outcome = mishap?.kind ?? 'answered';
    if (mishap !== undefined && actStageItEarly(mishap, response)) return;
    const { status, text } = this.#carryOut(route, entry, mishap);
    const timer = deliver(response, status, text, shared(mishap), jsonType);
    if (timer) this.timers.add(timer);
  }

  #enter(request: IncomingMessage, body: string, route: Route): StageItEntry {
    const [, scheme = '', token = ''] = /^(\S+) (.+)$/.exec(request.headers.authorization ?? '') ?? [];
    const user = scheme === 'Token' ? (this.#tokens.get(token) ?? '') : '';
    const call = route.call === 'graphql' ? (rootFields(queryIn(body))[0] ?? '') : route.call;
    const entry = { ...arrivalOf(request, body, this.now), call, user, outcome: 'refused', carriedOut: false };
    this.log.push(entry);
    return entry;
  }

  #carryOut(route: Route, entry: StageItEntry, mishap: StageItMishap | undefined): { readonly status: number; readonly text: string } {
    const isQuery = route.call === 'graphql';
    if (mishap?.kind === 'fault') {
      const message = mishap.message ?? 'StageIT has a fault';
      return isQuery
        ? { status: 200, text: JSON.stringify({ errors: [{ message }], data: null }) }
        : { status: mishap.status ?? 400, text: JSON.stringify({ detail: message }) };
    }
    const { status, body } = isQuery ? answerQuery(this, entry.user, queryIn(entry.body)) : answerRest(this, entry.user, route, entry.body);
    entry.carriedOut = status < 300;
    const told = mishap?.kind === 'nil' ? null : mishap?.kind === 'answer' ? mishap.value : body;
    return { status, text: told === undefined ? '' : JSON.stringify(told) };
  }
}

function queryIn(body: string): string {
  try {
    const { query } = JSON.parse(body) as { query?: unknown };
    return typeof query === 'string' ? query : '';
  } catch {
    return '';
  }
}

/** Starts a StageIT on 127.0.0.1; resolves when it listens. */
export function startStageIt(options: StageItOptions = {}): Promise<PracticeStageIt> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    const stageit = new PracticeStageIt(options, server);
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      stageit.url = `http://127.0.0.1:${port}/stageit`;
      stageit.control = `http://127.0.0.1:${port}/practice`;
      resolve(stageit);
    });
  });
}
