/** Starts windows (deskWindow.ts) as processes, speaks with them, kills them, and leaves none behind. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import type { Answers, Failure, Opening, Order } from './deskOrder';

/** Bundled once, because a window that reads TypeScript takes a second to start and one that does not a twentieth. */
let program: Promise<string> | undefined;

async function bundle(): Promise<string> {
  // One file for each test process: two of them may be at work at the same time.
  const folder = join(import.meta.dirname, '../../.build');
  await mkdir(folder, { recursive: true });
  const outfile = join(folder, `deskWindow-${process.pid}.cjs`);
  process.once('exit', () => {
    rmSync(outfile, { force: true });
  });
  await build({
    entryPoints: [join(import.meta.dirname, 'deskWindow.ts')],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  });
  return outfile;
}

/** A window under way. */
export class WindowProcess {
  readonly #lines: AsyncIterator<string>;
  readonly #ended: Promise<unknown>;
  /** Dead, or about to be. */
  #lost = false;

  constructor(private readonly child: ChildProcess) {
    const { stdout } = child;
    assert.ok(stdout);
    this.#ended = once(child, 'exit').then(() => (this.#lost = true));
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
    // It may be dead before it has read what it was told.
    child.stdin?.on('error', () => undefined);
  }

  tell(message: { readonly do: 'open'; readonly opening: Opening } | Order): void {
    this.child.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  /** The next answer; undefined when the window is dead. */
  async hear(): Promise<Answers | Failure | undefined> {
    const line = await this.#lines.next();
    if (line.done === true) this.#lost = true;
    return line.done === true ? undefined : (JSON.parse(line.value) as Answers | Failure);
  }

  /** Gives an order to a window that must live and must not refuse. */
  async order(order: Order): Promise<Answers> {
    this.tell(order);
    const answer = await this.hear();
    assert.ok(answer !== undefined, `the window died of "${order.do}"`);
    assert.ok(!('failed' in answer), `"${order.do}" was refused: ${JSON.stringify(answer)}`);
    return answer;
  }

  /** Gives an order that must be refused; returns why. */
  async refused(order: Order): Promise<string> {
    this.tell(order);
    const answer = await this.hear();
    assert.ok(answer !== undefined && 'failed' in answer, `"${order.do}" was not refused`);
    return answer.failed;
  }

  /** As `kill -9`. */
  async kill(): Promise<void> {
    this.#lost = true;
    this.child.kill('SIGKILL');
    await this.#ended;
  }

  get lost(): boolean {
    return this.#lost;
  }
}

/**
 * Processes whose window is no longer needed; they take a new opening, since starting Node takes longer than all a window
 * does here.
 */
const idle: WindowProcess[] = [];

/** Ends what `Windows` has kept for the next; for the end of a test file. */
export async function endIdle(): Promise<void> {
  await Promise.all(idle.splice(0).map((window) => window.kill()));
}

/** The windows of one test, and the folder of their journal. */
export class Windows {
  readonly #all = new Set<WindowProcess>();

  private constructor(
    readonly folder: string,
    private readonly file: string,
  ) {}

  static async open(): Promise<Windows> {
    const file = await (program ??= bundle());
    return new Windows(await mkdtemp(join(tmpdir(), 'grid-journal-')), file);
  }

  /** Starts a window and waits until it takes orders. */
  async start(opening: Omit<Opening, 'folder'> & { readonly folder?: string }): Promise<WindowProcess> {
    const window = idle.pop() ?? spawnWindow(this.file);
    this.#all.add(window);
    window.tell({ do: 'open', opening: { folder: this.folder, ...opening } });
    assert.deepEqual(await window.hear(), { ready: true });
    return window;
  }

  /** Ends a window that has answered its last order: nothing of it is left at work. */
  release(window: WindowProcess): void {
    if (this.#all.delete(window) && !window.lost) idle.push(window);
  }

  /** Ends all windows that still live, and removes the folder. */
  async clear(): Promise<void> {
    await Promise.all([...this.#all].map((window) => window.kill()));
    await rm(this.folder, { recursive: true, force: true });
  }
}

function spawnWindow(file: string): WindowProcess {
  return new WindowProcess(spawn(process.execPath, [file], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, no_proxy: '*' } }));
}
