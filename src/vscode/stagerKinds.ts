/** The kinds of stagers: how each is named, where it is, how one signs in, and what can be asked of it. */
import type { Gfal } from '../adapters/gfal';
import type { StorageSecret } from '../adapters/storageCall';
import type { Credentials, Stager } from '../core/ports';
import { isWeb } from '../core/storage/location';
import type { StagerKind } from './settings';

/** What opens a stager: an account, or a token that stands for one. */
export type Secret = Credentials | { readonly token: string };

export interface Opening {
  readonly name: string;
  readonly url: string;
  /** Asked before each call, so that a new one is used at once. */
  readonly secret: () => Promise<Secret | undefined>;
  readonly deadlineMs: number;
  /** Path of the grid proxy, whether there is one or not. */
  readonly proxy: string;
  /** The bridge to gfal2, started with the first question. */
  readonly gfal: () => Promise<Gfal>;
}

export interface KindFacts {
  readonly kind: StagerKind;
  /** Name of a first stager of this kind. */
  readonly name: string;
  readonly label: string;
  readonly detail: string;
  /** Where ASTRON's is; what an address looks like for services of which each site has its own. */
  readonly url: string;
  /** `bearer`: with a token or macaroon, and without one with the grid proxy. */
  readonly signsWith: 'password' | 'token' | 'bearer';
  /** Whose files it serves: those of all sites, of one storage system, or whatever can be reached from here. */
  readonly reach: 'archive' | 'door' | 'tools';
  /** Tells where files are. */
  readonly tells: boolean;
  /** Keeps files longer by a new pin. */
  readonly extends: boolean;
  /** For how long a request holds its files, from the submit, where that is ours to say; ms. */
  readonly pinMs?: number;
  /** Takes links in the form in which they stand; the others want a file's name in the archive. */
  readonly anyForm?: boolean;
  open(opening: Opening): Promise<Stager>;
}

const weekMs = 7 * 24 * 3_600_000;

export const stagerKinds: readonly KindFacts[] = [
  {
    kind: 'stageit',
    name: 'StageIT',
    label: 'StageIT',
    detail: "ASTRON's present service, for all three sites; you sign in with a token",
    url: 'https://sdc.astron.nl/stageit',
    signsWith: 'token',
    reach: 'archive',
    tells: false,
    extends: false,
    open: async ({ name, url, secret, deadlineMs }) => {
      const { createStageIt } = await import('../adapters/stageit');
      return createStageIt({ name, url, token: async () => tokenIn(await secret()), deadlineMs });
    },
  },
  {
    kind: 'lta',
    name: 'LTA',
    label: 'LTA stager',
    detail: 'The stager before StageIT (XML-RPC); you sign in with user and password',
    url: 'https://webportal.astron.nl/service-public/xmlrpc',
    signsWith: 'password',
    reach: 'archive',
    tells: false,
    extends: false,
    open: async ({ name, url, secret, deadlineMs }) => {
      const { createLtaStager } = await import('../adapters/ltaStager');
      const credentials = async () => {
        const found = await secret();
        return found !== undefined && 'user' in found ? found : undefined;
      };
      return createLtaStager({ name, url, credentials, deadlineMs });
    },
  },
  {
    kind: 'tape',
    name: 'Tape',
    label: 'Tape REST API',
    detail: "A storage system's own door (WLCG Tape REST); tells where files are, thousands a second; token, macaroon or grid proxy",
    url: 'https://webdav.grid.surfsara.nl:2880',
    signsWith: 'bearer',
    reach: 'door',
    tells: true,
    extends: true,
    pinMs: weekMs,
    open: async (opening) => (await import('../adapters/tape')).createTape({ ...storageOf(opening), pinMs: weekMs }),
  },
  {
    kind: 'dcache',
    name: 'dCache',
    label: 'dCache bulk requests',
    detail: "A dCache's own frontend, as ada uses it; tells where files are; token, macaroon or grid proxy",
    url: 'https://dcacheview.grid.surfsara.nl:22880/api/v1',
    signsWith: 'bearer',
    reach: 'door',
    tells: true,
    extends: true,
    pinMs: weekMs,
    open: async (opening) => (await import('../adapters/dcacheBulk')).createDcacheBulk({ ...storageOf(opening), pinMs: weekMs }),
  },
  {
    kind: 'gfal',
    name: 'gfal2',
    label: 'gfal2',
    detail: 'The grid tools of this machine, for all sites and for SRM; tells where files are; grid proxy, or a token for one door',
    url: '',
    signsWith: 'bearer',
    reach: 'tools',
    tells: true,
    extends: false,
    anyForm: true,
    open: async ({ name, url, secret, gfal }) => {
      const [{ createGfalStager }, bridge, token] = await Promise.all([import('../adapters/gfalStager'), gfal(), secret().then(tokenIn)]);
      if (isWeb(url)) await bridge.credential(url, token);
      return createGfalStager({ name, gfal: bridge });
    },
  },
];

function tokenIn(secret: Secret | undefined): string | undefined {
  return secret !== undefined && 'token' in secret ? secret.token : undefined;
}

/** Who is not signed in with a token calls with the grid proxy, which signs nothing without encryption. */
function storageOf({ name, url, secret, deadlineMs, proxy }: Opening) {
  const storageSecret = async (): Promise<StorageSecret | undefined> => {
    const token = tokenIn(await secret());
    if (token !== undefined) return { token };
    return /^(https|davs):/i.test(url) ? { proxy } : undefined;
  };
  return { name, url, secret: storageSecret, deadlineMs, env: process.env };
}

/** The facts of a kind; undefined for a word that is none. */
export function kindOf(word: string): KindFacts | undefined {
  return stagerKinds.find((each) => each.kind === word);
}
