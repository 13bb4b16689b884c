/** What a person has set in the panel: kept by the editor while the panel is hidden and after a reload. */
import { fileStates, type FileState } from '../../src/core/staging/state';
import { everything, type Filter, type Scope } from './filter';

export interface Kept {
  /** Campaign it belongs to. */
  readonly id: string;
  readonly filter: Filter;
  /** Part of the name or site of observations. */
  readonly observations: string;
  /** Names of observations whose map is opened in the list. */
  readonly open: readonly string[];
  readonly complete: boolean;
  /** Undefined: open while a request needs a person. */
  readonly requests: boolean | undefined;
  /** px of the page, the list of observations and the table. */
  readonly scroll: readonly number[];
}

/** Nothing set. */
export function fresh(id: string): Kept {
  return { id, filter: everything, observations: '', open: [], complete: false, requests: undefined, scroll: [] };
}

/** What was kept for this campaign, or undefined. It was written by another version perhaps: each field is looked at. */
export function restored(state: unknown, id: string): Kept | undefined {
  if (!isRecord(state) || state.id !== id) return undefined;
  const filter = isRecord(state.filter) ? state.filter : {};
  const scope = scopeOf(filter.scope);
  return {
    id,
    filter: { letters: text(filter.letters), text: text(filter.text), ...(scope === undefined ? {} : { scope }) },
    observations: text(state.observations),
    open: list(state.open, (item) => typeof item === 'string'),
    complete: state.complete === true,
    requests: typeof state.requests === 'boolean' ? state.requests : undefined,
    scroll: list(state.scroll, (item) => typeof item === 'number'),
  };
}

function scopeOf(value: unknown): Scope | undefined {
  if (!isRecord(value)) return undefined;
  if (value.kind === 'positions')
    return {
      kind: 'positions',
      observation: text(value.observation),
      positions: list(value.positions, (item) => typeof item === 'number'),
    };
  const state = fileStates.find((each: FileState) => each === value.state);
  return value.kind === 'reason' && state !== undefined ? { kind: 'reason', reason: text(value.reason), state } : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function list<T>(value: unknown, is: (item: unknown) => boolean): T[] {
  return Array.isArray(value) ? (value.filter(is) as T[]) : [];
}
