/** What the tests of the desk stand on: a stager of few words, and a journal that several desks share as windows do. */
import { createHash } from 'node:crypto';
import { GridError } from '../../../src/core/errors';
import type { FileReport, Journal, ListedRequest, PollAnswer, PollQuery, RequestReport, Stager } from '../../../src/core/ports';
import { Desk } from '../../../src/core/staging/desk';
import type { StagingEvent } from '../../../src/core/staging/event';
import type { Part } from '../../../src/core/staging/plan';
import type { Limits } from '../../../src/core/staging/submission';

export const signal = new AbortController().signal;

export const part = (...links: string[]): Part => ({
  stager: 'LTA',
  site: 'sara',
  siteName: 'SARA',
  source: 'srm.txt',
  links,
  facts: { total: links.length, sites: [], observations: [] },
});

export const files = (states: Readonly<Record<string, FileReport['state']>>) =>
  new Map(Object.entries(states).map(([link, state]) => [link, { state }]));

/** A folder in memory. */
export class Shared {
  readonly events: StagingEvent[] = [];
  readonly claims = new Set<string>();
  /** What the next writes reject with. */
  full = false;
  newer = false;

  window(): Journal & { readonly appended: StagingEvent[] } {
    let read = 0;
    const appended: StagingEvent[] = [];
    const takes = () => (this.full ? Promise.reject(new GridError('toolFailed', 'The disk is full.')) : Promise.resolve());
    return {
      appended,
      read: () => {
        const events = this.events.slice(read).filter((event) => !appended.includes(event));
        read = this.events.length;
        return Promise.resolve({ events, problems: [], newer: this.newer });
      },
      append: async (events) => {
        await takes();
        const copies = events.map((event) => structuredClone(event));
        appended.push(...copies);
        this.events.push(...copies);
      },
      claim: async (name) => {
        await takes();
        if (this.claims.has(name)) return false;
        this.claims.add(name);
        return true;
      },
      claimed: (name) => Promise.resolve(this.claims.has(name)),
      compact: () => Promise.resolve(),
      lead: () => Promise.resolve(true),
      yieldLead: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
  }
}

export class Fake implements Stager {
  capabilities = { perFileErrors: false, mixedSites: false, reschedule: true, listMine: true, listsLinks: false, maxFiles: 999 };
  submitted: (readonly string[])[] = [];
  aborted: string[] = [];
  report: RequestReport | Error = { state: 'running', word: 'in progress' };
  failure: Error | undefined;
  /** What the answer of a submit is lost with; the request is made. */
  lost: Error | undefined;
  listed: ListedRequest[] = [];
  /** Awaited by `poll`, so that a test can act while a poll is under way. */
  gate: Promise<void> = Promise.resolve();
  /** Awaited by `submit` after the request is made. */
  answer: Promise<void> = Promise.resolve();
  polls: (readonly PollQuery[])[] = [];
  #next = 100;

  probe() {
    return Promise.resolve();
  }
  submit = async (links: readonly string[]) => {
    if (this.failure) throw this.failure;
    this.submitted.push(links);
    const id = String(++this.#next);
    await this.answer;
    if (this.lost) throw this.lost;
    return id;
  };
  async poll(queries: readonly PollQuery[]): Promise<PollAnswer> {
    this.polls.push(queries);
    await this.gate;
    if (this.failure) throw this.failure;
    return new Map(queries.map((query) => [query.id, this.report]));
  }
  abort(id: string) {
    this.aborted.push(id);
    return Promise.resolve();
  }
  reschedule() {
    return Promise.resolve();
  }
  requestToken() {
    return Promise.resolve('token');
  }
  list() {
    return this.failure ? Promise.reject(this.failure) : Promise.resolve(this.listed);
  }
}

/** Desks that share a journal, a stager and a clock. */
export class Room {
  readonly shared = new Shared();
  readonly stager: Fake;
  now = 1_700_000_000_000;
  limits: Limits = { filesInFlight: 5000, secondsBetweenSubmits: 0, callMs: 1000 };
  #ids = 0;

  constructor(stager: Fake = new Fake()) {
    this.stager = stager;
  }

  /** With the room's own stager, unless another is given. */
  window(open: () => Promise<Stager> = () => Promise.resolve(this.stager)): Desk {
    return new Desk({
      open,
      journal: this.shared.window(),
      clock: () => this.now,
      limits: () => this.limits,
      digest: (text) => createHash('sha256').update(text).digest('hex'),
      newId: () => `campaign-${++this.#ids}`,
      sleep: (ms) => {
        this.now += ms;
        return new Promise((resolve) => setImmediate(resolve));
      },
    });
  }
}

export const options = { signal, notify: false, name: 'srm' };
