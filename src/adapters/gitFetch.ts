/**
 * Repositories, each at one commit, as bare repositories in a cache: what is there is never changed, so that windows and builds
 * can share it. As little history as the pin allows is fetched.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { GridError } from '../core/errors';
import { nearest } from '../core/nearest';
import { publicUrl } from '../core/sandbox/manifest';
import type { Repository } from '../core/sandbox/recipe';
import { codeOf, unwritable } from './fileError';
import { gitError, type Git, type GitCall } from './git';

export interface Checkout {
  readonly repository: Repository;
  /** The bare repository that holds it. */
  readonly folder: string;
  readonly commit: string;
  /** Whether nothing had to be fetched. */
  readonly cached: boolean;
}

export interface FetchPlace {
  readonly git: Git;
  /** Folder of the cache. */
  readonly cache: string;
  /** Folder that relative addresses begin in. */
  readonly base: string;
}

/** History that is looked through for a pinned commit, in steps; at last all of it. */
const depths = [1, 50, 1000, 2147483647];

/**
 * Brings one repository into the cache. @throws GridError `notFound` for a branch, commit or repository that is not there,
 * `rejected` for a commit that is not on its branch
 */
export async function fetchRepository(repository: Repository, place: FetchPlace, call: GitCall): Promise<Checkout> {
  const url = addressOf(repository.url, place.base);
  const known = await findCached(repository, url, place.cache);
  if (known !== undefined) return { repository, ...known, cached: true };
  const tip = repository.commit === undefined ? await tipOf(repository, url, place.git, call) : undefined;
  if (tip !== undefined) {
    const there = await findCached({ ...repository, branch: undefined, commit: tip }, url, place.cache);
    if (there !== undefined) return { repository, ...there, cached: true };
  }
  const part = join(place.cache, `.${randomUUID()}.part`);
  try {
    await mkdir(place.cache, { recursive: true });
    const length = (repository.commit ?? tip ?? '').length;
    const format = length === 64 ? ['--object-format=sha256'] : [];
    await place.git.run(['init', '--quiet', '--bare', '--template=', ...format, part], call);
    const at = { ...call, cwd: part };
    const commit =
      repository.commit === undefined
        ? await fetchTip(repository, url, place.git, at)
        : await fetchPinned(repository, repository.commit, url, place.git, at);
    const folder = join(
      place.cache,
      `${keyOf(repository.commit === undefined ? { ...repository, branch: undefined } : repository, url)}-${commit}.git`,
    );
    await keep(part, folder);
    return { repository, folder, commit, cached: false };
  } catch (error) {
    throw error instanceof GridError ? error : unwritable(place.cache, error);
  } finally {
    await rm(part, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Somebody else may have brought the same meanwhile. */
async function keep(part: string, folder: string): Promise<void> {
  try {
    await rename(part, folder);
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}

/** An address as git takes it: relative ones begin in the folder of the configuration. */
export function addressOf(url: string, base: string): string {
  if (url.startsWith('~/')) return join(homedir(), url.slice(2));
  return /^\.{1,2}\//.test(url) ? resolve(base, url) : url;
}

/** A commit that was found on a branch is known to be on that branch only. */
function keyOf({ branch, commit }: Repository, url: string): string {
  return createHash('sha256')
    .update(`${url}\n${commit === undefined ? '' : (branch ?? '')}`)
    .digest('hex')
    .slice(0, 16);
}

async function findCached(repository: Repository, url: string, cache: string): Promise<{ folder: string; commit: string } | undefined> {
  if (repository.commit === undefined) return undefined;
  const begin = `${keyOf(repository, url)}-${repository.commit}`;
  const names = (await readdir(cache).catch(() => [])).filter((name) => name.startsWith(begin) && name.endsWith('.git'));
  const [name] = names;
  // Several that begin alike: git has to say whether the short one is still plain.
  if (name === undefined || names.length > 1) return undefined;
  const folder = join(cache, name);
  const now = new Date();
  await utimes(folder, now, now).catch(() => undefined);
  return { folder, commit: name.slice(name.indexOf('-') + 1, -'.git'.length) };
}

/** The commit that a branch or tag, or the repository itself, shows now. */
async function tipOf({ branch, name, url: told }: Repository, url: string, git: Git, call: GitCall): Promise<string> {
  const wanted = branch === undefined ? ['HEAD'] : [`refs/heads/${branch}`, `refs/tags/${branch}^{}`, `refs/tags/${branch}`];
  const refs = readRefs(await git.run(['ls-remote', '--', url, ...wanted], call));
  const commit = wanted.map((ref) => refs.get(ref)).find((found) => found !== undefined);
  if (commit !== undefined) return commit;
  if (branch === undefined)
    throw new GridError('notFound', `${name} has no commit yet.`, { hint: `Push something to ${publicUrl(told)}.` });
  const all = readRefs(await git.run(['ls-remote', '--heads', '--tags', '--', url], call));
  const names = [...all.keys()].map((ref) => ref.replace(/^refs\/(heads|tags)\/|\^\{\}$/g, ''));
  const meant = nearest(branch, names, 4);
  throw new GridError('notFound', `There is no branch or tag “${branch}” in ${name}.`, {
    hint: meant === undefined ? `See which there are: git ls-remote ${publicUrl(told)}.` : `Was “${meant}” meant?`,
  });
}

function readRefs(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const [commit = '', ref] = line.split('\t');
      return ref === undefined ? [] : [[ref, commit] as const];
    }),
  );
}

/** What the branch shows when it is fetched counts, should it have moved since it was asked. */
async function fetchTip({ branch }: Repository, url: string, git: Git, call: GitCall): Promise<string> {
  await fetch(git, url, branch ?? 'HEAD', 1, call);
  return (await git.run(['rev-parse', '--verify', '--quiet', 'FETCH_HEAD^{commit}'], call)).trim();
}

async function fetchPinned(repository: Repository, commit: string, url: string, git: Git, call: GitCall): Promise<string> {
  const { branch, name } = repository;
  if (branch !== undefined) {
    // Its history has to show that the commit is on it.
    await tipOf(repository, url, git, call);
    for (const depth of depths) {
      await fetch(git, url, branch, depth, call);
      const found = await whole(commit, name, git, call);
      if (found !== undefined && (await git.try(['merge-base', '--is-ancestor', found, 'FETCH_HEAD'], call)).code === 0) return found;
    }
    throw new GridError('rejected', `The commit ${commit.slice(0, 10)} is not on “${branch}” of ${name}.`, {
      hint: 'Leave out the branch, or name the one that it is on.',
    });
  }
  if (commit.length >= 40) {
    const { code } = await git.try(['fetch', '--no-tags', '--depth', '1', '--progress', '--', url, commit], call);
    const found = code === 0 ? await whole(commit, name, git, call) : undefined;
    if (found !== undefined) return found;
  }
  // Of a short commit, and where a server gives out tips alone, all is fetched and looked through.
  await git.run(['fetch', '--no-tags', '--progress', '--', url, '+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'], call);
  const found = await whole(commit, name, git, call);
  if (found !== undefined) return found;
  throw new GridError('notFound', `There is no commit ${commit.slice(0, 10)} in ${name}.`, {
    hint: 'It may not be pushed, or be of another repository.',
  });
}

async function fetch(git: Git, url: string, ref: string, depth: number, call: GitCall): Promise<void> {
  const args = ['fetch', '--no-tags', '--depth', String(depth), '--progress', '--', url, ref];
  const ended = await git.try(args, call);
  if (ended.code !== 0) throw gitError(call.name, args, ended);
}

/** All digits of a commit; undefined when it is not there. */
async function whole(commit: string, name: string, git: Git, call: GitCall): Promise<string | undefined> {
  const { code, stdout, stderr } = await git.try(['rev-parse', '--verify', `${commit}^{commit}`], call);
  if (code === 0) return stdout.trim();
  if (stderr.includes('ambiguous'))
    throw new GridError('rejected', `Several commits of ${name} begin with ${commit}.`, { hint: 'Write more of its digits.' });
  return undefined;
}

/** Takes away what no build has used for a while, and what was left of builds that were killed. */
export async function pruneCache(cache: string, now: number, olderMs = 30 * 86_400_000): Promise<void> {
  for (const name of await readdir(cache).catch(() => [])) {
    const path = join(cache, name);
    const limit = name.endsWith('.part') ? Math.min(olderMs, 86_400_000) : olderMs;
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: now }));
    if (now - mtimeMs > limit) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}
