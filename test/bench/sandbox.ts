/** A sandbox of 100 MB in 2 000 files, nothing cached, against `git clone --depth 1` and `tar` of the same repository. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../../src/adapters/program';
import { buildSandbox } from '../../src/adapters/sandboxBuild';
import { parseYaml } from '../../src/core/config/yaml';
import { readRecipe } from '../../src/core/sandbox/recipe';
import { median, type Figure } from './figure';

const signal = new AbortController().signal;
const files = 2000;
const bytes = 50_000;
const runs = 5;

export async function measure(): Promise<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'grid-bench-'));
  try {
    const source = join(folder, 'source');
    await fill(source);
    const ours: number[] = [];
    const peer: number[] = [];
    let outcome = '';
    for (let run = 0; run < runs; run++) {
      const [own, other] = [join(folder, `ours${run}`), join(folder, `peer${run}`)];
      await Promise.all([mkdir(own), mkdir(other)]);
      peer.push(await timedRun(() => cloneAndTar(source, other)));
      ours.push(
        await timedRun(async () => {
          outcome = await build(source, own);
        }),
      );
      if (run === 0) await compare(outcome, join(other, 'sandbox.tar'), folder);
      await Promise.all([rm(own, { recursive: true }), rm(other, { recursive: true })]);
    }
    const [mine, theirs] = [median(ours), median(peer)];
    const note = 'against git clone --depth 1 and tar, neither compressed; ours with its checksums and its look at the scripts';
    return { ours: mine, peer: theirs, ratio: mine / theirs, unit: 'ms', n: files, note };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fill(source: string): Promise<void> {
  await mkdir(source);
  for (let k = 0; k < files; k++) {
    const part = join(source, `part${k % 40}`);
    await mkdir(part, { recursive: true });
    // Half of it text that compresses, half of it data that does not: as parsets and sky models beside programs.
    const noise = createHash('sha256').update(String(k)).digest('hex');
    const text = Buffer.alloc(bytes / 2, `${noise} parset line\n`);
    const data = Buffer.concat(
      Array.from({ length: bytes / 2 / 32 + 1 }, (_, at) => createHash('sha256').update(`${k}.${at}`).digest()),
    ).subarray(0, bytes / 2);
    await writeFile(join(part, k % 100 === 0 ? `tool${k}.sh` : `file${k}`), Buffer.concat([text, data]));
  }
  await writeFile(join(source, 'master.sh'), '#!/bin/sh\n');
  await chmod(join(source, 'master.sh'), 0o755);
  await git(source, 'init', '--quiet');
  await git(source, 'add', '--all');
  await git(source, '-c', 'user.name=Bench', '-c', 'user.email=bench@example.org', 'commit', '--quiet', '-m', 'All');
  await git(source, 'gc', '--quiet');
}

async function cloneAndTar(source: string, folder: string): Promise<void> {
  await git(folder, 'clone', '--quiet', '--depth', '1', `file://${source}`, 'clone');
  await run(['tar', '-cf', 'sandbox.tar', '-C', 'clone', '--exclude=./.git', '.'], folder);
}

async function build(source: string, folder: string): Promise<string> {
  const recipe = readRecipe(
    parseYaml(`Token: {}\nSandbox:\n  name: bench\n  git: { location: "file://${source}" }\nShell_variables: {}\n`),
    'bench',
  );
  return (await buildSandbox(recipe, { signal, base: folder, folder, cache: join(folder, 'cache') })).file;
}

/** What both unpack to is the same, our two files aside. */
async function compare(ours: string, theirs: string, folder: string): Promise<void> {
  for (const [name, file] of [
    ['a', ours],
    ['b', theirs],
  ] as const) {
    await mkdir(join(folder, name));
    await run(['tar', '-xf', file, '-C', name], folder);
  }
  await run(['diff', '-r', '--exclude=MANIFEST.json', '--exclude=tokvar.cfg', 'a', 'b'], folder);
}

async function timedRun(work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

function git(cwd: string, ...args: readonly string[]): Promise<void> {
  return run(['git', ...args], cwd);
}

async function run(argv: readonly [string, ...string[]], cwd: string): Promise<void> {
  const { code, stderr, stdout } = await runProgram(argv, { signal, deadlineMs: 300_000, cwd });
  assert.equal(code, 0, `${argv.join(' ')}: ${stderr}${stdout}`);
}
