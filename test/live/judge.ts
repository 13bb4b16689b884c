/** What the practice stagers can be asked for after the fact: the one witness that no killed window can confuse. */
import { startStageIt, type PracticeStageIt } from '../practice/stageit';
import { startStager, type PracticeStager } from '../practice/stager';
import type { StageItMishap } from '../practice/stageitMishap';
import type { Mishap } from '../practice/stagerMishap';
import type { Opening } from './deskOrder';

export type Kind = Opening['kind'];

/** A practice stager of either kind, and what its log says. */
export interface Judge {
  readonly kind: Kind;
  /** How a window reaches it. */
  readonly door: Pick<Opening, 'kind' | 'url' | 'secret'>;
  /** The links of each submit that was carried out, in their order, one link a line. */
  submits(): readonly string[];
  /** Ids given out, and the links of each, one a line. */
  made(): ReadonlyMap<string, string>;
  /** What befalls the submits to come, one after the other. */
  befall(...manners: readonly Manner[]): void;
  /** Calls back at the n-th submit from now, carried out and not answered yet; resolves then, or when it is stopped. */
  onSubmit(nth: number, act: () => void, stop: AbortSignal): Promise<void>;
  /** From now on nobody is let in, until `heal`. */
  revoke(): void;
  heal(): void;
  reset(): void;
  /** A request of the same account that no desk has made. */
  foreign(links: readonly string[]): void;
  /** Moves the stager's clock, so that files come online. */
  advance(ms: number): void;
  stop(): Promise<void>;
}

/** What becomes of one submit. `refuse` and `throttle` are told before anything is made. */
export type Manner =
  | { readonly kind: 'well' | 'lose' | 'stall' | 'twice' | 'truncate' | 'cut' | 'hang' | 'drop' | 'refuse' | 'throttle' | 'page' }
  | { readonly kind: 'slow'; readonly ms: number };

const pace = { newMs: 4_000, scheduledMs: 6_000, perFileMs: 1_500, goneMs: 1e12 };

export async function startJudge(kind: Kind, port?: number): Promise<Judge> {
  return kind === 'lta'
    ? ltaJudge(await startStager({ pace, ...(port === undefined ? {} : { port }) }))
    : stageitJudge(await startStageIt({ pace, ...(port === undefined ? {} : { port }) }));
}

function ltaJudge(practice: PracticeStager): Judge {
  return {
    ...common(practice),
    kind: 'lta',
    door: { kind: 'lta', url: practice.url, secret: 'practice' },
    submits: () =>
      practice.log
        .filter(({ method, carriedOut }) => carriedOut && method === 'LtaStager.add_getid')
        .map(({ params }) => (params[0] as readonly string[]).join('\n')),
    befall: (...manners) => {
      practice.fault(...manners.map((manner): Mishap => ({ ...mishapOf(manner), method: 'add_getid', times: 1 })));
    },
  };
}

function stageitJudge(practice: PracticeStageIt): Judge {
  return {
    ...common(practice),
    kind: 'stageit',
    door: { kind: 'stageit', url: practice.url, secret: 'practice-token' },
    submits: () =>
      practice.log
        .filter(({ call, carriedOut }) => carriedOut && call === 'submit')
        .map(({ body }) => (JSON.parse(body) as { readonly surls: readonly string[] }).surls.join('\n')),
    befall: (...manners) => {
      practice.fault(...manners.map((manner): StageItMishap => ({ ...mishapOf(manner), method: 'submit', times: 1 })));
    },
  };
}

function common(practice: PracticeStager | PracticeStageIt) {
  const watchers = new Set<() => void>();
  const add = practice.add.bind(practice);
  practice.add = (...given) => {
    const id = add(...given);
    for (const watcher of watchers) watcher();
    return id;
  };
  return {
    onSubmit: (nth: number, act: () => void, stop: AbortSignal) =>
      new Promise<void>((resolve) => {
        let left = nth;
        const end = () => {
          watchers.delete(watch);
          resolve();
        };
        const watch = () => {
          if (--left > 0) return;
          act();
          end();
        };
        watchers.add(watch);
        stop.addEventListener('abort', end);
      }),
    made: () => new Map([...practice.recalls.values()].map(({ id, links }) => [String(id), links.join('\n')])),
    revoke: () => {
      practice.fault({ kind: 'unauthorised' });
    },
    heal: () => {
      practice.heal();
    },
    reset: () => {
      practice.reset();
    },
    foreign: (links: readonly string[]) => {
      add('operator', links, false);
    },
    advance: (ms: number) => {
      practice.advance(ms);
    },
    stop: () => practice.stop(),
  };
}

function mishapOf(manner: Manner): Mishap {
  switch (manner.kind) {
    case 'well':
      return { kind: 'slow', ms: 0 };
    case 'refuse':
      return { kind: 'unauthorised' };
    case 'throttle':
      return { kind: 'page', status: 429 };
    default:
      return manner as Mishap;
  }
}
