/**
 * Bearer tokens for grid storage, by host: those that somebody gave for it (SecretStorage), else, where no grid proxy can be
 * used, that of a stager of the same storage system.
 */
import type { SecretStorage } from 'vscode';
import { expiredBearer, opensPath, readBearer } from '../adapters/bearer';
import { hostOf } from '../adapters/gfal';
import { GridError } from '../core/errors';
import { isWeb, segmentsOf } from '../core/storage/location';
import { signerFor, type Signer } from '../core/storage/signing';
import { isReadable } from './stagerAddress';
import { kindOf } from './stagerKinds';
import type { Stagers } from './stagers';

export class Bearers {
  constructor(
    private readonly secrets: SecretStorage,
    private readonly stagers: Pick<Stagers, 'all' | 'tokenOf'>,
    /** Whether there is a grid proxy that can be used. */
    private readonly proxy: () => Promise<boolean>,
  ) {}

  /**
   * @param location a web address
   * @throws GridError `expired` for a token given for this host that has run out
   */
  async of(location: string): Promise<string | undefined> {
    // A token given for a door is not shown to everybody because it has an open one beside it.
    if (isReadable(location)) return undefined;
    const host = hostOf(location);
    const own = await this.secrets.get(secretKey(host));
    if (own !== undefined) {
      const over = expiredBearer(readBearer(own), host, Date.now());
      if (over !== undefined) throw over;
      return own;
    }
    // Nobody chose a stager's token for this: it comes after the proxy, which may do more.
    if (/^(https|davs):/i.test(location) && (await this.proxy())) return undefined;
    return signerFor(host, await this.#ofStagers(location))?.token;
  }

  /** Those that would open it: one that may only recall, or only elsewhere, would be refused where the proxy is not. */
  async #ofStagers(location: string): Promise<readonly (Signer & { readonly token: string })[]> {
    const path = `/${segmentsOf(location).join('/')}`;
    const signers: (Signer & { readonly token: string })[] = [];
    for (const stager of this.stagers.all) {
      if (kindOf(stager.kind)?.signsWith !== 'bearer' || !isWeb(stager.url)) continue;
      const token = await this.stagers.tokenOf(stager);
      const bearer = token === undefined ? undefined : readBearer(token);
      if (token === undefined || bearer === undefined || expiredBearer(bearer, stager.name, Date.now()) !== undefined) continue;
      if (opensPath(bearer, path)) signers.push({ address: stager.url, token });
    }
    return signers;
  }

  /** @param location a web address; its whole host is signed for. Throws `rejected` for another, one without encryption, or an empty token. */
  async signIn(location: string, token: string): Promise<void> {
    if (!/^[\x21-\x7e]+$/.test(token)) throw new GridError('rejected', 'The token is empty or holds characters that no token has.');
    const host = hostOf(location);
    if (isReadable(location))
      throw new GridError('rejected', `The token would be readable on its way to ${host}.`, {
        hint: 'Use the davs:// or https:// address.',
      });
    await this.secrets.store(secretKey(host), token);
  }

  async signOut(location: string): Promise<void> {
    await this.secrets.delete(secretKey(hostOf(location)));
  }
}

function secretKey(host: string): string {
  return `storage:${host}`;
}
