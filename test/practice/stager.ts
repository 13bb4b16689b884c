/**
 * The practice stager: an XML-RPC server on loopback that speaks `LtaStager.*` as `stager_access.py` 1.x knows it,
 * and misbehaves when told to. The `xmlrpc` package reads the calls and writes the answers; an HTTP layer in front asks
 * for the password, acts out mishaps and holds the control door `/practice/…` for tests in other processes.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { text as readText } from 'node:stream/consumers';
import xmlrpc from 'xmlrpc';
import { Practice, type PracticeOptions } from './practice';
import { handleControl } from './stagerControl';
import { stagerMethods } from './stagerMethods';
import { actEarly, deliver, mishapKinds, noQuirks, refuseSignIn, type Mishap, type Quirks } from './stagerMishap';
import { Refusal } from './stagerRecall';

export interface StagerOptions extends PracticeOptions {
  /** Passwords by user name; operator/practice when absent. */
  readonly users?: Readonly<Record<string, string>>;
  /** Users with the support role, who may see the storage. */
  readonly support?: readonly string[];
  /** `Location` of every request; by the host of the first link when absent. */
  readonly site?: string;
}

/** One request that arrived at the server, the control door's excepted. */
export interface LogEntry {
  /** Milliseconds since 1970, by the stager's clock. */
  readonly at: number;
  /** With `LtaStager.`; empty when there was none to read. */
  readonly method: string;
  /** Empty when the call did not get as far as its parameters. */
  params: readonly unknown[];
  /** As the sign-in says; empty without one. */
  readonly user: string;
  /** `answered`, `fault`, `refused` (sign-in), or the kind of the mishap. */
  outcome: string;
  /** Whether the method ran to its end, whatever became of the answer. */
  carriedOut: boolean;
}

/** What a method sees of the call it answers. */
export interface CallContext {
  readonly user: string;
  readonly entry: LogEntry;
  readonly mishap: Mishap | undefined;
}

export class PracticeStager extends Practice<LogEntry, Quirks, Mishap> {
  readonly #users: ReadonlyMap<string, string>;
  readonly #calls = new AsyncLocalStorage<CallContext>();
  readonly #server: ReturnType<typeof xmlrpc.createServer>;
  /** The xmlrpc package's own handler. */
  readonly #answer: RequestListener;

  constructor(
    readonly options: StagerOptions,
    server: ReturnType<typeof xmlrpc.createServer>,
  ) {
    super(options, noQuirks, mishapKinds);
    this.#users = new Map(Object.entries(options.users ?? { operator: 'practice' }));
    this.#server = server;
    this.#answer = server.httpServer.listeners('request')[0] as RequestListener;
    server.httpServer.removeAllListeners('request');
    server.httpServer.on('request', (request: IncomingMessage, response: ServerResponse) => {
      // A client that goes away in the middle of its call is no concern of the others.
      this.#receive(request, response).catch(() => response.destroy());
    });
    for (const [name, method] of Object.entries(stagerMethods))
      server.on(`LtaStager.${name}`, (_, params, reply) => this.#carryOut(method, params as unknown[], reply));
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer);
    const { httpServer } = this.#server;
    await new Promise<void>((resolve) => {
      httpServer.close(() => {
        resolve();
      });
      httpServer.closeAllConnections();
    });
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://practice');
    const body = await readText(request);
    if (pathname.startsWith('/practice/')) {
      handleControl(this, request.method ?? '', pathname.slice('/practice/'.length), body, response);
      return;
    }
    if (pathname !== '/service-public/xmlrpc' || request.method !== 'POST') {
      response.writeHead(404).end();
      return;
    }
    const method = /<methodName>\s*([^<\s]*)\s*<\/methodName>/.exec(body)?.[1] ?? '';
    const { user, password } = readSignIn(request);
    const entry: LogEntry = { at: this.now, method, params: [], user, outcome: 'refused', carriedOut: false };
    this.log.push(entry);
    if (user === '' || this.#users.get(user) !== password) {
      refuseSignIn(response);
      return;
    }
    const mishap = this.mishaps.take(method.replace('LtaStager.', ''));
    entry.outcome = mishap?.kind ?? 'answered';
    if (mishap !== undefined && actEarly(mishap, response)) return;
    const { status, xml } = await this.#calls.run({ user, entry, mishap }, () => this.#replay(body));
    const timer = deliver(response, status, xml, mishap);
    if (timer) this.timers.add(timer);
  }

  /** Hands a body that has been read to the xmlrpc server, and catches what it would send. */
  #replay(body: string): Promise<{ readonly status: number; readonly xml: string }> {
    return new Promise((resolve) => {
      let status = 200;
      const catcher = {
        writeHead: (code: number) => {
          status = code;
        },
        end: (xml = '') => {
          resolve({ status, xml });
        },
      };
      const replay = new PassThrough();
      this.#answer(replay as unknown as IncomingMessage, catcher as unknown as ServerResponse & { req: IncomingMessage });
      replay.end(body);
    });
  }

  #carryOut(method: StagerMethod, params: readonly unknown[], reply: (fault: unknown, value: unknown) => void): void {
    const context = this.#calls.getStore();
    if (context === undefined) throw new Error('a call outside of a request');
    const { entry, mishap } = context;
    entry.params = params;
    try {
      if (mishap?.kind === 'fault') throw new Refusal(mishap.message ?? 'the stager has a fault');
      const value = method(this, context.user, params);
      entry.carriedOut = true;
      reply(null, mishap?.kind === 'nil' ? null : mishap?.kind === 'answer' ? mishap.value : value);
    } catch (thrown) {
      entry.outcome = 'fault';
      reply({ faultCode: 1, faultString: thrown instanceof Refusal ? thrown.message : `<class 'Exception'>:${String(thrown)}` }, null);
    }
  }
}

/** A method of the service; throws a Refusal for a fault. */
export type StagerMethod = (stager: PracticeStager, user: string, params: readonly unknown[]) => unknown;

function readSignIn(request: IncomingMessage): { readonly user: string; readonly password: string } {
  const [, code] = /^Basic (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
  const pair = Buffer.from(code ?? '', 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon < 0 ? { user: '', password: '' } : { user: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

/** Starts a stager on 127.0.0.1; resolves when it listens. */
export function startStager(options: StagerOptions = {}): Promise<PracticeStager> {
  return new Promise((resolve, reject) => {
    const server = xmlrpc.createServer({ host: '127.0.0.1', port: options.port ?? 0 }, () => {
      const { port } = server.httpServer.address() as AddressInfo;
      stager.url = `http://127.0.0.1:${port}/service-public/xmlrpc`;
      stager.control = `http://127.0.0.1:${port}/practice`;
      resolve(stager);
    });
    const stager = new PracticeStager(options, server);
    server.httpServer.once('error', reject);
  });
}
