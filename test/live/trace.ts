/** How far parts have come by the files of a journal, read as they lie there: what a killed window has left. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { linesOf } from '../../src/adapters/journalFile';
import type { StagingEvent } from '../../src/core/staging/event';

/** A part, and the last thing that a host has written about it. */
export interface Trace {
  readonly host: string;
  readonly step: 'planned' | 'submitting' | 'answered' | 'dropped';
  readonly claimed: boolean;
  readonly links: readonly string[];
}

const steps: Partial<Record<StagingEvent['e'], Trace['step']>> = {
  part: 'planned',
  submitting: 'submitting',
  made: 'answered',
  refused: 'answered',
  uncertain: 'answered',
  again: 'planned',
  dropped: 'dropped',
};

/** In the order in which each host has last written of them. */
export async function readTraces(folder: string): Promise<readonly Trace[]> {
  const claims = new Set(await readdir(join(folder, 'claims')).catch(() => []));
  const all = await readJournal(folder);
  const links = new Map(all.flatMap(({ event }) => (event.e === 'part' ? [[event.part, event.links] as const] : [])));
  const traces = new Map<string, Trace>();
  for (const { host, event } of all) {
    const step = steps[event.e];
    if (step === undefined || !('part' in event)) continue;
    const key = `${host} ${event.part}`;
    const claimed = event.e === 'submitting' && claims.has(`${event.part}.${event.turn}`);
    traces.delete(key);
    traces.set(key, { host, step, claimed, links: links.get(event.part) ?? [] });
  }
  return [...traces.values()];
}

/** Every event that is on disk, and whose file it is in. */
export async function readJournal(folder: string): Promise<readonly { readonly host: string; readonly event: StagingEvent }[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.jsonl')).sort();
  const files = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, name), 'utf8');
      const [host = ''] = name.split('-');
      return linesOf(text).flatMap((line) => (line.kind === 'events' ? line.events.map((event) => ({ host, event })) : []));
    }),
  );
  return files.flat();
}
