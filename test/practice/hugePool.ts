/**
 * A pool of as many tokens as wanted, without a store: each is made from its number when it is asked for. It answers
 * what a reader and a bulk writer ask of a database, believes every write and keeps none, and writes down each request.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { designName, ourDesign, poolView, timesView } from '../../src/core/tokens/design';
import { listen } from './pool';
import { today, type Document } from './poolTokens';

export interface HugePool {
  readonly url: string;
  readonly database: string;
  /** "GET /huge/_design/…/_view/tokens?group_level=2", in the order of arrival. */
  readonly log: string[];
  /** Bytes answered so far. */
  readonly sent: () => number;
  readonly stop: () => Promise<void>;
}

export const hugeType = 'pref_cal1_huge';
/** Of ten tokens: four to do, one locked, four done, one in error. Their place in the ten, by state. */
const places: Readonly<Record<string, readonly number[]>> = { todo: [0, 1, 2, 3], locked: [4], done: [5, 6, 7, 8], error: [9] };
const states = ['done', 'error', 'locked', 'todo'];
const step = 'pref_cal1';

interface Row {
  readonly id: string;
  readonly key: readonly unknown[];
  readonly value: unknown;
}

/** @param tokens a multiple of ten */
export async function startHugePool(tokens: number): Promise<HugePool> {
  const database = 'huge';
  const log: string[] = [];
  let sent = 0;
  const world = new World(tokens);
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    log.push(`${request.method ?? ''} ${decodeURIComponent(request.url ?? '')}`);
    const url = new URL(request.url ?? '/', 'http://practice');
    const body = await readText(request);
    const found = world.answer(request.method ?? 'GET', url, body);
    const json = JSON.stringify(found ?? { error: 'not_found', reason: 'missing' });
    sent += Buffer.byteLength(json);
    response.writeHead(found === undefined ? 404 : request.method === 'POST' && url.pathname.endsWith('_bulk_docs') ? 201 : 200, {
      'content-type': 'application/json',
    });
    response.end(json);
  };
  const http = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await listen(http);
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    database,
    log,
    sent: () => sent,
    stop: () =>
      new Promise((resolve) => {
        http.close(() => {
          resolve();
        });
        http.closeAllConnections();
      }),
  };
}

class World {
  constructor(private readonly tokens: number) {}

  answer(method: string, url: URL, body: string): unknown {
    const path = url.pathname.split('/').slice(1).map(decodeURIComponent).join('/');
    switch (`${method} ${path}`) {
      case 'GET ':
        return { couchdb: 'Welcome', version: '3.3.2' };
      case 'GET _session':
        return { ok: true, userCtx: { name: 'operator', roles: [] } };
      case 'GET huge':
        return { db_name: 'huge', doc_count: this.tokens + 1, update_seq: `${this.tokens}-g1AAAA` };
      case 'GET huge/_security':
        return { admins: { names: ['operator'], roles: [] }, members: { names: ['operator'], roles: [] } };
      case 'GET huge/_changes':
        return { results: [], last_seq: `${this.tokens}-g1AAAA`, pending: 0 };
      case 'GET huge/_all_docs':
        return this.list(url.searchParams);
      case 'POST huge/_all_docs':
        return { rows: (JSON.parse(body) as { readonly keys: readonly string[] }).keys.map((id) => this.row(id)) };
      case 'POST huge/_bulk_docs':
        return (JSON.parse(body) as { readonly docs: readonly Document[] }).docs.map(({ _id: id }) => ({ ok: true, id, rev: '2-written' }));
      case `GET huge/${ourDesign._id}`:
        return { ...ourDesign, _rev: '1-design' };
      case `GET huge/_design/${designName}/_view/${poolView}`:
        return this.view(url.searchParams);
      case `GET huge/_design/${designName}/_view/${timesView}`:
        return this.times(url.searchParams);
      default:
        return method === 'GET' && path.startsWith('huge/') ? this.document(path.slice('huge/'.length)) : undefined;
    }
  }

  private list(query: URLSearchParams): unknown {
    if (query.get('startkey') === '"_design/"')
      return { total_rows: this.tokens + 1, rows: [{ id: ourDesign._id, doc: { ...ourDesign, _rev: '1-design' } }] };
    const first = query.get('startkey') === null ? 0 : numberOf(JSON.parse(query.get('startkey') ?? '""') as string);
    const limit = Math.min(Number(query.get('limit') ?? Infinity), this.tokens - first);
    return { total_rows: this.tokens + 1, rows: Array.from({ length: Math.max(0, limit) }, (_, k) => this.row(idOf(first + k))) };
  }

  private row(id: string): unknown {
    const doc = this.document(id);
    return doc === undefined ? { key: id, error: 'not_found' } : { id, key: id, value: { rev: doc._rev }, doc };
  }

  private document(id: string): Document | undefined {
    const number = numberOf(id);
    if (!(number >= 0 && number < this.tokens) || idOf(number) !== id) return undefined;
    const [lock, done, output, status] = columns(number % 10);
    return { _id: id, _rev: '1-made', type: hugeType, PIPELINE_STEP: step, hostname: '', scrub_count: 0, lock, done, output, status };
  }

  private view(query: URLSearchParams): unknown {
    const key = (name: string): readonly unknown[] => JSON.parse(query.get(name) ?? '[]') as readonly unknown[];
    const of = (state: string): number => ((places[state]?.length ?? 0) * this.tokens) / 10;
    if (query.get('reduce') !== 'false') {
      const level = Number(query.get('group_level') ?? (query.get('group') === 'true' ? 6 : 0));
      if (level > 5) throw new Error('nobody should group by ids');
      if (level === 0) return { rows: [{ key: null, value: this.tokens }] };
      return { rows: states.map((state) => ({ key: this.keyOf(state).slice(0, level), value: of(state) })) };
    }
    const start = key('startkey');
    const state = String(start[1]);
    const from = start.length === 6 ? this.rankOf(String(start[5])) : 0;
    const limit = Math.min(Number(query.get('limit') ?? Infinity), of(state) - from);
    return { total_rows: this.tokens, rows: Array.from({ length: Math.max(0, limit) }, (_, k): Row => this.viewRow(state, from + k)) };
  }

  /** All tokens of a state were locked or closed in the same hour. */
  private times(query: URLSearchParams): unknown {
    const key = (name: string): readonly unknown[] => JSON.parse(query.get(name) ?? '[]') as readonly unknown[];
    const [, state = '', from] = key('startkey');
    const [, , to] = key('endkey');
    const own = places[String(state)] ?? [];
    const [lock, done, output] = columns(own[0] ?? 0);
    const second = state === 'locked' ? lock : done;
    const hour = Math.floor(second / 3600);
    const outside = (typeof from === 'number' && hour < from) || (typeof to === 'number' && hour > to);
    const count = outside ? 0 : (own.length * this.tokens) / 10;
    const whole = [hugeType, state, hour, ...(output === '' ? [null, null] : [output, 'output'])];
    if (query.get('reduce') !== 'false')
      return { rows: count === 0 ? [] : [{ key: whole.slice(0, Number(query.get('group_level') ?? 0)), value: count }] };
    const limit = Math.min(Number(query.get('limit') ?? Infinity), count);
    const rows = Array.from({ length: limit }, (_, k) => ({ id: this.viewRow(String(state), k).id, key: whole, value: second }));
    return { total_rows: this.tokens, rows };
  }

  private keyOf(state: string): readonly unknown[] {
    return [hugeType, state, step, ...(state === 'error' ? [22, 'output'] : [null, null])];
  }

  /** The token's place among those of its state. */
  private rankOf(id: string): number {
    const number = numberOf(id);
    const own = Object.values(places).find((each) => each.includes(number % 10)) ?? [];
    return Math.floor(number / 10) * own.length + own.indexOf(number % 10);
  }

  private viewRow(state: string, rank: number): Row {
    const own = places[state] ?? [];
    const number = Math.floor(rank / own.length) * 10 + (own[rank % own.length] ?? 0);
    const id = idOf(number);
    const [lock, done, output, status] = columns(number % 10);
    const code = output === '' ? null : output;
    return { id, key: [...this.keyOf(state), id], value: [lock, done, code, code === null ? null : 'output', status, null, 0, null, 1] };
  }
}

function columns(place: number): readonly [number, number, number | '', string] {
  if (place < 4) return [0, 0, '', 'queued'];
  if (place === 4) return [today - 3600, 0, '', 'running'];
  return place === 9 ? [today - 7200, today - 60, 22, 'error'] : [today - 7200, today - 120, 0, 'done'];
}

export function idOf(number: number): string {
  return `t_${hugeType}_SB${String(number).padStart(7, '0')}`;
}

function numberOf(id: string): number {
  return Number(/_SB(\d{7})$/.exec(id)?.[1] ?? NaN);
}
