/** Where the pool's tests and measurements take place: the server at COUCHDB_URL (http://admin:password@host:port), or one of our own in memory. Those who use it do not know. */
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { createCouchPool, type CouchOptions } from '../../src/adapters/couch';
import type { Pool } from '../../src/core/tokens/pool';
import { startCouch } from './pool';
import { setUp, tearDown, type Account, type CouchServer, type Room } from './poolSeed';

export const here = { signal: new AbortController().signal };

export interface Place {
  readonly server: CouchServer;
  readonly room: Required<Pick<Room, 'database' | 'operator' | 'guest'>>;
  /** As the operator, who may write views. */
  readonly pool: Pool;
  /** As somebody else, or as nobody. */
  readonly poolOf: (account: Account | undefined, options?: Partial<CouchOptions>) => Pool;
}

let own: Promise<{ readonly server: CouchServer; stop(): Promise<void> }> | undefined;

/** The server of this process. */
async function serverHere(): Promise<CouchServer> {
  const given = process.env.COUCHDB_URL;
  if (given === undefined || given === '') {
    own ??= startCouch();
    return (await own).server;
  }
  const { origin, username, password, pathname } = new URL(given);
  return {
    url: `${origin}${pathname.replace(/\/$/, '')}`,
    admin: { user: decodeURIComponent(username), password: decodeURIComponent(password) },
  };
}

/** Ends what this process has started. */
export async function close(): Promise<void> {
  const started = await own;
  own = undefined;
  await started?.stop();
}

/** A database of its own for a test, gone with it. */
export async function openPlace(t: Pick<TestContext, 'after'>, given: Pick<Room, 'documents' | 'designs'> = {}): Promise<Place> {
  const server = await serverHere();
  const name = `grid_${randomBytes(6).toString('hex')}`;
  const room = {
    database: `${name}/tokens`,
    operator: { user: `${name}-operator`, password: 'pä ss:w=rd' },
    guest: { user: `${name}-guest`, password: 'visiting' },
  };
  await setUp(server, { ...room, ...given });
  t.after(() => tearDown(server, room));
  const poolOf = (account: Account | undefined, options: Partial<CouchOptions> = {}): Pool =>
    createCouchPool({
      name: 'Practice',
      url: server.url,
      database: room.database,
      credentials: () => Promise.resolve(account),
      ...options,
    });
  return { server, room, pool: poolOf(room.operator), poolOf };
}
