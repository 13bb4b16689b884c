/**
 * Locations on grid storage: addresses that gfal2 knows, and the names in them. How a name is written depends on the protocol:
 * gfal2's HTTP, GridFTP and XRootD plugins decode percent signs, its file and SRM plugins take a path as it is (measured with
 * 2.21). A name that an address cannot hold is refused, never mangled.
 */
import { GridError } from '../errors';

const decoding = /^(?:https?|davs?|gsiftp|ftp|x?roots?):/;
const known = /^(?:https?|davs?|gsiftp|ftp|x?roots?|srm|file):\/\//;

/**
 * An address as it is used from here on: scheme in lower case, no slash at its end.
 * @throws GridError `rejected`
 */
export function readLocation(text: string): string {
  const trimmed = text.trim();
  const location = (trimmed.startsWith('/') ? `file://${trimmed}` : trimmed).replace(/^[a-z][a-z0-9+.-]*:/i, (scheme) =>
    scheme.toLowerCase(),
  );
  const refuse = (reason: string, hint = 'Write an address such as gsiftp://host:2811/path/to/folder.'): never => {
    throw new GridError('rejected', `“${trimmed.replace(/\/\/[^/@]*@/, '//')}” is no location on grid storage: ${reason}.`, { hint });
  };
  if (!known.test(location)) refuse('it does not begin with gsiftp://, srm://, davs://, https://, root:// or file://');
  const authority = hostIn(location);
  if (authority.includes('@')) refuse('it holds a user name or password', 'Sign in by a grid proxy or a token.');
  if (authority === '' && !location.startsWith('file:')) refuse('it names no host');
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(location)) refuse('it holds a character that no name has');
  if (segmentsOf(location).some((name) => name === '..' || name === '.')) refuse('it leads elsewhere by “..”', 'Write the whole path.');
  const [head, rest] = split(location);
  return head + (rest.replace(/\/+$/, '') || '/');
}

/** Scheme and host, and the path with what follows. */
function split(location: string): readonly [string, string] {
  const [, head = '', path = ''] = /^([a-z]+:\/\/[^/]*)(.*)$/s.exec(location) ?? [];
  return [head, path];
}

/** Names of the path, decoded; slashes more than one do not count. */
export function segmentsOf(location: string): readonly string[] {
  const path = pathIn(location);
  return path.split('/').flatMap((part) => (part === '' ? [] : [decoding.test(location) ? decoded(part) : part]));
}

/** `srm://host/srm/managerv2?SFN=/pnfs/…` has its path behind the question mark. */
function pathIn(location: string): string {
  const [, rest] = split(location);
  return location.startsWith('srm:') ? (/[?&]SFN=(.*)$/is.exec(rest)?.[1] ?? rest) : rest;
}

/** The last name; the host for a root. */
export function nameIn(location: string): string {
  return segmentsOf(location).at(-1) ?? hostIn(location);
}

/** Whether it is the address of a web door, where a bearer token can sign. */
export function isWeb(location: string): boolean {
  return /^(?:https?|davs?):\/\//i.test(location);
}

/** The host of a web address, in lower case and without its port; undefined of anything else, and of one with a user in it. */
export function webHost(location: string): string | undefined {
  return /^(?:https?|davs?):\/\/(\[[\d:a-f]+\]|[^[/:?#@]+)(?=[/:?#]|$)(?!:[^/]*@)/i.exec(location)?.[1]?.toLowerCase();
}

export function hostIn(location: string): string {
  return /^[a-z]+:\/\/([^/]*)/.exec(location)?.[1] ?? '';
}

/**
 * What is called so in a folder.
 * @throws GridError `rejected` for a name that is none, or that the protocol cannot address
 */
export function childOf(folder: string, name: string): string {
  // eslint-disable-next-line no-control-regex
  if (name === '' || name === '.' || name === '..' || /[/\u0000-\u001f\u007f]/.test(name)) throw unusable(name, 'it is no name of a file');
  // XRootD takes what stands behind a question mark for options, encoded or not: another file would be meant.
  if (name.includes('?') && /^x?roots?:/.test(folder)) throw unusable(name, 'XRootD cannot address a name with “?”');
  if (folder.startsWith('srm:') && /[?&#%]/.test(name)) throw unusable(name, 'SRM cannot address a name with “?”, “&”, “#” or “%”');
  const written = decoding.test(folder) ? encoded(name) : name;
  return folder.endsWith('/') ? `${folder}${written}` : `${folder}/${written}`;
}

function unusable(name: string, reason: string): GridError {
  return new GridError('rejected', `“${name}” cannot be used here: ${reason}.`, { hint: 'Choose another name.' });
}

/** Undefined for the top of a host. */
export function parentOf(location: string): string | undefined {
  if (segmentsOf(location).length === 0) return undefined;
  const [head, path] = split(location);
  return head + (path.replace(/\/+[^/]*\/*$/, '') || '/');
}

/** Names of a WebDAV listing come as they stand in addresses. */
export function listedName(folder: string, name: string): string {
  const plain = name.replace(/\/+$/, '');
  return /^(?:https?|davs?):/.test(folder) ? decoded(plain) : plain;
}

/** Whether both are of one host, and one lies in the other or is it. */
export function isWithin(location: string, folder: string): boolean {
  const [names, above] = [segmentsOf(location), segmentsOf(folder)];
  return hostIn(location).toLowerCase() === hostIn(folder).toLowerCase() && above.every((name, place) => names[place] === name);
}

function encoded(name: string): string {
  return encodeURIComponent(name).replace(/%(?:2B|2C|3A|3D|40)/g, decodeURIComponent);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
