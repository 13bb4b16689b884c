/** The kinds of stagers: how each is named, where it is, and how one signs in. */
import type { Credentials, Stager } from '../core/ports';
import type { StagerKind } from './settings';

/** What opens a stager: an account, or a token that stands for one. */
export type Secret = Credentials | { readonly token: string };

export interface Opening {
  readonly name: string;
  readonly url: string;
  /** Asked before each call, so that a new one is used at once. */
  readonly secret: () => Promise<Secret | undefined>;
  readonly deadlineMs: number;
}

export interface KindFacts {
  readonly kind: StagerKind;
  /** Name of a first stager of this kind. */
  readonly name: string;
  readonly label: string;
  readonly detail: string;
  /** Where ASTRON's is. */
  readonly url: string;
  readonly signsWith: 'password' | 'token';
  open(opening: Opening): Promise<Stager>;
}

export const stagerKinds: readonly KindFacts[] = [
  {
    kind: 'stageit',
    name: 'StageIT',
    label: 'StageIT',
    detail: "ASTRON's present service, for all three sites; you sign in with a token",
    url: 'https://sdc.astron.nl/stageit',
    signsWith: 'token',
    open: async ({ name, url, secret, deadlineMs }) => {
      const { createStageIt } = await import('../adapters/stageit');
      const token = async () => {
        const found = await secret();
        return found !== undefined && 'token' in found ? found.token : undefined;
      };
      return createStageIt({ name, url, token, deadlineMs });
    },
  },
  {
    kind: 'lta',
    name: 'LTA',
    label: 'LTA stager',
    detail: 'The stager before StageIT (XML-RPC); you sign in with user and password',
    url: 'https://webportal.astron.nl/service-public/xmlrpc',
    signsWith: 'password',
    open: async ({ name, url, secret, deadlineMs }) => {
      const { createLtaStager } = await import('../adapters/ltaStager');
      const credentials = async () => {
        const found = await secret();
        return found !== undefined && 'user' in found ? found : undefined;
      };
      return createLtaStager({ name, url, credentials, deadlineMs });
    },
  },
];

/** The facts of a kind; undefined for a word that is none. */
export function kindOf(word: string): KindFacts | undefined {
  return stagerKinds.find((each) => each.kind === word);
}
