/** Every setting of the extension: its id, its shape, and what happens to a value that does not fit. */
import { ConfigurationTarget, workspace } from 'vscode';

/** The protocols that are spoken; stagerKinds.ts says what each is. */
export const stagerWords = ['lta', 'stageit', 'tape', 'dcache', 'gfal'] as const;
export type StagerKind = (typeof stagerWords)[number];

/** A stager as `grid.staging.stagers` lists it. Passwords and tokens are never here: stagers.ts. */
export interface StagerSetting {
  readonly name: string;
  readonly kind: StagerKind;
  readonly url: string;
  /** Empty: taken from the credential files when it connects. */
  readonly user: string;
  /** Ids of the sites that it serves; empty for those to which its address belongs. */
  readonly sites: readonly string[];
}

/** A pool as `grid.pools.list` lists it. Passwords are never here: pools.ts. */
export interface PoolSetting {
  readonly name: string;
  /** Root of the server. */
  readonly url: string;
  readonly database: string;
  /** Empty: nobody is signed in, or whoever the credential files name. */
  readonly user: string;
}

/** A root of the tree of grid storage as `grid.storage.roots` lists it. */
export interface StorageRoot {
  readonly name: string;
  readonly location: string;
}

function read(id: string): unknown {
  return workspace.getConfiguration().get(id);
}

/** `grid.staging.stagers`; rows that are not stagers are left out. */
export function stagerSettings(): readonly StagerSetting[] {
  const rows = read('grid.staging.stagers');
  return Array.isArray(rows) ? rows.map(toStager).filter((row) => row !== undefined) : [];
}

function toStager(row: unknown): StagerSetting | undefined {
  if (typeof row !== 'object' || row === null) return undefined;
  const { name, kind: word, url, user, sites } = row as Record<string, unknown>;
  const kind = stagerWords.find((each) => each === word);
  if (typeof name !== 'string' || name === '' || kind === undefined || typeof url !== 'string') return undefined;
  const served = Array.isArray(sites) ? sites.filter((site) => typeof site === 'string') : [];
  return { name, kind, url, user: textOf(user), sites: served };
}

export async function saveStagers(stagers: readonly StagerSetting[]): Promise<void> {
  const rows = stagers.map(({ sites, ...row }) => (sites.length === 0 ? row : { ...row, sites }));
  await workspace.getConfiguration().update('grid.staging.stagers', rows.length === 0 ? undefined : rows, ConfigurationTarget.Global);
}

/** `grid.pools.list`; rows that are not pools are left out, and of two with one name the later. */
export function poolSettings(): readonly PoolSetting[] {
  const rows = read('grid.pools.list');
  const pools = Array.isArray(rows) ? rows.map(toPool).filter((row) => row !== undefined) : [];
  return pools.filter(({ name }, index) => pools.findIndex((each) => each.name === name) === index);
}

function toPool(row: unknown): PoolSetting | undefined {
  if (typeof row !== 'object' || row === null) return undefined;
  const { name, url, database, user } = row as Record<string, unknown>;
  if (typeof name !== 'string' || name === '' || typeof url !== 'string' || typeof database !== 'string') return undefined;
  return { name, url, database, user: typeof user === 'string' ? user : '' };
}

export async function savePools(pools: readonly PoolSetting[]): Promise<void> {
  await workspace.getConfiguration().update('grid.pools.list', pools.length === 0 ? undefined : pools, ConfigurationTarget.Global);
}

/** `grid.pools.deadlineSeconds`: how long one call to a pool may take, 1 to 600. */
export function poolDeadlineSeconds(): number {
  return clamp(read('grid.pools.deadlineSeconds'), 1, 600, 60);
}

/** `grid.pools.stuckHours`, 0.1 to 8760: so long a lock looks as if its pilot were gone. */
export function stuckHours(): number {
  return clamp(read('grid.pools.stuckHours'), 0.1, 8760, 24);
}

/** `grid.staging.defaultStager`: used where several could be meant. */
export function defaultStager(): string {
  const name = read('grid.staging.defaultStager');
  return typeof name === 'string' ? name : '';
}

/** `grid.staging.python`: a Python that has the module gfal2; empty for the system's own. */
export function gfalPython(): string {
  const path = read('grid.staging.python');
  return typeof path === 'string' ? path.trim() : '';
}

/** `grid.staging.checkFirst`: whether a person's stage asks first where the files are. */
export function checksFirst(): boolean {
  return read('grid.staging.checkFirst') !== false;
}

/** `grid.staging.sendNotifications`: whether the stager mails at start and end. */
export function sendNotifications(): boolean {
  return read('grid.staging.sendNotifications') === true;
}

/** `grid.staging.pollSeconds`, 2 to 3600. */
export function pollSeconds(): number {
  return clamp(read('grid.staging.pollSeconds'), 2, 3600, 30);
}

/** `grid.staging.deadlineSeconds`: how long one call may take, 1 to 600. */
export function deadlineSeconds(): number {
  return clamp(read('grid.staging.deadlineSeconds'), 1, 600, 60);
}

/** `grid.staging.filesPerRequest`, 1 to 5000. */
export function filesPerRequest(): number {
  return clamp(read('grid.staging.filesPerRequest'), 1, 5000, 999);
}

/** `grid.staging.filesInFlight`, 1 to 100 000: for one stager, over all requests. */
export function filesInFlight(): number {
  return clamp(read('grid.staging.filesInFlight'), 1, 100_000, 5000);
}

/** `grid.staging.secondsBetweenSubmits`, 0 to 3600: to one stager. */
export function secondsBetweenSubmits(): number {
  return clamp(read('grid.staging.secondsBetweenSubmits'), 0, 3600, 60);
}

/** `grid.staging.stallHours`, 0.1 to 240: without news before a request counts as stalled. */
export function stallHours(): number {
  return clamp(read('grid.staging.stallHours'), 0.1, 240, 6);
}

/** `grid.staging.quietHours`, as written: "22:00-07:00"; empty for none. */
export function quietHours(): string {
  const hours = read('grid.staging.quietHours');
  return typeof hours === 'string' ? hours : '';
}

/** `grid.links.sites`, as written; core/links/site says what fits. */
export function siteSetting(): unknown {
  return read('grid.links.sites');
}

/** `grid.links.detect`: whether plain text that starts with a link becomes a link list. */
export function detectsLinks(): boolean {
  return read('grid.links.detect') !== false;
}

/** The editor's own `editor.largeFileOptimizations`: no colours in large documents. */
export function largeFileOptimizations(): boolean {
  return read('editor.largeFileOptimizations') !== false;
}

/** `grid.links.maxProblems`, 10 to 10 000: problems shown for one list. */
export function maxProblems(): number {
  return clamp(read('grid.links.maxProblems'), 10, 10_000, 1000);
}

/** `grid.config.detect`: whether a `.cfg` that is a step becomes YAML. */
export function detectsSteps(): boolean {
  return read('grid.config.detect') !== false;
}

/** `grid.sandbox.folder`, as written; empty for the storage of the workspace. */
export function sandboxFolder(): string {
  return textOf(read('grid.sandbox.folder'));
}

/** `grid.sandbox.root`, as written: below it sandboxes are uploaded. */
export function sandboxRoot(): string {
  return textOf(read('grid.sandbox.root'));
}

/** `grid.sandbox.keepVersions`, 0 to 100: older versions that stay on grid storage. */
export function keptVersions(): number {
  return Math.floor(clamp(read('grid.sandbox.keepVersions'), 0, 100, 3));
}

/** `grid.sandbox.largeFileMegabytes`, 1 to 100 000, in bytes: larger files of a sandbox are told of. */
export function largeFileBytes(): number {
  return clamp(read('grid.sandbox.largeFileMegabytes'), 1, 100_000, 100) * 1e6;
}

/** `grid.storage.roots`; rows that are none are left out, and of two with one name the later. */
export function storageRoots(): readonly StorageRoot[] {
  const rows = read('grid.storage.roots');
  const roots = (Array.isArray(rows) ? rows : []).flatMap((row: unknown): StorageRoot[] => {
    const { name, location } = (row ?? {}) as Record<string, unknown>;
    return typeof name === 'string' && name !== '' && typeof location === 'string' && location !== '' ? [{ name, location }] : [];
  });
  return roots.filter(({ name }, index) => roots.findIndex((each) => each.name === name) === index);
}

export async function saveStorageRoots(roots: readonly StorageRoot[]): Promise<void> {
  await workspace.getConfiguration().update('grid.storage.roots', roots.length === 0 ? undefined : roots, ConfigurationTarget.Global);
}

/** `grid.storage.protected`: locations, or paths of any host, that are never deleted. */
export function protectedPlaces(): readonly string[] {
  const places = read('grid.storage.protected');
  return Array.isArray(places) ? places.map(textOf).filter((place) => place !== '') : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

function clamp(value: unknown, least: number, most: number, fallback: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : fallback;
}
