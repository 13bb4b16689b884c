/** Which bearer token may sign calls to a host: the one that it was given for, else one of the same storage system. */
import { webHost } from './location';

/** Somebody's token, by the web address that it was given for. */
export interface Signer {
  readonly address: string;
}

/**
 * The signer for a host, by its name without a port; undefined where none fits. One for the host itself comes before one for a
 * host beside it in its domain: a dCache's frontend is often another host than its WebDAV door. A token goes nowhere else.
 */
export function signerFor<T extends Signer>(host: string, signers: readonly T[]): T | undefined {
  const wanted = host.toLowerCase();
  const of = ({ address }: Signer) => webHost(address) ?? '';
  return signers.find((each) => of(each) === wanted) ?? signers.find((each) => isBeside(of(each), wanted));
}

/** `a.grid.site.org` and `b.grid.site.org`, but not `a.org` and `b.org`, and no numbered addresses. */
function isBeside(one: string, other: string): boolean {
  const domain = one.split('.').slice(1);
  return domain.length > 1 && !/^\d+$/.test(domain.at(-1) ?? '') && other.endsWith(`.${domain.join('.')}`);
}
