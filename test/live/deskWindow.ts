/**
 * One window's desk as a program of its own, so that it can be killed: the folder journal, the desk and a real adapter,
 * driven by JSON lines on its standard input, one answer a line. It ends with its input. It may also end itself at an
 * exact step of a submit: the wrapping of the ports for that is here, never in the product.
 */
import { createHash, randomUUID } from 'node:crypto';
import { appendFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { openJournal } from '../../src/adapters/journal';
import { createLtaStager } from '../../src/adapters/ltaStager';
import { createStageIt } from '../../src/adapters/stageit';
import { asGridError, GridError } from '../../src/core/errors';
import type { Journal, Stager } from '../../src/core/ports';
import { Desk, type Submission } from '../../src/core/staging/desk';
import type { Part } from '../../src/core/staging/plan';
import type { StagingRequest } from '../../src/core/staging/request';
import type { Answers, Death, Opening, Order, PartView, RequestView } from './deskOrder';

const { signal } = new AbortController();
const stagerName = 'practice';

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** Calls `die` before or after the n-th call of a step. */
function countdown(death: Death | undefined, step: Death['step']): <T>(act: () => Promise<T>) => Promise<T> {
  let calls = 0;
  return async (act) => {
    const mine = death?.step === step && ++calls === death.nth;
    if (mine && death.when === 'before') die();
    const result = await act();
    if (mine && death.when === 'after') die();
    return result;
  };
}

function mortalJournal(journal: Journal, { folder, host, death }: Opening): Journal {
  const atAppend = countdown(death, 'append');
  const atClaim = countdown(death, 'claim');
  let appends = 0;
  return {
    read: (options) => journal.read(options),
    append: (events) =>
      atAppend(async () => {
        if (death?.when === 'within' && ++appends === death.nth) await tear(folder, host, JSON.stringify(events[0]));
        await journal.append(events);
      }),
    claim: (name) => atClaim(() => journal.claim(name)),
    claimed: (name) => journal.claimed(name),
    compact: (digest) => journal.compact(digest),
    yieldLead: () => journal.yieldLead(),
    lead: () => journal.lead(),
    close: () => journal.close(),
  };
}

/** Half of a line, as a machine leaves it that goes down while it writes. */
async function tear(folder: string, host: string, text: string): Promise<void> {
  const own = (await readdir(folder)).find((name) => name.startsWith(`${host}-`));
  if (own !== undefined) await appendFile(join(folder, own), `{"v":1,${text.slice(1, text.length / 2)}`);
  die();
}

function mortalStager(stager: Stager, death: Death | undefined): Stager {
  const atSubmit = countdown(death, 'submit');
  return {
    capabilities: stager.capabilities,
    probe: (options) => stager.probe(options),
    submit: (links, options) => atSubmit(() => stager.submit(links, options)),
    poll: (queries, options) => stager.poll(queries, options),
    abort: (id, options) => stager.abort(id, options),
    reschedule: (id, options) => stager.reschedule(id, options),
    requestToken: (id, options) => stager.requestToken(id, options),
    list: (options) => stager.list(options),
  };
}

class Window {
  readonly #desk: Desk;
  readonly #journal: Journal;
  #offset: number;
  #secret: string;

  constructor(opening: Opening) {
    const { folder, host, kind, url, callMs, leaseMs } = opening;
    this.#offset = opening.offsetMs ?? 0;
    this.#secret = opening.secret;
    const clock = () => Date.now() + this.#offset;
    const common = { name: stagerName, url, deadlineMs: callMs };
    const stager =
      kind === 'lta'
        ? createLtaStager({ ...common, credentials: () => Promise.resolve({ user: 'operator', password: this.#secret }) })
        : createStageIt({ ...common, token: () => Promise.resolve(this.#secret) });
    this.#journal = mortalJournal(openJournal({ folder, host, clock, ...(leaseMs === undefined ? {} : { leaseMs }) }), opening);
    const mortal = mortalStager(stager, opening.death);
    this.#desk = new Desk({
      // As the editor's: without a sign-in no stager is opened.
      open: async () => {
        await sleep(opening.openMs ?? 0);
        if (this.#secret === '') throw new GridError('auth', 'Nobody is signed in.');
        return mortal;
      },
      journal: this.#journal,
      clock,
      limits: () => ({ filesInFlight: opening.filesInFlight ?? 100_000, secondsBetweenSubmits: 0, callMs }),
      digest: (text) => createHash('sha256').update(text).digest('hex'),
      newId: randomUUID,
      sleep: (ms) => sleep(ms),
    });
  }

  /** Carries an order out; the answer is what this desk now shows. */
  async obey(order: Order): Promise<Answers> {
    switch (order.do) {
      case 'stage': {
        const parts = order.parts.map((links) => toPart(links, order.site ?? 'sara'));
        const options = { signal, name: order.name ?? 'srm', notify: false, anew: order.anew ?? false };
        const told = (await this.#desk.stage(parts, options)).map(toPartView);
        return { ...this.#show(), parts: told };
      }
      case 'refresh':
        await this.#desk.refresh({ signal });
        return this.#show();
      case 'look':
        await this.#desk.load({ signal });
        return this.#show();
      case 'settle': {
        const request = this.#desk.requests.find(({ key }) => key === order.key);
        if (request !== undefined) await this.#desk.settle(request, order.verdict, { signal });
        return this.#show();
      }
      case 'clock':
        this.#offset = order.offsetMs;
        return this.#show();
      case 'sign':
        this.#secret = order.secret;
        return this.#show();
      case 'tidy':
        await this.#desk.tidy();
        return this.#show();
      case 'lead':
        return { leads: await this.#journal.lead(), ...this.#show() };
      case 'close':
        await this.#journal.close();
        return this.#show();
    }
  }

  #show(): Answers {
    const { requests, campaigns, problems, troubles, waiting } = this.#desk;
    return {
      requests: requests.map(toView),
      campaigns: campaigns.map(({ name, progress }) => ({ name, total: progress.total, online: progress.online })),
      problems,
      troubles: [...troubles.values()].map(({ error }) => error.sentence),
      waiting: [...waiting.values()].map(({ reason }) => reason),
      peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
    };
  }
}

function toPart(links: readonly string[], site: string): Part {
  return {
    stager: stagerName,
    site,
    siteName: site,
    source: 'srm.txt',
    links,
    facts: { total: links.length, sites: [], observations: [] },
  };
}

function toView({ key, id, state, files, uncertain = false, trouble = '' }: StagingRequest): RequestView {
  return { key, id, state, uncertain, links: files.length, first: files[0]?.link ?? '', trouble };
}

function toPartView({ request, error }: Submission): PartView {
  return { ...(request === undefined ? {} : { request: toView(request) }), ...(error === undefined ? {} : { error: error.sentence }) };
}

async function main(): Promise<void> {
  let window: Window | undefined;
  const say = (value: unknown) => {
    process.stdout.write(`${JSON.stringify(value)}\n`);
  };
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      const order = JSON.parse(line) as Order | { readonly do: 'open'; readonly opening: Opening };
      if (order.do === 'open') {
        window = new Window(order.opening);
        say({ ready: true });
      } else say(await window?.obey(order));
    } catch (thrown) {
      const { kind, sentence } = asGridError(thrown);
      say({ failed: sentence, kind });
    }
  }
  process.exit(0);
}

void main();
