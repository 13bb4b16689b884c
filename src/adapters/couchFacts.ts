/** What a server tells of a database and of the person who asks. */
import { GridError } from '../core/errors';
import type { CallOptions } from '../core/ports';
import { recordIn } from '../core/tokens/document';
import type { PoolFacts } from '../core/tokens/pool';
import { unreadableError } from './couchError';
import type { CouchCall, Question } from './couchCall';

/** Four questions at once. Only the database has to answer: a proxy in front may keep the rest to itself. */
export async function readFacts(call: CouchCall, options: CallOptions): Promise<PoolFacts> {
  const { name, database } = call.endpoint;
  const [info, root, session, security] = await Promise.all([
    call.json({}, options),
    ask(call, { server: '' }, options),
    ask(call, { server: '_session' }, options),
    ask(call, { path: '_security' }, options),
  ]);
  const { doc_count: documents, update_seq: seq } = info as { readonly doc_count?: unknown; readonly update_seq?: unknown };
  if (typeof documents !== 'number') throw unreadableError(name, info);
  const user = recordIn(session?.userCtx);
  const designer = user === undefined || security === undefined ? undefined : isDesigner(user, recordIn(security.admins));
  return {
    database,
    documents,
    seq: typeof seq === 'string' ? seq : JSON.stringify(seq ?? 0),
    ...(typeof root?.version === 'string' ? { version: root.version } : {}),
    ...(typeof user?.name === 'string' ? { user: user.name } : {}),
    ...(designer === undefined ? {} : { designer }),
  };
}

async function ask(call: CouchCall, question: Question, options: CallOptions): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    return recordIn(await call.json(question, options));
  } catch (error) {
    if (error instanceof GridError && error.kind !== 'cancelled') return undefined;
    throw error;
  }
}

/** Design documents are for admins, of the server or of the database. */
function isDesigner(user: Readonly<Record<string, unknown>>, admins: Readonly<Record<string, unknown>> | undefined): boolean {
  const roles = textsIn(user.roles);
  return (
    roles.includes('_admin') ||
    (typeof user.name === 'string' && textsIn(admins?.names).includes(user.name)) ||
    roles.some((role) => textsIn(admins?.roles).includes(role))
  );
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
