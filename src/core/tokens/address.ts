/** Which addresses of pools are good, and where a password may travel. */
import { GridError } from '../errors';

export interface PoolAddress {
  /** Root of the server, without a slash at its end: "https://picas.example.org:6984". */
  readonly url: string;
  readonly database: string;
}

/** Hosts that are this machine: a password on the way to them crosses no network. */
const ownMachine = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * The address of a pool from what people write: the server's with the database beside it or at its end, also as copied
 * from the web page (`…/_utils/#database/name/_all_docs`).
 * @throws GridError `rejected` for what is no http(s) address, holds a password, or would carry one readable over a network
 */
export function poolAddress(text: string, database = ''): PoolAddress {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new GridError('rejected', `“${text.replace(/\/\/[^/@]*@/, '//')}” is not the address of a pool.`, {
      hint: 'It begins with https://.',
    });
  if (url.username !== '' || url.password !== '')
    throw new GridError('rejected', 'The address must not hold a user or password.', {
      hint: 'Leave them out; they are asked for and kept in the secret storage.',
    });
  if (url.protocol === 'http:' && !ownMachine.test(url.hostname))
    throw new GridError('rejected', `The password would be readable on its way to ${url.host}.`, { hint: 'Use the https:// address.' });
  const [before = '', ...page] = url.pathname.split('/_utils');
  const path = before.split('/').filter((part) => part !== '');
  const shown = /^#\/?database\/([^/?]+)/.exec(url.hash)?.[1];
  const last = page.length === 0 ? path.at(-1) : undefined;
  const wanted = database === '' ? decode(shown ?? last ?? '') : database;
  if (last !== undefined && decode(last) === wanted) path.pop();
  checkDatabase(wanted);
  return { url: [url.origin, ...path].join('/'), database: wanted };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** CouchDB's rule for names of databases. */
function checkDatabase(name: string): void {
  if (name === '')
    throw new GridError('rejected', 'The name of the database is missing.', {
      hint: 'Give it beside the address; whoever set up the pool knows it.',
    });
  if (!/^[a-z][a-z0-9_$()+/-]*$/.test(name))
    throw new GridError('rejected', `“${name}” is no name of a database.`, {
      hint: 'It begins with a small letter and holds small letters, digits and _ $ ( ) + - / only.',
    });
}
