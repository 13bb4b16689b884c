/** Where a door's tape API is: it says so itself, at a well-known address. */
import { GridError } from '../core/errors';
import type { CallOptions } from '../core/ports';
import { statusOf } from './archiveInfo';
import { fieldsOf, recordsOf, type StorageCall } from './storageCall';

const hourMs = 3_600_000;
/** By door, for all clients of this process: what is found is no secret, and each client lives for a call only. */
const found = new Map<string, { readonly url: URL; readonly until: number }>();

/** The root of the API, without a slash at its end. Rejects with `notFound` for a door that has none. */
export async function discoverTape(call: StorageCall, door: URL, now: number, at: CallOptions): Promise<URL> {
  if (door.pathname.endsWith('/tape')) return door;
  if (/\/api\/v\d+$/.test(door.pathname)) return new URL(`${door.pathname}/tape`, door.origin);
  const known = found.get(door.origin);
  if (known !== undefined && known.until > now) return known.url;
  const url = readEndpoint(call.name, door, await ask(call, door, at));
  found.set(door.origin, { url, until: now + hourMs });
  return url;
}

/** What was found does not answer: it is looked for again the next time. */
export function forgetTape(door: URL): void {
  found.delete(door.origin);
}

async function ask(call: StorageCall, door: URL, at: CallOptions): Promise<unknown> {
  try {
    return (await call.call('GET', new URL('/.well-known/wlcg-tape-rest-api', door.origin), undefined, at)).value;
  } catch (thrown) {
    if (statusOf(thrown) !== 404) throw thrown;
    throw new GridError('notFound', `${call.name} has no tape API at ${door.host}.`, {
      hint: 'Use its dCache frontend, or gfal2.',
      cause: thrown,
    });
  }
}

function readEndpoint(name: string, door: URL, value: unknown): URL {
  const v1 = recordsOf(fieldsOf(value).endpoints).find(({ version }) => version === 'v1');
  const uri = typeof v1?.uri === 'string' && URL.canParse(v1.uri) ? new URL(v1.uri) : undefined;
  if (uri === undefined) throw new GridError('malformed', `${name} does not say where version 1 of its tape API is.`);
  if (!isSameSite(door, uri)) {
    throw new GridError('rejected', `${name} says that its tape API is at ${uri.host}.`, {
      hint: 'The sign-in is not sent to another site unasked: put that address into the settings, once you trust it.',
    });
  }
  return new URL(uri.pathname.replace(/\/+$/, ''), uri.origin);
}

/** The same host, or one beside it in the same domain; never without the encryption that the door has. */
function isSameSite(door: URL, other: URL): boolean {
  if (door.protocol === 'https:' && other.protocol !== 'https:') return false;
  if (door.hostname === other.hostname) return true;
  const domain = door.hostname.split('.').slice(1);
  return domain.length >= 2 && !/^\d+$/.test(domain.at(-1) ?? '') && other.hostname.endsWith(`.${domain.join('.')}`);
}
