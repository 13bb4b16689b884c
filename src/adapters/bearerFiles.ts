/**
 * Tokens that the grid's own clients would use: where WLCG's bearer token discovery looks (its order), ada's token file, and
 * rclone's configuration as ada and get-macaroon write it. Only read; who chooses one decides where it is sent.
 */
import { join } from 'node:path';
import { readSecretFile } from './secretFile';
import type { Places } from './credentials';

export interface FoundBearer {
  /** Path of the file, or name of the variable; of rclone's with the section. */
  readonly source: string;
  readonly token: string;
  /** The door that stands beside it. */
  readonly url?: string;
  /** What is wrong with how it is kept, as a sentence. */
  readonly problem?: string;
}

export interface BearerPlaces extends Places {
  /** -1 where there is none. */
  readonly uid: number;
}

/** Each token once, where it is found first. Files that are not there, or hold none, are passed over. Rejects with `cancelled` only. */
export async function findBearers({ home, env, uid, signal, deadlineMs = 10_000 }: BearerPlaces): Promise<readonly FoundBearer[]> {
  const found = new Map<string, FoundBearer>();
  const put = (bearer: FoundBearer) => {
    if (!found.has(bearer.token)) found.set(bearer.token, bearer);
  };
  const read = async (path: string, own: boolean) => {
    const file = await readSecretFile(path, signal, deadlineMs);
    // Anybody may leave a file of that name in a folder that is everybody's.
    if (file.text === undefined || (own && uid >= 0 && file.owner !== uid)) return;
    const problem = file.open ? { problem: `${path} can be read by other people of this machine: run chmod 600 on it.` } : {};
    for (const each of bearersIn(file.text)) {
      const { section, ...bearer } = each;
      put({ source: section === undefined ? path : `${path} [${section}]`, ...bearer, ...problem });
    }
  };
  const variable = wordIn(env.BEARER_TOKEN ?? '');
  if (variable !== undefined) put({ source: 'BEARER_TOKEN', token: variable });
  const under = (name: string | undefined) =>
    name === undefined || name === '' ? undefined : name.replace(/^(~|\$HOME|\$\{HOME\})(?=\/)/, home);
  const conf = await readSecretFile(join(home, '.ada', 'ada.conf'), signal, deadlineMs);
  const [, adaFile] =
    /^[ \t]*(?:export[ \t]+)?(?:ada_)?tokenfile[ \t]*=[ \t]*["']?([^"'\r\n#]+?)["']?[ \t]*(?:#.*)?$/m.exec(conf.text ?? '') ?? [];
  const runtime = env.XDG_RUNTIME_DIR ?? '';
  const places: readonly (readonly [path: string | undefined, own: boolean])[] = [
    [under(env.BEARER_TOKEN_FILE), false],
    [runtime === '' || uid < 0 ? undefined : join(runtime, `bt_u${uid}`), true],
    [uid < 0 ? undefined : `/tmp/bt_u${uid}`, true],
    [under(env.ada_tokenfile), false],
    [under(adaFile), false],
    [under(env.RCLONE_CONFIG) ?? join(env.XDG_CONFIG_HOME ?? join(home, '.config'), 'rclone', 'rclone.conf'), false],
  ];
  for (const [path, own] of places) if (path !== undefined) await read(path, own);
  return [...found.values()];
}

interface Section {
  readonly token: string;
  readonly section?: string;
  readonly url?: string;
}

/** Of a file that is one token that; of rclone's configuration those of all sections. */
function bearersIn(text: string): readonly Section[] {
  const word = wordIn(text);
  if (word !== undefined) return [{ token: word }];
  return text.split(/^[ \t]*\[(?=[^\]\r\n]+\][ \t]*$)/m).flatMap((part): Section[] => {
    const token = wordIn(valueOf(part, 'bearer_token'));
    if (token === undefined) return [];
    const [, section] = /^([^\]\r\n]+)\]/.exec(part) ?? [];
    const url = valueOf(part, 'url').trim();
    return [{ token, ...(section === undefined ? {} : { section }), ...(url === '' ? {} : { url }) }];
  });
}

function valueOf(part: string, key: string): string {
  return new RegExp(`^[ \\t]*${key}[ \\t]*=[ \\t]*(.*)$`, 'm').exec(part)?.[1] ?? '';
}

/** The whole text as one token; undefined where it is none. */
function wordIn(text: string): string | undefined {
  const word = text.replace(/^\uFEFF/, '').trim();
  return /^[\w.~+/=-]{8,}$/.test(word) ? word : undefined;
}
