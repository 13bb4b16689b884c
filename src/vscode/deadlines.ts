/**
 * What ends when, of all that staging hangs on: pins of requests, tokens and macaroons of stagers, the grid proxy. Read when
 * something changes and now and then; nobody is asked over the network.
 */
import { EventEmitter, window, workspace, type Disposable } from 'vscode';
import type { Campaign } from '../core/staging/campaign';
import { nextStep, type Deadline } from '../core/staging/deadline';
import type { Desk } from '../core/staging/desk';
import { asGridError } from '../core/errors';
import { proxyProblem } from '../core/staging/proxy';
import type { StagingRequest } from '../core/staging/request';
import { shortId } from '../core/wording';
import { noCancel } from './cancel';
import { Store } from './disposable';
import { debug, failure } from './log';
import type { StagerSetting } from './settings';
import { kindOf } from './stagerKinds';
import { thisAccount, type Stagers } from './stagers';

/** Changes that come together are looked at together. */
const settleMs = 500;
/** What the VO says of a proxy may be learned later, and clocks are set. */
const lookAgainMs = 5 * 60_000;
/** What has ended so long ago nobody waits for any more; what ended over a weekend is still told. */
const overMs = 3 * 24 * 3_600_000;

/** An end, and whose. */
export interface Ending extends Deadline {
  /** Name of the stager whose calls it signs; absent for the proxy, which signs those of several. */
  readonly stager?: string;
  /** Key of the request whose files it holds. */
  readonly request?: string;
  /** Why it opens nothing although it has not ended, as a sentence. */
  readonly problem?: string;
}

export class Deadlines implements Disposable {
  readonly #store = new Store();
  readonly #changed = this.#store.add(new EventEmitter<void>());
  /** Something ends at another time, or is nearer by a step. */
  readonly onChange = this.#changed.event;
  #all: readonly Ending[] = [];
  #timer: NodeJS.Timeout | undefined;
  #step: NodeJS.Timeout | undefined;
  #turn = 0;
  /** Ends the watch of the proxy's file. */
  #unwatch: (() => void) | undefined;

  constructor(
    private readonly desk: Desk,
    private readonly stagers: Stagers,
    private readonly clock: () => number,
  ) {
    const soon = (): void => this.#soon();
    this.#store.add({ dispose: desk.onChange(soon) });
    this.#store.add(stagers.onChange(soon));
    this.#store.add(window.onDidChangeWindowState(({ focused }) => focused && soon()));
    this.#store.add(workspace.onDidGrantWorkspaceTrust(soon));
    this.#store.add(workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('grid.staging.stagers') && soon()));
    this.#soon();
  }

  get all(): readonly Ending[] {
    return this.#all;
  }

  /** Of a campaign: its pins, and what signs the calls of its stagers. */
  of(campaign: Campaign): readonly Ending[] {
    const requests = new Set(campaign.requests.map(({ key }) => key));
    const stagers = new Set(campaign.requests.map(({ stager }) => stager));
    const proxied = this.stagers.all.some(({ name, kind }) => stagers.has(name) && kindOf(kind)?.signsWith === 'bearer');
    return this.#all.filter(({ request, stager }) => {
      if (request !== undefined) return requests.has(request);
      return stager === undefined ? proxied : stagers.has(stager);
    });
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#look().catch((error: unknown) => failure('What ends when could not be read.', error));
    }, settleMs);
  }

  async #look(): Promise<void> {
    const turn = ++this.#turn;
    const bearers = workspace.isTrusted ? this.stagers.all.filter(({ kind }) => kindOf(kind)?.signsWith === 'bearer') : [];
    const { signs, proxied } = await this.#signs(bearers);
    const reader = proxied ? await import('../adapters/proxy') : undefined;
    const all = bearers.length === 0 ? [] : [...signs, ...(proxied ? await proxyEndings() : []), ...this.#pins()];
    if (turn !== this.#turn) return; // a later look knows better
    // A proxy is made in a terminal, and whoever made it looks at the countdown next.
    if (reader === undefined) this.#leave();
    else this.#unwatch ??= reader.watchProxy(reader.proxyPath(thisAccount), () => this.#soon());
    const now = this.clock();
    const before = this.#all;
    this.#all = all.filter(({ at }) => at > now - overMs);
    clearTimeout(this.#step);
    if (bearers.length > 0) {
      const step = (nextStep(this.#all, now) ?? Infinity) - now;
      this.#step = setTimeout(() => this.#soon(), Math.max(settleMs, Math.min(step, lookAgainMs)));
    }
    if (before.length > 0 || this.#all.length > 0) this.#changed.fire();
  }

  /** Tokens of those who have one, and whether somebody without one is called with the proxy. */
  async #signs(bearers: readonly StagerSetting[]): Promise<{ readonly signs: readonly Ending[]; readonly proxied: boolean }> {
    const signs: Ending[] = [];
    let proxied = false;
    for (const stager of bearers) {
      const token = await this.stagers.tokenOf(stager);
      if (token === undefined) proxied ||= stager.kind === 'gfal' || /^(https|davs):/i.test(stager.url);
      else {
        const { readBearer } = await import('../adapters/bearer');
        const { kind, ends } = readBearer(token);
        if (ends !== undefined)
          signs.push({ kind: kind === 'macaroon' ? 'macaroon' : 'token', at: ends, of: stager.name, stager: stager.name });
      }
    }
    return { signs, proxied };
  }

  /** Of requests that hold a file as the latest one does; a pin that has ended says nothing of where its files are. */
  #pins(): readonly Ending[] {
    const holders = new Set<StagingRequest>();
    for (const { files } of this.desk.campaigns) for (const { file, request } of files) if (file.state === 'online') holders.add(request);
    const now = this.clock();
    const pins = new Map(this.stagers.all.map(({ name, kind }) => [name, kindOf(kind)?.pinMs]));
    return [...holders].flatMap(({ key, id, stager, createdAt }): Ending[] => {
      const pinMs = pins.get(stager);
      if (pinMs === undefined || createdAt + pinMs <= now) return [];
      return [{ kind: 'pin', at: createdAt + pinMs, of: `request ${shortId(id)}`, request: key }];
    });
  }

  #leave(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  dispose(): void {
    this.#turn++; // what is being looked at comes to nothing
    this.#leave();
    clearTimeout(this.#timer);
    clearTimeout(this.#step);
    this.#store.dispose();
  }
}

/** Of the proxy itself and of what its VO says, where that ends before. None where there is no proxy: its absence is told when it is needed. */
async function proxyEndings(): Promise<readonly Ending[]> {
  const { findProxy } = await import('../adapters/proxy');
  try {
    const found = await findProxy({ ...thisAccount, signal: noCancel });
    const { path, ends, attributes } = found;
    const problem = proxyProblem(found, Date.now());
    const proxy: Ending = { kind: 'proxy', at: ends, of: path, ...(problem?.kind === 'forbidden' ? { problem: problem.sentence } : {}) };
    return attributes && attributes.ends < ends ? [{ kind: 'attributes', at: attributes.ends, of: path }, proxy] : [proxy];
  } catch (thrown) {
    debug(`No grid proxy: ${asGridError(thrown).message}`);
    return [];
  }
}
