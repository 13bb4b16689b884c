/** Tokens in error by what went wrong: their code in its field, read by the time at which they were closed. */
import { meaningOf, type Remedy } from './code';
import { byHour, type CodeField, type Ends, type Share } from './figures';
import { closedIn, spanOf, type Span } from './throughput';

export interface ErrorGroup {
  readonly code: number | null;
  readonly field: CodeField;
  readonly meaning: string;
  readonly remedy: Remedy;
  readonly count: number;
  /** Most first; null for tokens that name none. */
  readonly steps: readonly { readonly step: string | null; readonly count: number }[];
  /** Another meaning that the code had when some of them were closed, before March 2018. */
  readonly once?: { readonly meaning: string; readonly count: number };
  /** Tokens closed in each hour; absent while it is not known. */
  readonly hours?: readonly number[];
  readonly span?: Span;
}

/** Most tokens first. */
export function errorGroups(shares: readonly Share[], ends?: Ends): readonly ErrorGroup[] {
  const groups = new Map<string, Share[]>();
  for (const share of shares) {
    if (share.state !== 'error') continue;
    const key = `${share.code ?? ''} ${share.field ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), share]);
  }
  return [...groups.values()].map((parts) => groupOf(parts, ends)).sort((a, b) => b.count - a.count || (a.code ?? 0) - (b.code ?? 0));
}

function groupOf(parts: readonly Share[], ends: Ends | undefined): ErrorGroup {
  const { code = null, field = null } = parts[0] ?? {};
  const total = sumOf(parts);
  const steps = new Map<string | null, number>();
  for (const { step, count } of parts) steps.set(step, (steps.get(step) ?? 0) + count);
  return {
    code,
    field,
    ...saidOf(parts, ends, total),
    count: total,
    steps: [...steps].map(([step, count]) => ({ step, count })).sort((a, b) => b.count - a.count),
    ...(ends === undefined ? {} : timesOf(code, field, ends)),
  };
}

function saidOf(parts: readonly Share[], ends: Ends | undefined, total: number): Pick<ErrorGroup, 'meaning' | 'remedy' | 'once'> {
  const { code = null, field = null } = parts[0] ?? {};
  if (code === null) return uncoded(sumOf(parts.filter(({ marked }) => marked)), total);
  const named = field === null ? {} : { field };
  const today = meaningOf(code, named) ?? { meaning: 'No table explains this code', remedy: 'Inspect' as const };
  const old = (ends?.old ?? []).filter((each) => each.code === code && each.field === field);
  // Days of the eras begin with an hour.
  const meant = old.map(({ hour, count }) => ({ said: meaningOf(code, { ...named, closed: hour * 3600 }), count }));
  const other = meant.filter(({ said }) => said !== undefined && said.meaning !== today.meaning);
  const count = Math.min(total, sumOf(other));
  const first = other[0]?.said;
  if (first === undefined || count === 0) return today;
  return count === total ? first : { ...today, once: { meaning: first.meaning, count } };
}

/** Tokens without a code: nobody can tell the two ways apart by a query, so they stand together. */
function uncoded(marked: number, total: number): Pick<ErrorGroup, 'meaning' | 'remedy'> {
  const meaning =
    marked === 0 ? 'Closed without a code' : marked === total ? 'Set by the library' : 'Closed without a code, or set by the library';
  return { meaning, remedy: 'Inspect' };
}

function timesOf(code: number | null, field: CodeField, { failures, hours: all }: Ends): Pick<ErrorGroup, 'hours' | 'span'> {
  const own = failures.filter((each) => each.code === code && each.field === field);
  const hours = byHour(own, all.first, all.first + all.done.length - 1);
  return { hours, span: spanOf(hours, all.first, closedIn(all)) };
}

function sumOf(counts: readonly { readonly count: number }[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}
