/** A proxy that stands before a pool and spoils what passes: drops, delays, truncates, redirects, hangs, and lets somebody else be faster. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer as readBuffer } from 'node:stream/consumers';
import { listen } from './pool';
import { sendPage } from './stagerMishap';

export interface Fault {
  readonly kind:
    | 'drop' // before the server hears of it
    | 'lose' // after the server has carried it out
    | 'delay'
    | 'truncate' // the answer ends in its middle, as if it were whole
    | 'cut' // the connection ends in the middle of the answer
    | 'hang'
    | 'redirect'
    | 'page' // an error page of a server in front, or another page with 200
    | 'answer' // the given JSON instead of the true answer
    | 'rival'; // before a bulk write, somebody else changes its middle document
  /** The path it befalls, without the query; all when absent. */
  readonly path?: RegExp;
  readonly method?: string;
  /** Requests that pass unharmed before. */
  readonly after?: number;
  /** How often; until it is healed when absent. */
  readonly times?: number;
  /** Of `page` and `answer`. */
  readonly status?: number;
  readonly body?: unknown;
  /** Of `delay`. */
  readonly ms?: number;
  /** Of `redirect`. */
  readonly location?: string;
}

export interface FaultyProxy {
  readonly url: string;
  /** "POST /practice/_bulk_docs", in the order of arrival. */
  readonly log: string[];
  fault(fault: Fault): void;
  heal(): void;
  stop(): Promise<void>;
}

export async function startProxy(target: string): Promise<FaultyProxy> {
  const log: string[] = [];
  const waiting: { readonly fault: Fault; skip: number; left: number }[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const take = (method: string, path: string): Fault | undefined => {
    for (const each of waiting) {
      const { fault } = each;
      if (each.left <= 0 || (fault.method ?? method) !== method || !(fault.path ?? /^/).test(path)) continue;
      if (each.skip-- > 0) continue;
      each.left--;
      return fault;
    }
    return undefined;
  };
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = 'GET', url = '/' } = request;
    const path = url.split('?')[0] ?? '';
    log.push(`${method} ${decodeURIComponent(path)}`);
    const body = await readBuffer(request);
    const fault = take(method, path);
    if (fault !== undefined && actBefore(fault, response)) return;
    if (fault?.kind === 'delay') await new Promise((resolve) => timers.add(setTimeout(resolve, fault.ms ?? 100)));
    if (fault?.kind === 'rival') await beFaster(target, request, body);
    const answer = await forward(target, request, body);
    deliver(fault, answer, response);
  };
  const http = createServer((request, response) => {
    receive(request, response).catch(() => response.destroy());
  });
  await listen(http);
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    log,
    fault: (fault) => void waiting.push({ fault, skip: fault.after ?? 0, left: fault.times ?? Infinity }),
    heal: () => void waiting.splice(0),
    stop: () => {
      for (const timer of timers) clearTimeout(timer);
      return new Promise((resolve) => {
        http.close(() => {
          resolve();
        });
        http.closeAllConnections();
      });
    },
  };
}

function actBefore({ kind, status, body, location }: Fault, response: ServerResponse): boolean {
  switch (kind) {
    case 'drop':
      response.socket?.destroy();
      return true;
    case 'hang':
      return true;
    case 'redirect':
      response.writeHead(302, { location: location ?? '/login' }).end();
      return true;
    case 'page':
      sendPage(response, status ?? 502);
      return true;
    case 'answer':
      response.writeHead(status ?? 200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      return true;
    default:
      return false;
  }
}

interface Forwarded {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

async function forward(target: string, request: IncomingMessage, body: Buffer): Promise<Forwarded> {
  const { authorization, accept, 'content-type': type } = request.headers;
  const headers = { ...(authorization ? { authorization } : {}), ...(accept ? { accept } : {}), ...(type ? { 'content-type': type } : {}) };
  const response = await fetch(`${target}${request.url ?? '/'}`, {
    method: request.method ?? 'GET',
    headers,
    ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? 'application/json',
    body: Buffer.from(await response.arrayBuffer()),
  };
}

function deliver(fault: Fault | undefined, { status, type, body }: Forwarded, response: ServerResponse): void {
  const half = body.subarray(0, Math.floor(body.length / 2));
  if (fault?.kind === 'lose') response.socket?.destroy();
  else if (fault?.kind === 'truncate') response.writeHead(status, { 'content-type': type }).end(half);
  else if (fault?.kind === 'cut') {
    response.writeHead(status, { 'content-type': type, 'content-length': body.length });
    response.write(half, () => response.socket?.destroy());
  } else response.writeHead(status, { 'content-type': type }).end(body);
}

/** Writes the middle document of a bulk write first, with the same rights. */
async function beFaster(target: string, request: IncomingMessage, body: Buffer): Promise<void> {
  const { docs } = JSON.parse(body.toString('utf8')) as { readonly docs: readonly Readonly<Record<string, unknown>>[] };
  const middle = docs[Math.floor(docs.length / 2)];
  if (middle === undefined) return;
  const { _rev: rev, _id: id } = middle;
  const database = (request.url ?? '').split('/')[1] ?? '';
  const { authorization = '' } = request.headers;
  const headers = { authorization, accept: 'application/json', 'content-type': 'application/json' };
  const path = `${target}/${database}/${encodeURIComponent(String(id))}`;
  const there = await fetch(path, { headers });
  const fields = there.ok ? ((await there.json()) as object) : { _id: id, type: middle.type };
  const mine = { ...fields, ...(rev === undefined ? {} : { _rev: rev }), lock: 1, done: 0, hostname: 'rival' };
  await fetch(path, { method: 'PUT', headers, body: JSON.stringify(mine) });
}
