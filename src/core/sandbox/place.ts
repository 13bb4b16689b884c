/** Where a sandbox is put on grid storage, and which of the files there are versions of it. */
import { GridError } from '../errors';

/** Protocols that gfal2 uploads by. */
const schemes = /^(gsiftp|srm|https?|davs?|root|xroot|file):$/;

export interface Place {
  /** Address without a slash at its end. */
  readonly folder: string;
  readonly name: string;
  /** The name stays the same for all versions, so that one takes the place of another. */
  readonly fixed: boolean;
}

export interface PlaceQuestion {
  /** A folder, or with .tar or .tar.gz at its end a whole name; absent for the root of the settings. */
  readonly to?: string;
  /** Of the settings; '' when it is not set. */
  readonly root: string;
  /** Folders below the root. */
  readonly place: string;
  /** `pref_cal-9d1e4c07.tar`. */
  readonly fileName: string;
}

/** @throws GridError `rejected` */
export function placeOf({ to, root, place, fileName }: PlaceQuestion): Place {
  if (to === undefined && root === '')
    throw new GridError('rejected', 'It is not said where sandboxes go on grid storage.', {
      hint: 'Set grid.sandbox.root, or name a place.',
    });
  const address = to ?? [root.replace(/\/+$/, ''), ...(place === '' ? [] : [place])].join('/');
  checkAddress(address);
  const [, folder = '', name = ''] = /^(.*[^/])\/+([^/]+\.tar(?:\.gz)?)$/.exec(address) ?? [];
  if (to !== undefined && name !== '' && folder.includes('://')) return { folder, name, fixed: true };
  return { folder: address.replace(/\/+$/, ''), name: fileName, fixed: false };
}

function checkAddress(address: string): void {
  const refuse = (reason: string): never => {
    throw new GridError('rejected', `“${address.replace(/\/\/[^/@]*@/, '//')}” cannot be a place for sandboxes: it ${reason}.`, {
      hint: 'Write an address such as gsiftp://host:2811/path/to/folder/.',
    });
  };
  if (!URL.canParse(address)) refuse('is no address');
  const { protocol, pathname, username, password } = new URL(address);
  if (!schemes.test(protocol)) refuse('is of a protocol that gfal2 does not upload by');
  if (username !== '' || password !== '') refuse('holds a user name or password');
  if (address.split(/[/?=]/).includes('..')) refuse('leads out of its folder by “..”');
  if (/[\s;|`$(){}<>'"\\*!#]/.test(address)) refuse('holds a blank or a character of the shell');
  if (!/\/./.test(pathname)) refuse('names no folder');
}

export function joined(folder: string, name: string): string {
  return `${folder}/${name}`;
}

/** Protocols whose rename takes the place of a file in one step, where the server lets it: POSIX rename behind them. */
export function mayReplaceAtOnce(folder: string): boolean {
  return /^(file|gsiftp|root|xroot):/.test(folder);
}

export interface Version {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** Versions of a sandbox among the files of a folder, the newest first. @param stem name of the sandbox */
export function versionsIn(files: readonly Version[], stem: string): readonly Version[] {
  return files.filter(({ name }) => isVersion(name, stem)).sort((a, b) => b.modified - a.modified || (a.name < b.name ? -1 : 1));
}

function isVersion(name: string, stem: string): boolean {
  return name.startsWith(`${stem}-`) && /^[0-9a-f]{8}\.tar(\.gz)?$/.test(name.slice(stem.length + 1));
}

/** Older versions beyond the `keep` newest ones; what is current is none of them. */
export function surplus(versions: readonly Version[], current: string, keep: number): readonly Version[] {
  return versions.filter(({ name }) => name !== current).slice(keep);
}

/** `.pref_cal-9d1e4c07.tar.<id>.part`: found by nobody who looks for sandboxes. */
export function partName(name: string, id: string): string {
  return `.${name}.${id}.part`;
}

/** Of uploads that were killed: so old that nobody can be writing them. */
export function staleParts(files: readonly Version[], stem: string, now: number): readonly string[] {
  const day = 86_400_000;
  return files
    .filter(({ name, modified }) => name.startsWith(`.${stem}`) && name.endsWith('.part') && modified > 0 && now - modified > day)
    .map(({ name }) => name);
}

/** The name under which the version before is kept: by its checksum, as versions are named. */
export function keptName(name: string, checksum: string): string {
  return name.replace(/(\.tar(?:\.gz)?)$/, `-${checksum.padStart(8, '0').slice(-8)}$1`);
}
