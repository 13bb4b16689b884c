/** Sets up a database as those who keep a pool do: a secured one, with a user, documents and the views of both dialects. */
import { standardDesign, type DesignPlan } from '../../src/core/tokens/views';
import { lrt1Type, lrtType, practiceDocuments, type Document } from './poolTokens';

/** A CouchDB server, and who may do everything there. */
export interface CouchServer {
  /** Without user and password. */
  readonly url: string;
  readonly admin: Account;
}

export interface Account {
  readonly user: string;
  readonly password: string;
}

export interface Room {
  readonly database: string;
  /** May read, write, and write views. */
  readonly operator: Account;
  /** May read and write documents only; made when given. */
  readonly guest?: Account;
  readonly documents?: readonly Document[];
  /** Design documents; the practice pool's when absent. */
  readonly designs?: readonly DesignPlan[];
}

export const practiceDesigns: readonly DesignPlan[] = [
  standardDesign('picas', { type: 'token' }),
  standardDesign('picas', { type: 'token', design: 'SingleCore', condition: 'doc.cores == 1' }),
  standardDesign('lrt', { type: lrtType, generation: '0.5' }),
  standardDesign('lrt', { type: lrt1Type, apiVersion: '1.0.7' }),
];

export async function setUp(server: CouchServer, room: Room): Promise<void> {
  const { database, operator, guest } = room;
  await ask(server, 'PUT', encodeURIComponent(database));
  for (const account of [operator, ...(guest === undefined ? [] : [guest])]) {
    const id = `org.couchdb.user:${account.user}`;
    await ask(server, 'PUT', `_users/${encodeURIComponent(id)}`, {
      _id: id,
      name: account.user,
      password: account.password,
      roles: [],
      type: 'user',
    });
  }
  await ask(server, 'PUT', `${encodeURIComponent(database)}/_security`, {
    admins: { names: [operator.user], roles: [] },
    members: { names: guest === undefined ? [operator.user] : [operator.user, guest.user], roles: [] },
  });
  for (const { name, views, fields } of room.designs ?? practiceDesigns) {
    const path = `${encodeURIComponent(database)}/_design/${encodeURIComponent(name)}`;
    await ask(server, 'PUT', path, { language: 'javascript', ...fields, views });
  }
  const rows = await ask(server, 'POST', `${encodeURIComponent(database)}/_bulk_docs`, { docs: room.documents ?? practiceDocuments() });
  const refused = (rows as readonly { readonly id: string; readonly error?: string }[]).filter(({ error }) => error !== undefined);
  if (refused.length > 0) throw new Error(`not seeded: ${JSON.stringify(refused.slice(0, 3))}`);
}

export async function tearDown(server: CouchServer, { database, operator, guest }: Room): Promise<void> {
  await ask(server, 'DELETE', encodeURIComponent(database));
  for (const { user } of [operator, ...(guest === undefined ? [] : [guest])]) {
    const path = `_users/${encodeURIComponent(`org.couchdb.user:${user}`)}`;
    const { _rev: rev } = (await ask(server, 'GET', path)) as { readonly _rev: string };
    await ask(server, 'DELETE', `${path}?rev=${rev}`);
  }
}

/** One call as the admin; anything but success is an error. Never without an account: the embedded pool does not answer that. */
export async function ask({ url, admin }: CouchServer, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${url}/${path}`, {
    method,
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${admin.user}:${admin.password}`).toString('base64')}`,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`);
  return JSON.parse(text) as unknown;
}
