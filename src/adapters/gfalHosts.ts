/**
 * Many questions to many hosts, some at a time. Hosts take turns, so that one that hangs holds up its own files only; and a host
 * that has failed often enough in a row is not asked about the rest of them.
 */
import { setMaxListeners } from 'node:events';
import { setImmediate as breathe } from 'node:timers/promises';
import { GridError } from '../core/errors';
import type { LocalityAnswer, LocalityOptions } from '../core/ports';
import { gfalError, isHostDown, localityInComplaint, type Complaint } from '../core/staging/complaint';
import { readLocality } from '../core/staging/locality';

/** Failures of a host in a row after which it counts as down. */
const patience = 8;

export interface HostQuestion extends LocalityOptions {
  /** Questions at a time. */
  readonly lanes: number;
  /** The attribute `user.status` of one link, or gfal2's complaint; rejects when no file can be asked about. */
  readonly ask: (link: string, signal: AbortSignal) => Promise<string | Complaint>;
}

interface Host {
  readonly name: string;
  readonly links: readonly string[];
  next: number;
  failures: number;
  asked: number;
  down: string | undefined;
}

/** Tells of every link once. Rejects with what `ask` rejects with: then links not told of are open. */
export async function askHosts(links: readonly string[], { lanes, ask, heard, signal }: HostQuestion): Promise<void> {
  const hosts = byHost(links);
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  setMaxListeners(lanes + 10, both); // each question under way listens
  // With several hosts none may hold all lanes: the last ones would wait for its time-outs.
  const share = hosts.length === 1 ? lanes : Math.max(1, Math.ceil(lanes / 2));
  let turn = 0;
  const pick = (): Host | undefined => {
    for (let k = 0; k < hosts.length; k++) {
      const host = hosts[(turn + k) % hosts.length];
      if (host !== undefined && host.next < host.links.length && host.asked < share) {
        turn = (turn + k + 1) % hosts.length;
        return host;
      }
    }
    return undefined;
  };
  const one = async (host: Host) => {
    const link = host.links[host.next++] ?? '';
    if (host.down !== undefined) {
      heard(link, { problem: `${host.name} was not asked: ${host.down}` });
      if (host.next % 1000 === 0) await breathe();
      return;
    }
    host.asked++;
    try {
      heard(link, answerOf(host, await ask(link, both)));
    } finally {
      host.asked--;
    }
  };
  const running = new Set<Promise<void>>();
  let failure: Error | undefined;
  while (!both.aborted) {
    const host = running.size < lanes ? pick() : undefined;
    if (host === undefined) {
      if (running.size === 0) break;
      await Promise.race(running);
      continue;
    }
    const task = one(host)
      .catch((thrown: unknown) => {
        failure ??= thrown instanceof Error ? thrown : new Error(String(thrown));
        stop.abort();
      })
      .finally(() => running.delete(task));
    running.add(task);
    if (host.down !== undefined) await task;
  }
  await Promise.all(running);
  if (signal.aborted) throw new GridError('cancelled', 'The check was cancelled.');
  if (failure !== undefined) throw failure;
}

function answerOf(host: Host, told: string | Complaint): LocalityAnswer {
  if (typeof told === 'string') {
    host.failures = 0;
    return { locality: readLocality(told) };
  }
  const locality = localityInComplaint(told);
  const error = gfalError(told);
  if (!isHostDown(told)) host.failures = 0;
  else if (++host.failures >= patience) host.down ??= error.sentence;
  return locality === undefined ? { problem: error.sentence } : { locality };
}

function byHost(links: readonly string[]): readonly Host[] {
  const found = new Map<string, string[]>();
  for (const link of links) {
    const name = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(link)?.[1]?.toLowerCase() ?? '';
    const same = found.get(name);
    if (same === undefined) found.set(name, [link]);
    else same.push(link);
  }
  return [...found].map(([name, all]) => ({
    name: name === '' ? 'This address' : name,
    links: all,
    next: 0,
    failures: 0,
    asked: 0,
    down: undefined,
  }));
}
