/**
 * Recalls by gfal2 itself, for sites that have nothing but SRM, and for https doors as well. A request is gfal2's token together
 * with the very links it was made with: every question has to name them all, in their order.
 */
import { createHash } from 'node:crypto';
import { GridError } from '../core/errors';
import type { CallOptions, FileReport, LocalityAnswer, RequestReport, Stager, StagerCapabilities } from '../core/ports';
import { gfalError, localityInComplaint, type Complaint } from '../core/staging/complaint';
import { isStaged, stateOfLocality } from '../core/staging/locality';
import type { RequestState } from '../core/staging/state';
import { gfalForm, isQueued, type Gfal } from './gfal';
import { pollEach } from './tape';

export interface GfalStagerOptions {
  /** The name in sentences. */
  readonly name: string;
  readonly gfal: Gfal;
  /** How long staged files stay on disk, from the submit; ms. Over https gfal2 does not send it on, and the door decides. */
  readonly pinMs?: number;
  /** How long the storage may take for the whole request; ms. */
  readonly requestMs?: number;
}

const dayMs = 24 * 3_600_000;
/** Begins the id of a request that gfal2 gave no token for: everything was online, or was refused at once. */
const noToken = 'none-';

/** A stager that also tells where files are, and lets go of some of them. */
export type GfalStager = Stager & Required<Pick<Stager, 'locality' | 'release'>>;

export function createGfalStager({ name, gfal, pinMs = 7 * dayMs, requestMs = 7 * dayMs }: GfalStagerOptions): GfalStager {
  const capabilities: StagerCapabilities = {
    perFileErrors: true,
    mixedSites: false, // gfal2 connects to the site of the first link
    reschedule: false,
    listMine: false,
    listsLinks: false,
    maxFiles: 1000,
    pinMs,
  };
  const where = async (links: readonly string[], { signal }: CallOptions) => {
    const seen = new Map<string, LocalityAnswer>();
    await gfal.locality(links, { signal, heard: (link, answer) => seen.set(link, answer) });
    return seen;
  };
  return {
    capabilities,
    probe: async () => void (await gfal.facts()),
    submit: async (links, at) => {
      checkOneHost(links);
      const { token, files } = await gfal.bringOnline(links.map(gfalForm), pinMs, requestMs, at);
      const refusal = files.find((file) => file !== undefined && !isQueued(file));
      // Refused as a whole: nothing was made, and the reason is one.
      if (token === '' && refusal !== undefined && files.every((file) => file?.code === refusal.code)) throw gfalError(refusal);
      return token === '' ? noToken + digest(links) : token;
    },
    poll: (queries, at) =>
      pollEach(queries, at, async ({ id, links }) => {
        if (links.length === 0)
          throw new GridError('rejected', `${name} has to be told the links of request ${id}.`, {
            hint: 'Adopt it together with its list.',
          });
        const told = id.startsWith(noToken) ? links.map(() => undefined) : await gfal.recallState(links.map(gfalForm), id, at);
        // Without a complaint a file is said to be online. Where there is no token nothing has said so: it is looked at.
        if (id.startsWith(noToken)) return reportOf(links, told, await where(links, at), false);
        // A request says what was: of files that have left the disk it goes on to say that they came, and of some that they
        // failed without a reason while they are there. When looking fails, its word stands.
        const ended = !told.some((file) => file !== undefined && isQueued(file));
        const doubtful = links.filter((_, k) => isDoubtful(told[k], ended));
        const seen = doubtful.length === 0 ? undefined : await where(doubtful, at).catch(() => undefined);
        return reportOf(links, told, seen ?? new Map<string, LocalityAnswer>(), true);
      }),
    abort: async (id, { signal, links = [] }) => {
      if (id.startsWith(noToken) || links.length === 0) return;
      const urls = links.map(gfalForm);
      const running = (await gfal.recallState(urls, id, { signal })).some((file) => file !== undefined && isQueued(file));
      complain(running ? await gfal.abortRecall(urls, id, { signal }) : await gfal.release(urls, id, { signal }));
    },
    reschedule: () =>
      Promise.reject(
        new GridError('rejected', `${name} cannot start a request again.`, { hint: 'Retry its files: that makes a new one.' }),
      ),
    requestToken: (id) => Promise.resolve(id.startsWith(noToken) ? '' : id),
    list: () => Promise.resolve([]),
    locality: (links, at) => gfal.locality(links, at),
    release: async (id, links, at) => {
      if (!id.startsWith(noToken)) complain(await gfal.release(links.map(gfalForm), id, at));
    },
  };
}

function checkOneHost(links: readonly string[]): void {
  if (links.length === 0) throw new GridError('rejected', 'There are no links to stage.');
  const hosts = new Set(links.map((link) => /^[a-z][a-z0-9+.-]*:\/\/([^/?#:]*)/i.exec(link)?.[1]?.toLowerCase()));
  if (hosts.size > 1) throw new GridError('rejected', 'gfal2 stages the files of one site at a time.', { hint: 'Split the list by site.' });
}

function reportOf(
  links: readonly string[],
  told: readonly (Complaint | undefined)[],
  seen: ReadonlyMap<string, LocalityAnswer>,
  recalled: boolean,
): RequestReport {
  const files = new Map<string, FileReport>();
  for (const [k, link] of links.entries()) files.set(link, fileReport(told[k], seen.get(link), recalled));
  const states = [...files.values()].map(({ state }) => state);
  const online = states.filter((state) => state === 'online').length;
  const moves = states.some((state) => state === 'staging' || state === 'queued');
  const state: RequestState = moves
    ? 'running'
    : online === states.length
      ? 'done'
      : online > 0
        ? 'partial'
        : states.includes('unknown')
          ? 'unknown'
          : 'failed';
  return { state, word: '', files, total: files.size, online };
}

function isDoubtful(complaint: Complaint | undefined, ended: boolean): boolean {
  return complaint === undefined ? ended : fileReport(complaint, undefined, true).state === 'failed';
}

/** @param recalled something has said that the files without a complaint came */
function fileReport(complaint: Complaint | undefined, seen: LocalityAnswer | undefined, recalled: boolean): FileReport {
  if (complaint === undefined && recalled) {
    const state = seen !== undefined && 'locality' in seen ? stateOfLocality(seen.locality) : 'unknown';
    if (state === 'tape') return { state: 'expired', message: 'It was recalled, and is no longer on disk' };
    return { state: state === 'unknown' ? 'online' : state };
  }
  if (complaint === undefined) {
    if (seen === undefined || 'problem' in seen) return { state: 'unknown', ...(seen === undefined ? {} : { message: seen.problem }) };
    return isStaged(seen.locality) ? { state: 'online' } : { state: stateOfLocality(seen.locality) };
  }
  if (isQueued(complaint)) return { state: 'staging' };
  const locality = localityInComplaint(complaint) ?? (/\bLOST\b/.test(complaint.text) ? 'LOST' : undefined);
  if (locality === 'LOST' || locality === 'UNAVAILABLE') return { state: stateOfLocality(locality) };
  // gfal2 2.21 looks for "CANCELED" where the specification says "CANCELLED".
  if (complaint.code === 125 || /CANCELLED|CANCELED/.test(complaint.text)) return { state: 'cancelled' };
  // dCache says of a file that it has skipped, since it has a place on disk, that it failed.
  if (seen !== undefined && 'locality' in seen && isStaged(seen.locality)) return { state: 'online' };
  return { state: 'failed', message: gfalError(complaint).message.replace(/\.$/, '') };
}

/** A release or an abort that failed for all; of some files it does not matter: their pins run out by themselves. */
function complain(files: readonly (Complaint | undefined)[]): void {
  const [first] = files;
  if (first !== undefined && files.every((file) => file !== undefined)) throw gfalError(first);
}

function digest(links: readonly string[]): string {
  return createHash('sha256').update(links.join('\n')).digest('hex').slice(0, 16);
}
