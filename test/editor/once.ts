import { randomBytes } from 'node:crypto';
import { access, link, mkdir, readFile, readdir, rename, rm, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';

/**
 * Makes a folder once and for all, however often and wherever it is asked for.
 *
 * What keeps it right is small: the work happens in a temporary sibling, the marker is its last file, and one rename
 * puts it in place. So the folder is either whole or not there. The lock only spares a second process the same work;
 * were it lost or stolen, both would build and the first rename would win.
 */
export interface Folder {
  path: string;
  /** Names what is inside; a folder that carries another name is made anew. */
  recipe: string;
  /** Files, relative to the folder, without which it is broken whatever its marker says. */
  needs: readonly string[];
  /** Fills the empty temporary folder. `alive` is to be called now and then: it keeps the lock fresh. */
  build(into: string, alive: () => Promise<void>): Promise<void>;
}

/** What makeOnce needs from the machine; the tests give their own. */
export interface Machine {
  pid: number;
  host: string;
  isRunning(pid: number): boolean;
  now(): number;
  pause(): Promise<void>;
}

export const MARKER = '.complete.json';

/** A lock that nobody freshened for this long is nobody's: longer than any single step may take. */
export const STALE_MS = 20 * 60_000;

export async function makeOnce(folder: Folder, log: (line: string) => void, machine: Machine = thisMachine()): Promise<void> {
  if (await isWhole(folder)) return;
  await mkdir(path.dirname(folder.path), { recursive: true });
  const lock = await takeLock(folder, log, machine);
  try {
    if (await isWhole(folder)) return;
    await removeLeftovers(folder, machine);
    const temporary = `${folder.path}.build-${machine.host}-${machine.pid}-${randomBytes(4).toString('hex')}`;
    try {
      await mkdir(temporary);
      await folder.build(temporary, () => freshen(lock, machine));
      await writeFile(path.join(temporary, MARKER), `${JSON.stringify({ recipe: folder.recipe })}\n`);
      await putInPlace(temporary, folder);
    } finally {
      await rm(temporary, { recursive: true, force: true, maxRetries: 3 });
    }
  } finally {
    await releaseLock(lock);
  }
}

export async function isWhole(folder: Pick<Folder, 'path' | 'recipe' | 'needs'>): Promise<boolean> {
  try {
    const marker: unknown = JSON.parse(await readFile(path.join(folder.path, MARKER), 'utf8'));
    if ((marker as { recipe?: unknown } | null)?.recipe !== folder.recipe) return false;
    await Promise.all(folder.needs.map((file) => access(path.join(folder.path, file))));
    return true;
  } catch {
    return false;
  }
}

/** A broken folder steps aside by a rename as well, since removing a hundred thousand files is not atomic. */
async function putInPlace(temporary: string, folder: Folder): Promise<void> {
  const aside = `${temporary}-aside`;
  if (await isWhole(folder)) return;
  await rename(folder.path, aside).catch((error: unknown) => ignoreCode(error, 'ENOENT'));
  try {
    await rename(temporary, folder.path);
  } catch (error) {
    // Another process was faster between the two renames: its folder is as good as ours.
    if (!(await isWhole(folder))) throw error;
  } finally {
    await rm(aside, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** What killed installs left beside the folder, except the work of a process that still runs. */
async function removeLeftovers(folder: Folder, machine: Machine): Promise<void> {
  const parent = path.dirname(folder.path);
  const prefix = `${path.basename(folder.path)}.build-`;
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue;
    const owner = /^(.*)-(\d+)-[0-9a-f]{8}(-aside)?$/.exec(name.slice(prefix.length));
    const isOurHost = owner?.[1] === machine.host;
    if (isOurHost && Number(owner?.[2]) !== machine.pid && machine.isRunning(Number(owner?.[2]))) continue;
    if (!isOurHost && machine.now() - (await modified(path.join(parent, name))) < STALE_MS) continue;
    await rm(path.join(parent, name), { recursive: true, force: true, maxRetries: 3 });
  }
}

interface Lock {
  file: string;
  content: string;
}

async function takeLock(folder: Folder, log: (line: string) => void, machine: Machine): Promise<Lock> {
  const lock = {
    file: `${folder.path}.lock`,
    content: JSON.stringify({ host: machine.host, pid: machine.pid, key: randomBytes(8).toString('hex') }),
  };
  const draft = `${lock.file}-${machine.host}-${machine.pid}-${randomBytes(4).toString('hex')}`;
  await writeFile(draft, lock.content);
  try {
    for (let tries = 0; ; tries++) {
      try {
        await link(draft, lock.file); // unlike open and write, the lock appears with its content or not at all
        return lock;
      } catch (error) {
        ignoreCode(error, 'EEXIST');
      }
      if (await breakStaleLock(lock.file, machine)) continue;
      if (tries === 0) log(`Waiting for another process that installs ${path.basename(folder.path)}…`);
      await machine.pause();
    }
  } finally {
    await unlink(draft);
  }
}

async function breakStaleLock(file: string, machine: Machine): Promise<boolean> {
  let owner: { host?: unknown; pid?: unknown };
  let age: number;
  try {
    owner = JSON.parse(await readFile(file, 'utf8')) as typeof owner;
    age = machine.now() - (await modified(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true; // released meanwhile
    owner = {};
    age = machine.now() - (await modified(file));
  }
  const died = owner.host === machine.host && typeof owner.pid === 'number' && !machine.isRunning(owner.pid);
  if (!died && age < STALE_MS) return false;
  await rm(file, { force: true });
  return true;
}

async function freshen(lock: Lock, machine: Machine): Promise<void> {
  const now = new Date(machine.now());
  await utimes(lock.file, now, now).catch((error: unknown) => ignoreCode(error, 'ENOENT'));
}

/** Removes the lock only while it is ours: a process that took us for dead may hold it now. */
async function releaseLock(lock: Lock): Promise<void> {
  const content = await readFile(lock.file, 'utf8').catch(() => '');
  if (content === lock.content) await rm(lock.file, { force: true });
}

async function modified(file: string): Promise<number> {
  return stat(file).then(
    (found) => found.mtimeMs,
    () => 0,
  );
}

function ignoreCode(error: unknown, code: string): void {
  if ((error as NodeJS.ErrnoException).code !== code) throw error;
}

function thisMachine(): Machine {
  return {
    pid: process.pid,
    host: hostname(),
    isRunning(pid) {
      try {
        process.kill(pid, 0);
        return true;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'EPERM';
      }
    },
    now: () => Date.now(),
    pause: () => new Promise((resolve) => setTimeout(resolve, 500)),
  };
}
