/** What the rows about localities share: a door with the latency of a wide area, and the peer, a process for each file. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalitySource } from '../../src/core/ports';
import { checkLocality } from '../../src/core/staging/check';
import { startTapeDoor } from '../practice/tapeDoor';
import { median, type Figure } from './figure';

const latencyMs = 50;
const count = 1000;
/** The peer is measured on a part of the list and scaled: all of it would take minutes. */
const peerCount = 100;
const rounds = 3;

export interface LocalityBench {
  /** Web address of the door. */
  readonly url: string;
  readonly env: NodeJS.ProcessEnv;
}

/** What else a row tells: of the same links, measured in the same run. */
type Aside = (bench: LocalityBench, links: readonly string[]) => Promise<string>;

/** `open` makes the source anew for each round, and what it returns ends it: its start is part of the time. */
export async function measureLocality(
  open: (bench: LocalityBench) => { source: LocalitySource; end: () => Promise<void> },
  aside: Aside = () => Promise.resolve(''),
): Promise<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'grid-bench-'));
  const door = await startTapeDoor({ folder, anonymous: 'operator', tokens: { 'a-token': 'operator' }, latencyMs });
  try {
    const links = Array.from({ length: count }, (_, k) => `${door.url.replace('http', 'dav')}/data/L769079_SB${k}_uv.MS_daf24388.tar`);
    door.store.seed(links.map((link) => new URL(link).pathname));
    const env = { ...process.env, GFAL_PYTHONBIN: '/usr/bin/python3', no_proxy: '*' };
    const ours: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const begin = performance.now();
      const { source, end } = open({ url: door.url, env });
      const check = await checkLocality(links, [source], { signal: AbortSignal.timeout(300_000) });
      ours.push(performance.now() - begin);
      await end();
      if (check.count('NEARLINE') !== count) throw new Error(`not all were told: ${JSON.stringify(check.result.failed.slice(0, 3))}`);
    }
    const begin = performance.now();
    const told = await byXargs(links.slice(0, peerCount), env);
    const peer = ((performance.now() - begin) * count) / peerCount;
    if (told !== peerCount) throw new Error(`gfal-xattr told of ${told} files`);
    const mine = median(ours);
    const note = `${latencyMs} ms latency; peer xargs -P8 gfal-xattr, scaled from ${peerCount}${await aside({ url: door.url, env }, links)}`;
    return { ours: mine, peer, ratio: peer / mine, unit: 'ms', n: count, note };
  } finally {
    await door.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** How many of the links were told to be on tape. */
function byXargs(links: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('xargs', ['-P8', '-I{}', 'gfal-xattr', '{}', 'user.status'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    child.once('error', reject);
    child.once('close', () => {
      resolve(text.split('\n').filter((line) => line === 'NEARLINE').length);
    });
    child.stdin.end(`${links.join('\n')}\n`);
  });
}
