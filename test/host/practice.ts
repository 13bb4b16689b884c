/** The practice stager as the extension host sees it: by its control door, since it runs in another process. */
import { env } from 'node:process';
import { commands, Uri, workspace } from 'vscode';
import type { Mishap, Quirks } from '../practice/stagerMishap';
import type { LogEntry } from '../practice/stager';
import type { StageItEntry } from '../practice/stageit';
import type { StageItMishap } from '../practice/stageitMishap';
import { pathOfLink } from '../../src/core/links/path';
import type { DoorEntry } from '../practice/tapeDoor';
import type { DoorMishap } from '../practice/tapeDoorMishap';
import type { TapeFate, TapeWord } from '../practice/tapeDoorStore';

function needed(name: string): string {
  const value = env[name];
  if (value === undefined) throw new Error(`${name} is not set: start the suite with npm run test:host.`);
  return value;
}

export const practice = {
  suite: needed('GRID_SUITE'),
  outcome: needed('GRID_OUTCOME'),
  url: needed('GRID_STAGER_URL'),
  user: 'ada',
  password: 'p=a:s@s wörd',

  log: () => get('log') as Promise<LogEntry[]>,
  /** Calls of one method that the stager carried out. */
  async calls(method: string): Promise<LogEntry[]> {
    return (await practice.log()).filter((entry) => entry.method === `LtaStager.${method}` && entry.carriedOut);
  },
  fault: (mishap: Mishap) => post('fault', mishap),
  heal: () => post('heal', {}),
  quirk: (quirks: Partial<Quirks>) => post('quirk', quirks),
  outcomeOf: (pattern: string, outcome: string) => post('outcome', { pattern, outcome }),
  advance: (ms: number) => post('advance', { ms }),
  reset: () => post('reset', {}),
};

/** The practice StageIT, likewise. */
export const practiceStageIt = {
  url: needed('GRID_STAGEIT_URL'),
  token: 'practice-token-1',

  /** Calls that were carried out, by what they are: submit, abort, … */
  async calls(call: string): Promise<StageItEntry[]> {
    return ((await get('log', 'GRID_STAGEIT_CONTROL')) as StageItEntry[]).filter((entry) => entry.call === call && entry.carriedOut);
  },
  fault: (mishap: StageItMishap) => post('fault', mishap, 'GRID_STAGEIT_CONTROL'),
  outcomeOf: (pattern: string, outcome: string) => post('outcome', { pattern, outcome }, 'GRID_STAGEIT_CONTROL'),
  reset: () => post('reset', {}, 'GRID_STAGEIT_CONTROL'),
  /** The most files that were ever in flight. */
  peak: () => get('peak', 'GRID_STAGEIT_CONTROL') as Promise<number>,
  quirk: (quirks: object) => post('quirk', quirks, 'GRID_STAGEIT_CONTROL'),
};

/** The practice tape door. */
export const practiceDoor = {
  url: needed('GRID_DOOR_URL'),
  token: 'practice-token',

  /** Calls that were answered: archiveinfo, stage, poll, release, bulk, … */
  async calls(call: string): Promise<DoorEntry[]> {
    return ((await get('practice/log', 'GRID_DOOR_URL')) as DoorEntry[]).filter((entry) => entry.call === call);
  },
  /** Files on tape. */
  seed: (links: readonly string[]) => post('practice/seed', { paths: links.map(pathOfLink) }, 'GRID_DOOR_URL'),
  /** Puts files on disk beside their tape copy. */
  disk: (links: readonly string[]) => post('practice/disk', { paths: links.map(pathOfLink) }, 'GRID_DOOR_URL'),
  locality: (pattern: string, word: TapeWord) => post('practice/locality', { pattern, word }, 'GRID_DOOR_URL'),
  fate: (pattern: string, fate: TapeFate) => post('practice/fate', { pattern, fate }, 'GRID_DOOR_URL'),
  fault: (mishap: DoorMishap) => post('practice/fault', mishap, 'GRID_DOOR_URL'),
  heal: () => post('practice/heal', {}, 'GRID_DOOR_URL'),
  reset: () => post('practice/reset', {}, 'GRID_DOOR_URL'),
  /** A macaroon of these caveats and for so long, as dCache gives it to those it knows. */
  async macaroon(caveats: readonly string[], validity = 'PT1H'): Promise<string> {
    const response = await fetch(`${practiceDoor.url}/`, {
      method: 'POST',
      headers: { authorization: `Bearer ${practiceDoor.token}` },
      body: JSON.stringify({ caveats, validity }),
    });
    return ((await response.json()) as { macaroon: string }).macaroon;
  },
};

/** The practice pool: a CouchDB in memory with tokens of both dialects. */
export const practicePool = {
  ...(JSON.parse(needed('GRID_POOL')) as {
    readonly url: string;
    readonly database: string;
    readonly operator: Account;
    readonly guest: Account;
    readonly admin: Account;
  }),

  /** Asks the server itself, as its admin; the answer as JSON, undefined for 404. */
  async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const { url, admin } = practicePool;
    const response = await fetch(`${url}/${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(`${admin.user}:${admin.password}`).toString('base64')}`,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  },
  document: (id: string) =>
    practicePool.ask('GET', `${practicePool.database}/${encodeURIComponent(id)}`) as Promise<Record<string, unknown> | undefined>,
  /** Writes documents; each must be taken. */
  async write(documents: readonly object[]): Promise<void> {
    const rows = (await practicePool.ask('POST', `${practicePool.database}/_bulk_docs`, { docs: documents })) as {
      readonly error?: string;
    }[];
    const refused = rows.filter(({ error }) => error !== undefined);
    if (refused.length > 0) throw new Error(`not written: ${JSON.stringify(refused)}`);
  },
};

interface Account {
  readonly user: string;
  readonly password: string;
}

async function get(order: string, door = 'GRID_STAGER_CONTROL'): Promise<unknown> {
  return (await fetch(`${needed(door)}/${order}`)).json();
}

async function post(order: string, body: unknown, door = 'GRID_STAGER_CONTROL'): Promise<void> {
  const response = await fetch(`${needed(door)}/${order}`, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(await response.text());
}

/** A file of the sample workspace. */
export function sample(name: string): Uri {
  const [folder] = workspace.workspaceFolders ?? [];
  if (folder === undefined) throw new Error('The window has no folder.');
  return Uri.joinPath(folder.uri, name);
}

/** A list of links, beside the samples. */
export async function write(name: string, links: readonly string[]): Promise<Uri> {
  const uri = Uri.joinPath(sample('x'), '..', name);
  await workspace.fs.writeFile(uri, Buffer.from(links.map((link) => `${link}\n`).join('')));
  return uri;
}

/** Links of one observation, from SB000 on, at a site. */
export function linksAt(site: 'sara' | 'juelich' | 'poznan', observation: number, count: number): readonly string[] {
  const roots = {
    sara: 'srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/data/lofar/ops',
    juelich: 'srm://lofar-srm.fz-juelich.de:8443/pnfs/fz-juelich.de/data/lofar/ops',
    poznan: 'srm://lta-head.lofar.psnc.pl:8443/lofar/ops',
  };
  const name = (n: number) => `L${observation}_SB${String(n).padStart(3, '0')}_uv.MS_0123abcd.tar`;
  return Array.from({ length: count }, (_, n) => `${roots[site]}/projects/lc1/${observation}/${name(n)}`);
}

export const sara = (observation: number, count: number) => linksAt('sara', observation, count);

/** Waits for something to become true; fails with what it waited for. */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  atMost = 400,
): Promise<T> {
  for (let tries = 0; tries < atMost; tries++) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`It did not happen: ${what}`);
}

/** A command by its id, as a real promise. */
export async function execute<T>(id: string, ...args: readonly unknown[]): Promise<T> {
  return commands.executeCommand<T>(id, ...args);
}
