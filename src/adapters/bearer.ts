/**
 * What can be read of a bearer token without any key: of a macaroon its caveats, of a JWT its claims. Nothing here holds or
 * repeats the secret itself.
 */
import { duration } from '../core/wording';
import { GridError } from '../core/errors';
import { caveatsOf, readMacaroon } from './stageitMacaroon';

export interface Bearer {
  readonly kind: 'macaroon' | 'jwt' | 'opaque';
  /** When it ends, in milliseconds since 1970; absent when it does not say. */
  readonly ends?: number;
  /** The folder it is good for; absent for no limit. */
  readonly path?: string;
  /** dCache's activities, in capitals; absent for no limit. */
  readonly activities?: readonly string[];
  /** Scopes of a JWT, as `storage.stage:/`. */
  readonly scopes?: readonly string[];
  /** Whose it is, as far as it says. */
  readonly holder?: string;
}

/** A token as it is sent, of what people copy: with blanks around it, or the word of the header before it. */
export function bareToken(text: string): string {
  return text.replace(/^\s*Bearer\s+/i, '').trim();
}

/** Never throws: what cannot be read is opaque. */
export function readBearer(secret: string): Bearer {
  const text = secret.trim();
  if (/^[\w-]+\.[\w-]+\.[\w-]*$/.test(text)) {
    const claims = readClaims(text.split('.')[1] ?? '');
    if (claims !== undefined) return readJwt(claims);
  }
  const caveats = caveatsOf(text);
  const packets = /^(?:MDA|AgE)/.test(text); // the text form, and libmacaroons' binary one
  if (!packets && !caveats.some((each) => /^(before|activity|path|root):/.test(each))) return { kind: 'opaque' };
  const { before, path, activities } = readMacaroon('', text, '');
  const [, holder] = /^id:[^;]*;[^;]*;(.+)$/.exec(caveats.find((each) => each.startsWith('id:')) ?? '') ?? [];
  return {
    kind: 'macaroon',
    ...(before === undefined ? {} : { ends: before }),
    ...(path === undefined ? {} : { path }),
    ...(activities === undefined ? {} : { activities }),
    ...(holder === undefined ? {} : { holder }),
  };
}

function readClaims(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function readJwt({ exp, scope, sub }: Readonly<Record<string, unknown>>): Bearer {
  const scopes = (Array.isArray(scope) ? scope.map(String) : typeof scope === 'string' ? scope.split(/\s+/) : []).filter(
    (each) => each !== '',
  );
  return {
    kind: 'jwt',
    ...(typeof exp === 'number' ? { ends: exp * 1000 } : {}),
    ...(scopes.length === 0 ? {} : { scopes }),
    ...(typeof sub === 'string' ? { holder: sub } : {}),
  };
}

/**
 * Why this token cannot recall files, as one sentence; undefined when nothing speaks against it. A JWT with scopes of
 * storage needs `storage.stage` since dCache 10.1; older ones took others.
 */
export function lacksStaging({ activities, scopes }: Bearer): string | undefined {
  if (activities !== undefined && !activities.includes('STAGE')) {
    return `The macaroon does not allow STAGE, only ${activities.length === 0 ? 'nothing' : activities.join(', ')}.`;
  }
  const storage = (scopes ?? []).filter((each) => each.startsWith('storage.'));
  if (storage.length > 0 && !storage.some((each) => /^storage\.stage(:|$)/.test(each))) {
    return `The token does not hold the scope storage.stage, only ${storage.join(', ')}.`;
  }
  return undefined;
}

/** Whether a path lies where the token is good for. */
export function coversPath({ path }: Bearer, wanted: string): boolean {
  const folder = (path ?? '').replace(/\/+$/, '');
  return wanted === folder || wanted.startsWith(`${folder}/`);
}

/** Whether a token, by what it says of itself, lets one read a file or folder, and not only recall it. */
export function opensPath(bearer: Bearer, path: string): boolean {
  const { activities, scopes = [] } = bearer;
  const reads = activities === undefined || activities.some((each) => each === 'LIST' || each === 'DOWNLOAD');
  const storage = scopes.filter((each) => each.startsWith('storage.'));
  return (
    reads && (storage.length === 0 || storage.some((each) => /^storage\.(read|modify|create)(:|$)/.test(each))) && coversPath(bearer, path)
  );
}

/** The error for a token that has run out; undefined while it is good. `name` is that of the service. */
export function expiredBearer({ kind, ends }: Bearer, name: string, now: number): GridError | undefined {
  if (ends === undefined || ends > now) return undefined;
  const noun = kind === 'macaroon' ? 'macaroon' : 'token';
  return new GridError('expired', `The ${noun} for ${name} ran out ${duration(now - ends)} ago.`, {
    hint: 'Get a new one and sign in again.',
  });
}
