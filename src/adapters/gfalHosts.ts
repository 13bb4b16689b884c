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
/** Files of one question about many; a storage system looks each of them up. */
const partSize = 500;
/** Parts without any answer after which a host is asked about each file. */
const partPatience = 2;
/** With fewer files of a host than this, each is asked about by itself. */
const fewest = 10;

export interface HostQuestion extends LocalityOptions {
  /** Questions at a time. */
  readonly lanes: number;
  /** The attribute `user.status` of one link, or gfal2's complaint; rejects when no file can be asked about. */
  readonly ask: (link: string, signal: AbortSignal) => Promise<string | Complaint>;
  /**
   * The same of many links of one web address at once: undefined for a link that has to be asked about by itself, and instead of
   * all answers for a host that cannot. Rejects as `ask` does.
   */
  readonly askMany?: (links: readonly string[], signal: AbortSignal) => Promise<readonly (string | undefined)[] | undefined>;
}

interface Host {
  readonly name: string;
  /** To be asked about by themselves, those before `next` have been. */
  links: string[];
  next: number;
  /** To be asked about together, before the others. */
  many: readonly string[];
  refusals: number;
  failures: number;
  asked: number;
  down: string | undefined;
}

/** Tells of every link once. Rejects with what `ask` rejects with: then links not told of are open. */
export async function askHosts(links: readonly string[], { lanes, ask, askMany, heard, signal }: HostQuestion): Promise<void> {
  const hosts = byHost(links, askMany !== undefined);
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  setMaxListeners(lanes + 10, both); // each question under way listens
  // With several hosts none may hold all lanes: the last ones would wait for its time-outs.
  const share = hosts.length === 1 ? lanes : Math.max(1, Math.ceil(lanes / 2));
  let turn = 0;
  const pick = (): Host | undefined => {
    for (let k = 0; k < hosts.length; k++) {
      const host = hosts[(turn + k) % hosts.length];
      if (host !== undefined && (host.many.length > 0 || host.next < host.links.length) && host.asked < share) {
        turn = (turn + k + 1) % hosts.length;
        return host;
      }
    }
    return undefined;
  };
  const part = async (host: Host) => {
    const asked = host.many.slice(0, partSize);
    host.many = host.many.slice(partSize);
    const told = await askMany?.(asked, both);
    asked.forEach((link, place) => {
      const status = told?.[place];
      if (status === undefined) host.links.push(link);
      else heard(link, { locality: readLocality(status) });
    });
    if (told?.some((status) => status !== undefined) || ++host.refusals < partPatience) return;
    host.links = host.links.concat(host.many);
    host.many = [];
  };
  const one = async (host: Host) => {
    const link = host.links[host.next++] ?? '';
    if (host.down !== undefined) {
      heard(link, { problem: `${host.name} was not asked: ${host.down}` });
      if (host.next % 1000 === 0) await breathe();
      return;
    }
    heard(link, answerOf(host, await ask(link, both)));
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
    host.asked++;
    const task = (host.many.length > 0 ? part(host) : one(host))
      .catch((thrown: unknown) => {
        failure ??= thrown instanceof Error ? thrown : new Error(String(thrown));
        stop.abort();
      })
      .finally(() => {
        host.asked--;
        running.delete(task);
      });
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

/** A host's services fail each by itself: srm and https of one host are two. */
function byHost(links: readonly string[], together: boolean): readonly Host[] {
  const found = new Map<string, string[]>();
  for (const link of links) {
    const key = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]+/i.exec(link)?.[0].toLowerCase() ?? '';
    const same = found.get(key);
    if (same === undefined) found.set(key, [link]);
    else same.push(link);
  }
  return [...found].map(([key, all]) => ({
    name: key.split('://')[1] ?? 'This address',
    ...(together && all.length >= fewest && /^(?:https?|davs?):/.test(key) ? { links: [], many: all } : { links: all, many: [] }),
    next: 0,
    refusals: 0,
    failures: 0,
    asked: 0,
    down: undefined,
  }));
}
