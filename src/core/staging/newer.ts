/** What the desk has heard of files since a check told where they were. */
import { pathOfLink } from '../links/path';
import type { StagingRequest } from './request';
import type { FileState } from './state';
import type { Told } from './told';

/** A file as a request has it. */
export interface News {
  readonly state: FileState;
  readonly problem?: string;
  /** ms since 1970. */
  readonly at: number;
  /** Id of the request; empty while it has none. */
  readonly request: string;
}

/** States in which a request says more than a check does; a file that was let go of may be anywhere. */
const silent: ReadonlySet<FileState> = new Set(['cancelled', 'unknown', 'tape']);

/** Files by site and path; renewed when requests change. Links never change, so their keys are made once a request. */
export class DeskNews {
  readonly #keys = new Map<string, readonly string[]>();
  #news = new Map<string, News>();

  /** Takes the requests as they are, of those that have changed since a moment. O(files of these). */
  renew(requests: readonly StagingRequest[], since: number): void {
    const news = new Map<string, News>();
    const known = new Set<string>();
    for (const { key, id, site, files, changedAt } of requests) {
      known.add(key);
      if (id === '' || changedAt <= since) continue;
      let keys = this.#keys.get(key);
      if (keys?.length !== files.length) this.#keys.set(key, (keys = files.map(({ link }) => keyOf(site, link))));
      for (const [k, { state, message }] of files.entries()) {
        const file = keys[k] ?? '';
        if (silent.has(state) || (news.get(file)?.at ?? 0) >= changedAt) continue;
        news.set(file, { state, at: changedAt, request: id, ...(message === undefined ? {} : { problem: message }) });
      }
    }
    for (const key of this.#keys.keys()) if (!known.has(key)) this.#keys.delete(key);
    this.#news = news;
  }

  /** What has been heard of a file after it was told of; undefined for nothing. */
  of(site: string | undefined, link: string, { at }: Told): News | undefined {
    if (this.#news.size === 0) return undefined;
    const news = this.#news.get(keyOf(site ?? '', link));
    return news !== undefined && news.at > at ? news : undefined;
  }
}

function keyOf(site: string, link: string): string {
  return `${site}\n${quickPath(link) ?? pathOfLink(link)}`;
}

/** The path of a plain srm or gsiftp link, as most of a hundred thousand are; undefined for one that has to be read closely. */
function quickPath(link: string): string | undefined {
  if (!(link.startsWith('srm://') || link.startsWith('gsiftp://')) || link.includes('?')) return undefined;
  const start = link.indexOf('/', link.indexOf('://') + 3);
  return start < 0 || link.charCodeAt(start + 1) === 0x2f ? undefined : link.slice(start);
}
