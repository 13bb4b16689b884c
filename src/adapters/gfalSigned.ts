/**
 * gfal2 with bearer tokens. Each host of a web address is signed for before it is first asked; what has no token goes with the
 * grid proxy. Copies with a token are made by a bridge of their own, one for each: gfal-copy takes tokens from files only, and
 * what runs in a process of its own can be ended in the middle.
 */
import { GridError } from '../core/errors';
import type { CallOptions } from '../core/ports';
import { gfalError } from '../core/staging/complaint';
import { webHost } from '../core/storage/location';
import { gfalForm, type Gfal } from './gfal';
import { BridgeProcess } from './gfalBridge';
import type { BridgeOptions } from './gfalBridgeChild';
import type { GfalCopy } from './gfalCopy';

/** The token for the host of a web address; undefined where there is none. Rejects with `expired` for one that has run out. */
export type TokenOf = (location: string) => Promise<string | undefined>;

/** @param tokenOf asked once for each host, about the first location of it */
export function signedGfal(gfal: Gfal, tokenOf: TokenOf): Gfal {
  const hosts = new Map<string, Promise<void>>();
  const sign = async (...locations: readonly string[]): Promise<void> => {
    for (const location of locations) {
      const host = webHost(location);
      if (host === undefined) continue;
      const signed = hosts.get(host) ?? tokenOf(location).then((token) => gfal.credential(location, token));
      hosts.set(host, signed);
      await signed;
    }
  };
  return {
    ...gfal,
    locality: async (links, at) => {
      await sign(...new Map(links.map((link) => [webHost(link), link])).values());
      return gfal.locality(links, at);
    },
    stat: async (url, at) => (await sign(url), gfal.stat(url, at)),
    list: async (url, heard, at) => (await sign(url), gfal.list(url, heard, at)),
    makeFolder: async (url, at) => (await sign(url), gfal.makeFolder(url, at)),
    remove: async (url, at) => (await sign(url), gfal.remove(url, at)),
    rename: async (from, to, at) => (await sign(from, to), gfal.rename(from, to, at)),
    checksum: async (url, algorithm, at) => (await sign(url), gfal.checksum(url, algorithm, at)),
  };
}

export interface SignedCopyOptions {
  readonly bridge: BridgeOptions;
  /** For what no token signs. */
  readonly copy: GfalCopy;
  readonly tokenOf: TokenOf;
  /** Milliseconds for one file. */
  readonly deadlineMs?: number;
}

export function openSignedCopy({ bridge, copy, tokenOf, deadlineMs = 4 * 3_600_000 }: SignedCopyOptions): GfalCopy {
  return async (from, to, { signal }) => {
    const tokens = new Map<string, string>();
    for (const location of [from, to]) {
      const host = webHost(location);
      const token = host === undefined ? undefined : await tokenOf(location);
      if (host !== undefined && token !== undefined) tokens.set(host, token);
    }
    if (tokens.size === 0) {
      await copy(from, to, { signal });
      return;
    }
    const once = (over: boolean) => copyOnce({ from, to, over, tokens }, { ...bridge, threads: 1, callMs: deadlineMs }, signal);
    await once(false).catch((thrown: unknown) => {
      // As of gfal-copy: its threads now and then spoil their memory (2.21). Once more, over what it has left.
      if (thrown instanceof GridError && thrown.kind === 'toolFailed' && thrown.uncertain) return once(true);
      throw thrown;
    });
  };
}

interface Copy {
  readonly from: string;
  readonly to: string;
  readonly over: boolean;
  readonly tokens: ReadonlyMap<string, string>;
}

async function copyOnce({ from, to, over, tokens }: Copy, options: BridgeOptions, signal: CallOptions['signal']): Promise<void> {
  const bridge = new BridgeProcess(options);
  try {
    for (const [host, token] of tokens) await bridge.credential(host, token);
    const fields = { url: gfalForm(from), to: gfalForm(to), over };
    const answer = await bridge.ask({ do: 'copy', repeatable: false, fields }, signal);
    if ('code' in answer) throw gfalError(answer);
  } finally {
    await bridge.close();
  }
}
