/** What the pool's tests share: a server that answers as it is told, and our adapter before it. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { createCouchPool, type CouchOptions } from '../../../src/adapters/couch';
import type { ErrorKind, GridError } from '../../../src/core/errors';
import type { Pool } from '../../../src/core/tokens/pool';
import { listen } from '../../practice/pool';
import { fails } from './stage';

export const account = { user: 'operator', password: 'pa=ss:w@rd/ü€' };
export const { signal } = new AbortController();
export const here = { signal };

export interface Asked {
  readonly method: string;
  /** Still encoded. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answerer = (asked: Asked, response: ServerResponse) => void;

export interface Told {
  readonly pool: Pool;
  readonly url: string;
  readonly asked: Asked[];
}

/** A server in the hand of the test, and a pool there. */
export async function serve(t: TestContext, answer: Answerer, options: Partial<CouchOptions> = {}): Promise<Told> {
  const asked: Asked[] = [];
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = request;
    const each = { method, url, headers, body: await readText(request) };
    asked.push(each);
    answer(each, response);
  };
  const http = createServer((request, response) => {
    receive(request, response).catch(() => response.destroy());
  });
  await listen(http);
  t.after(() => {
    http.closeAllConnections();
    http.close();
  });
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return { pool: poolAt(url, options), url, asked };
}

export function poolAt(url: string, options: Partial<CouchOptions> = {}): Pool {
  return createCouchPool({ name: 'Practice', url, database: 'practice', credentials: () => Promise.resolve(account), ...options });
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** As `fails`; neither the password nor the address may be in the error. */
export async function refuses(promise: Promise<unknown>, kind: ErrorKind, sentence?: RegExp): Promise<GridError> {
  const error = await fails(promise, kind, sentence);
  const all = `${error.sentence}${JSON.stringify(error.cause)}`;
  for (const secret of [account.password, Buffer.from(`${account.user}:${account.password}`).toString('base64')])
    assert.ok(!all.includes(secret), 'a secret is in the error');
  return error;
}
