/** What the live tests of storage share: a practice door on a folder of its own, and our gfal2 bridge. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openGfal, type Gfal } from '../../src/adapters/gfal';
import type { BridgeOptions } from '../../src/adapters/gfalBridgeChild';
import { runProgram, type Ended } from '../../src/adapters/program';
import type { LocalitySource, Stager } from '../../src/core/ports';
import { startTapeDoor, type DoorOptions, type PracticeTapeDoor } from '../practice/tapeDoor';

export const here = { signal: new AbortController().signal };
export const script = join(__dirname, '../../src/worker/gfal_bridge.py');
/** The clients run with the system's own Python, and no proxy of this machine has any business on loopback. */
export const env = { ...process.env, GFAL_PYTHONBIN: '/usr/bin/python3', no_proxy: '*', NO_PROXY: '*' };

export async function temporary(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'grid-door-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A door with `count` real files on tape below /data. */
export async function setDoor(t: TestContext, count = 0, options: Partial<DoorOptions> = {}): Promise<PracticeTapeDoor> {
  const folder = options.folder ?? (await temporary(t));
  await mkdir(join(folder, 'data'), { recursive: true });
  for (let k = 0; k < count; k++) await writeFile(join(folder, 'data', fileName(k)), `content of file ${k}\n`);
  const door = await startTapeDoor({ folder, anonymous: 'operator', pace: { queueMs: 300, perFileMs: 100 }, ...options });
  t.after(() => door.stop());
  return door;
}

export function fileName(k: number): string {
  return `L769079_SB${String(k).padStart(3, '0')}_uv.MS_daf24388.tar`;
}

/** Links to the door in the form that gfal2 takes for WebDAV. */
export function davLinks(door: PracticeTapeDoor, count: number): string[] {
  return Array.from({ length: count }, (_, k) => `${door.url.replace(/^http/, 'dav')}/data/${fileName(k)}`);
}

export function setGfal(t: TestContext, options: Partial<BridgeOptions> = {}): Gfal {
  const gfal = openGfal({ script, threads: 8, callMs: 20_000, env, ...options });
  t.after(() => gfal.close());
  return gfal;
}

/** A real client of the grid. */
export function client(name: string, ...args: readonly string[]): Promise<Ended> {
  return runProgram([name, ...args], { signal: here.signal, deadlineMs: 60_000, env });
}

/** A stager as a source of localities. */
export function sourceOf(stager: Stager): LocalitySource {
  return { name: 'Door', locality: (links, options) => stager.locality?.(links, options) ?? assert.fail('it does not tell') };
}

/** What every link's answer was. */
export async function localities(
  source: Pick<LocalitySource, 'locality'>,
  links: readonly string[],
  signal = here.signal,
): Promise<Map<string, string>> {
  const heard = new Map<string, string>();
  await source.locality(links, {
    signal,
    heard: (link, answer) => {
      heard.set(link, 'locality' in answer ? answer.locality : answer.problem);
    },
  });
  return heard;
}
