/** Which addresses of stagers are good, and where a password may travel. */
import { GridError } from '../core/errors';
import { webHost } from '../core/storage/location';

/** Hosts that are this machine: a password on the way to them crosses no network. */
const ownMachine = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Where the accounts of the old clients' files belong: ASTRON, and stagers on this machine. */
export function isHome(url: string): boolean {
  const { hostname } = new URL(url);
  return ownMachine.test(hostname) || hostname === 'astron.nl' || hostname.endsWith('.astron.nl');
}

/** Whether what is sent to a web address can be read on its way. */
export function isReadable(address: string): boolean {
  return /^(http|dav):/i.test(address) && !ownMachine.test(webHost(address) ?? '');
}

/** As `checkUrl`; gfal2 needs no address, and takes that of any door. */
export function checkAddress(kind: string, text: string): void {
  if (kind !== 'gfal') return checkUrl(text);
  const door = text.replace(/^(davs|srm|gsiftp):/i, 'https:').replace(/^dav:/i, 'http:');
  if (door !== '') checkUrl(door);
}

/** Rejects what is no http(s) address, an address with a password in it, and one to which a password would travel readable. */
export function checkUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new GridError('rejected', `"${text.replace(/\/\/[^/@]*@/, '//')}" is not the address of a stager.`, {
      hint: 'It begins with https://.',
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new GridError('rejected', 'The address must not hold a user or password.', {
      hint: 'Leave them out; they are asked for and kept in the secret storage.',
    });
  }
  if (isReadable(url.href)) {
    throw new GridError('rejected', `The password would be readable on its way to ${url.host}.`, { hint: 'Use the https:// address.' });
  }
}
