/**
 * Grid storage as this window knows it: the roots of the settings, the folders that were read, where files are as far as
 * somebody has asked. Nothing is read before it is shown or asked for.
 */
import { EventEmitter, workspace, type Disposable } from 'vscode';
import { GridError, asGridError } from '../core/errors';
import type { Locality } from '../core/staging/locality';
import { sorted, type StorageEntry } from '../core/storage/entry';
import type { Guard } from '../core/storage/guard';
import { isWeb, isWithin, parentOf, readLocation, webHost } from '../core/storage/location';
import type { Bearers } from './bearers';
import { noCancel } from './cancel';
import { protectedPlaces, saveStorageRoots, storageRoots, type StorageRoot } from './settings';
import { thisAccount, type Stagers } from './stagers';
import type { StorageDoors } from './storageDoors';
import { needTrust } from './trust';

/** Rows that a folder shows at first, and with each "more". */
const pageSize = 500;
/** So often a large folder that comes in is told of. */
const tellEvery = 5000;

interface Folder {
  readonly entries: Promise<readonly StorageEntry[]>;
  shown: number;
}

export class Storage implements Disposable {
  readonly #changed = new EventEmitter<string | undefined>();
  /** A folder is another one now; undefined for the list of roots. */
  readonly onChange = this.#changed.event;
  readonly #folders = new Map<string, Folder>();
  readonly #localities = new Map<string, Locality>();
  readonly #reading = new Map<string, number>();
  readonly #settings: Disposable;
  /** Folders that are being read, and how many entries have come. */
  heard: () => void = () => undefined;

  constructor(
    private readonly stagers: Stagers,
    private readonly bearers: () => Promise<Bearers>,
  ) {
    this.#settings = workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('grid.storage')) this.#changed.fire(undefined);
    });
  }

  get roots(): readonly StorageRoot[] {
    return storageRoots();
  }

  get guard(): Guard {
    return { roots: this.roots.flatMap(({ location }) => readable(location)), places: protectedPlaces() };
  }

  get reading(): ReadonlyMap<string, number> {
    return this.#reading;
  }

  async add(name: string, location: string): Promise<StorageRoot> {
    needTrust('Adding a root of grid storage');
    if (name.trim() === '') throw new GridError('rejected', 'The name of a root must not be empty.');
    const root = { name: name.trim(), location: readLocation(location) };
    await saveStorageRoots([...this.roots.filter((each) => each.name !== root.name), root]);
    return root;
  }

  find(name: string): StorageRoot {
    const root = this.roots.find((each) => each.name === name);
    if (root === undefined) throw new GridError('notFound', `There is no root “${name}”.`);
    return root;
  }

  async remove(name: string): Promise<void> {
    const { location } = this.find(name);
    const others = this.roots.filter((each) => each.name !== name);
    await saveStorageRoots(others);
    // With the last root of a host its token goes.
    const host = webHost(location);
    if (host !== undefined && !others.some((each) => webHost(each.location) === host)) await (await this.bearers()).signOut(location);
  }

  async doors(): Promise<StorageDoors> {
    needTrust('Talking to grid storage');
    const [gfal, bearers, { openStorageDoors }] = await Promise.all([this.stagers.bridge(), this.bearers(), import('./storageDoors')]);
    return openStorageDoors(gfal, bearers, this.stagers.bridgeOptions);
  }

  /** @param location of a root, or in one: its host is called with this token, undefined for the grid proxy */
  async signIn(location: string, token: string | undefined): Promise<void> {
    const bearers = await this.bearers();
    if (token === undefined) await bearers.signOut(location);
    else await bearers.signIn(location, token);
    this.refresh();
  }

  /** What a folder holds, read once until it is refreshed. */
  async entries(location: string): Promise<readonly StorageEntry[]> {
    return this.#folder(location).entries;
  }

  /** How many of a folder's entries are shown. */
  shown(location: string): number {
    return this.#folders.get(location)?.shown ?? pageSize;
  }

  more(location: string): void {
    const folder = this.#folders.get(location);
    if (folder === undefined) return;
    folder.shown += pageSize;
    this.#changed.fire(location);
  }

  #folder(location: string): Folder {
    const known = this.#folders.get(location);
    if (known !== undefined) return known;
    const folder = { entries: this.#read(location), shown: pageSize };
    this.#folders.set(location, folder);
    return folder;
  }

  async #read(location: string): Promise<readonly StorageEntry[]> {
    const [{ gfal }, { listFolder }] = await Promise.all([this.doors(), import('../adapters/storage')]);
    let told = 0;
    try {
      const heard = (entries: number) => {
        if (entries < told + tellEvery) return;
        this.#reading.set(location, (told = entries));
        this.heard();
      };
      return sorted(await listFolder(gfal, location, { signal: noCancel, heard }));
    } catch (thrown) {
      throw (await this.#signs(location)) ? thrown : await proxyTrouble(thrown);
    } finally {
      if (this.#reading.delete(location)) this.heard();
    }
  }

  /** Whether something else than the grid proxy signs, or nothing can. */
  async #signs(location: string): Promise<boolean> {
    if (/^(http|dav|file):/.test(location)) return true;
    if (!isWeb(location)) return false;
    const bearers = await this.bearers();
    return (await bearers.of(location).catch(() => 'one that has run out')) !== undefined;
  }

  /** What is in a folder, and below it, is read again when it is shown; without a folder everything. */
  refresh(location?: string): void {
    for (const known of [...this.#folders.keys()]) if (location === undefined || isWithin(known, location)) this.#folders.delete(known);
    for (const known of [...this.#localities.keys()])
      if (location === undefined || isWithin(known, location)) this.#localities.delete(known);
    this.#changed.fire(location);
  }

  /** Something was made, put or deleted here: the folders that they stand in are other ones now. */
  touched(locations: Iterable<string>): void {
    for (const folder of new Set([...locations].map((each) => parentOf(each) ?? each))) this.refresh(folder);
  }

  locality(location: string): Locality | undefined {
    return this.#localities.get(location);
  }

  learn(told: Iterable<readonly [string, Locality]>): void {
    const folders = new Set<string>();
    for (const [location, locality] of told) {
      this.#localities.set(location, locality);
      folders.add(parentOf(location) ?? location);
    }
    for (const folder of folders) this.#changed.fire(folder);
  }

  dispose(): void {
    this.#settings.dispose();
    this.#changed.dispose();
  }
}

/** What a storage says of who asks is less than what can be seen of the proxy here; anything else is passed on. */
async function proxyTrouble(thrown: unknown): Promise<GridError> {
  const error = asGridError(thrown);
  if (!['auth', 'expired', 'forbidden', 'tls'].includes(error.kind)) return error;
  const { needProxy } = await import('../adapters/proxy');
  return needProxy(thisAccount, noCancel).then(() => error, asGridError);
}

/** A root that is written wrongly shows its reason in the tree, and protects nothing. */
function readable(location: string): readonly string[] {
  try {
    return [readLocation(location)];
  } catch {
    return [];
  }
}
