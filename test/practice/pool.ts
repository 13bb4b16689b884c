/**
 * The practice pool: a CouchDB in memory, in this process (express-pouchdb; its faults are in the comments where they
 * matter). Secured, with a user, and seeded with tokens of both dialects.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withFeed } from './poolFeed';
import { setUp, type Account, type CouchServer, type Room } from './poolSeed';

export const operator: Account = { user: 'operator', password: 'practice' };
export const guest: Account = { user: 'guest', password: 'visiting' };
const admin: Account = { user: 'admin', password: 'keeper' };

export interface PoolOptions extends Partial<Room> {
  /** A free one when absent. */
  readonly port?: number;
}

export interface PracticePool extends Room {
  readonly server: CouchServer;
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** The four packages have no types that fit each other; this is all that is used of them. */
interface PouchDB {
  plugin(plugin: unknown): PouchDB;
  defaults(options: object): PouchDB;
  setMaxListeners(count: number): unknown;
}
type MakeApp = (pouch: PouchDB, options: object) => RequestListener;

let started = 0;

const load = createRequire(__filename);

function plugin(name: string): unknown {
  const found = load(name) as { readonly default?: unknown };
  return found.default ?? found;
}

let pouch: PouchDB | undefined;

/** One for the process: a part that is plugged in twice breaks it. */
function pouchDb(): PouchDB {
  if (pouch !== undefined) return pouch;
  pouch = ['pouchdb-adapter-memory', 'pouchdb-mapreduce', 'pouchdb-replication'].reduce(
    (made, name) => made.plugin(plugin(name)),
    plugin('pouchdb-core') as PouchDB,
  );
  // Each database listens to it, and tests make many.
  pouch.setMaxListeners(0);
  return pouch;
}

/** An empty server with an admin: without one everybody may do everything. */
export async function startCouch(port = 0): Promise<{ readonly server: CouchServer; readonly stop: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'grid-pool-'));
  // Databases in memory belong to the process: the prefix keeps those of several servers apart.
  const app = (load('express-pouchdb') as MakeApp)(
    pouchDb().defaults({ adapter: 'memory', prefix: `practice-${process.pid}-${started++}-` }),
    {
      inMemoryConfig: true,
      logPath: join(folder, 'log.txt'),
      // Compression would hold back the lines of a changes feed.
      overrideMode: { exclude: ['compression', 'routes/fauxton'] },
    },
  );
  const http = createServer(withFeed(app));
  await listen(http, port);
  const server = { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, admin };
  const stop = async (): Promise<void> => {
    await new Promise<void>((resolve) => {
      http.close(() => {
        resolve();
      });
      http.closeAllConnections();
    });
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    // Nobody is anybody yet, and an account would be refused.
    const body = JSON.stringify(admin.password);
    const made = await fetch(`${server.url}/_config/admins/${admin.user}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body,
    });
    if (!made.ok) throw new Error(`no admin: ${made.status} ${await made.text()}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { server, stop };
}

export async function startPool({ port, ...given }: PoolOptions = {}): Promise<PracticePool> {
  const { server, stop } = await startCouch(port);
  const room = { database: 'practice', operator, guest, ...given };
  try {
    await setUp(server, room);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...room, server, url: server.url, stop };
}

export function listen(http: Server, port = 0): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, '127.0.0.1', resolve);
  });
}
