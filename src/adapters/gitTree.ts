/**
 * What a commit holds, read from the repository itself: no checkout, so that neither attributes, filters nor settings of this
 * machine change a byte.
 */
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { GridError } from '../core/errors';
import { gitError, type Git, type GitCall } from './git';
import { kill, notStarted } from './program';

export interface TreeEntry {
  readonly path: string;
  readonly kind: 'file' | 'link' | 'repository';
  readonly executable: boolean;
  /** Of the object; of a repository inside, its commit. */
  readonly id: string;
  readonly size: number;
}

export async function listTree(git: Git, commit: string, call: GitCall): Promise<readonly TreeEntry[]> {
  const text = await kept(git, ['ls-tree', '-r', '-z', '-l', '--full-tree', commit], call);
  return text.split('\0').flatMap((line) => {
    const [, mode = '', type = '', id = '', size = '', path = ''] = /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t([\s\S]*)$/.exec(line) ?? [];
    if (path === '') return [];
    if (path.includes('\uFFFD') || !isPlainPath(path))
      throw new GridError('rejected', `${call.name} holds a file whose name no other system takes: ${JSON.stringify(path)}.`, {
        hint: 'Rename it there.',
      });
    const kind = type === 'commit' ? 'repository' : mode === '120000' ? 'link' : 'file';
    return [{ path, kind, executable: mode === '100755', id, size: size === '-' ? 0 : Number(size) } as const];
  });
}

/** What a local command prints; that it fails can only mean that what was fetched is no longer whole. */
async function kept(git: Git, args: readonly string[], call: GitCall): Promise<string> {
  const ended = await git.try(args, call);
  if (ended.code !== 0) throw damaged(call.name, gitError(call.name, args, ended));
  return ended.stdout;
}

function damaged(name: string, cause?: unknown): GridError {
  return new GridError('malformed', `What git has kept of ${name} is damaged.`, { hint: 'Build again: it is fetched anew.', cause });
}

/** Trees that git itself would not make can hold such names all the same. */
function isPlainPath(path: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(path)) return false;
  return path.split('/').every((step) => step !== '' && step !== '.' && step !== '..' && step.toLowerCase() !== '.git');
}

/** When a commit was made; seconds since 1970. */
export async function commitTime(git: Git, commit: string, call: GitCall): Promise<number> {
  const text = await kept(git, ['cat-file', 'commit', commit], call);
  return Number(/^committer .* (\d+) [+-]\d{4}$/m.exec(text)?.[1] ?? 0);
}

/** Addresses of the repositories inside, by their path. */
export async function submodulesOf(git: Git, commit: string, call: GitCall): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await git.try(
    ['config', '--blob', `${commit}:.gitmodules`, '-z', '--get-regexp', '^submodule\\..*\\.(path|url)$'],
    call,
  );
  const facts = new Map<string, { path?: string; url?: string }>();
  for (const line of stdout.split('\0')) {
    const [, name, key, value] = /^submodule\.([\s\S]*)\.(path|url)\n([\s\S]*)$/.exec(line) ?? [];
    if (name !== undefined && key !== undefined) facts.set(name, { ...facts.get(name), [key]: value });
  }
  return new Map([...facts.values()].flatMap(({ path, url }) => (path === undefined || url === undefined ? [] : [[path, url] as const])));
}

/** Reads objects one after another from one process; they are asked for all at once and have to be read in that order. */
export class BlobReader {
  readonly #child;
  readonly #input: Input;
  #failure: GridError | undefined;
  readonly #closed: Promise<void>;

  constructor(
    git: Git,
    folder: string,
    ids: readonly string[],
    private readonly call: GitCall,
  ) {
    const [program, ...args] = git.argv(['cat-file', '--batch', '--buffer']);
    const child = spawn(program, args, { cwd: folder, env: git.env, stdio: ['pipe', 'pipe', 'ignore'], detached: true });
    this.#child = child;
    this.#closed = new Promise((resolve) => {
      child.once('error', (cause: NodeJS.ErrnoException) => {
        this.#failure = notStarted('git', cause);
        resolve();
      });
      child.once('exit', () => {
        resolve();
      });
    });
    child.stdin.on('error', () => undefined); // its end is told by what is missing from its output
    child.stdin.end(ids.map((id) => `${id}\n`).join(''));
    this.#input = new Input(child.stdout);
    call.signal.addEventListener('abort', this.#stop, { once: true });
    if (call.signal.aborted) this.#stop();
  }

  readonly #stop = (): void => {
    kill(this.#child, 'SIGKILL', true);
  };

  /** The content of the next object, which has to be this one. */
  async *next(id: string, size: number): AsyncGenerator<Uint8Array, void, undefined> {
    const head = await this.#input.line();
    if (head !== `${id} blob ${size}`) throw this.#trouble();
    let left = size;
    while (left > 0) {
      const part = await this.#input.part(left);
      if (part === undefined) throw this.#trouble();
      left -= part.length;
      yield part;
    }
    await this.#input.line();
  }

  async close(): Promise<void> {
    this.call.signal.removeEventListener('abort', this.#stop);
    this.#stop();
    this.#child.stdout.destroy(); // what nobody has read would keep it open
    await this.#closed;
  }

  #trouble(): GridError {
    if (this.call.signal.aborted) return new GridError('cancelled', 'The build was cancelled.');
    return this.#failure ?? damaged(this.call.name);
  }
}

/** The whole content of one small object after another. */
export async function readAll(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of content) parts.push(part);
  return Buffer.concat(parts);
}

class Input {
  readonly #source: AsyncIterator<Buffer, undefined>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: Readable) {
    this.#source = source[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
  }

  /** Up to the next line end; what there was when the stream ends before it. */
  async line(): Promise<string> {
    let text = '';
    for (;;) {
      const at = this.#rest.indexOf(10);
      if (at >= 0) {
        text += this.#rest.toString('latin1', 0, at);
        this.#rest = this.#rest.subarray(at + 1);
        return text;
      }
      text += this.#rest.toString('latin1');
      if (!(await this.#more())) return text;
    }
  }

  /** Some bytes, at most so many; undefined at the end. */
  async part(most: number): Promise<Uint8Array | undefined> {
    if (this.#rest.length === 0 && !(await this.#more())) return undefined;
    const part = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(part.length);
    return part;
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#source.next();
    this.#rest = done === true ? Buffer.alloc(0) : value;
    return done !== true;
  }
}
