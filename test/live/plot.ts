/** What happens at a kill point: who stages what, how the stager behaves, who is killed and when. Made from a seed alone. */
import { Chance } from './chance';
import type { Death } from './deskOrder';
import type { Manner } from './judge';

/**
 * A window is killed some ms after its order or after the first line of the journal, ends itself at a step, or is killed
 * when the stager has just carried out its submit.
 */
export type End = { readonly afterMs: number; readonly from: 'order' | 'plan' } | { readonly death: Death } | { readonly received: number };

export interface Actor {
  readonly host: string;
  readonly parts: readonly (readonly string[])[];
  /** Undefined for one that is not killed. */
  readonly end: End | undefined;
}

export interface Plot {
  /** They begin at the same moment. */
  readonly actors: readonly Actor[];
  readonly manners: readonly Manner[];
  /** A request that the same account has made elsewhere, as large as one of ours. */
  readonly foreign: readonly string[] | undefined;
  /** How far the stager's clock has moved before somebody looks: files come online. */
  readonly advanceMs: number;
  /** The window that looks first is killed too. */
  readonly second: End | undefined;
}

/** How windows are ended. */
export const modes = ['moment', 'step', 'receipt'] as const;
export type Mode = (typeof modes)[number];

export function plotOf(seed: number, mode: Mode): Plot {
  const chance = new Chance(seed);
  const count = chance.whole(2, 5);
  const part = (index: number) => links(seed, index, chance.whole(1, 3));
  const list: [string[], ...string[][]] = [part(0), ...Array.from({ length: count - 1 }, (_, index) => part(index + 1))];
  const sharing = chance.one(['alone', 'same', 'overlap', 'different'] as const);
  const others = { same: list, overlap: [...list.slice(0, 2), links(seed, 8, 2)], different: [links(seed, 8, 2), links(seed, 9, 1)] };
  const actors: Actor[] = [{ host: 'login1', parts: list, end: end(chance, mode, count) }];
  if (sharing !== 'alone')
    actors.push({ host: 'login2', parts: others[sharing], end: chance.odds(0.4) ? end(chance, mode, count) : undefined });
  return {
    actors,
    manners: Array.from({ length: chance.whole(0, count + 2) }, () => manner(chance)),
    foreign: chance.odds(0.4) ? links(seed, 7, chance.one(list).length) : undefined,
    advanceMs: chance.one([0, 12_000, 60_000]),
    second: chance.odds(0.25) ? end(chance, mode, 2) : undefined,
  };
}

/** Links of one observation, told apart from all others by their seed. */
export function links(seed: number, part: number, count: number): string[] {
  const path = `srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/data/lofar/ops/${seed}/L${229500 + part}`;
  return Array.from({ length: count }, (_, k) => `${path}_SB${String(k).padStart(3, '0')}_uv.MS.tar`);
}

function end(chance: Chance, mode: Mode, parts: number): End {
  switch (mode) {
    case 'moment':
      // A submit takes some ms; the rest is for answers that are slow or do not come.
      return {
        from: chance.odds(0.3) ? 'order' : 'plan',
        afterMs: chance.odds(0.75) ? chance.next() * 10 * parts : chance.next() * 400,
      };
    case 'receipt':
      return { received: chance.whole(1, parts - 1) };
    case 'step': {
      const step = chance.one(['append', 'claim', 'submit'] as const);
      const when = step === 'append' ? chance.one(['before', 'within', 'after'] as const) : chance.one(['before', 'after'] as const);
      // One append for the plan, then two a part; another window may take some of them.
      return { death: { step, when, nth: chance.whole(1, step === 'append' ? 2 * parts : parts - 1) } };
    }
  }
}

const mishaps = ['lose', 'lose', 'stall', 'drop', 'twice', 'cut', 'truncate', 'hang', 'refuse', 'throttle', 'page'] as const;

function manner(chance: Chance): Manner {
  if (chance.odds(0.35)) return { kind: 'well' };
  return chance.odds(0.4) ? { kind: 'slow', ms: chance.whole(5, 250) } : { kind: chance.one(mishaps) };
}
