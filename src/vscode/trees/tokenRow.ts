/** How the nodes of Tokens are named, worded and told apart. */
import { meaningOf } from '../../core/tokens/code';
import type { GridError } from '../../core/errors';
import type { Overview, TokenRow } from '../../core/tokens/pool';
import { libraryMark, tokenWord, type TokenState } from '../../core/tokens/state';
import { typesOf, wantsSignIn, type Sight } from '../../core/tokens/stock';
import { capitalised, count, duration, moment, percent, percentOf, plural, sizeOf, utcMoment } from '../../core/wording';
import { tokenShape } from '../../shared/shape';
import { plain } from '../markdown';
import type { Finding } from '../stocks';
import type { AttachmentNode, BucketNode, StateNode } from './tokens';
import type { Description } from './tree';

export interface RowPorts {
  readonly clock: () => number;
  /** So long a lock looks as if its pilot were gone; ms. */
  readonly stuckMs: () => number;
}

/** A few pools are open at once; many are not asked all together. */
const fewPools = 3;

export function describePool(
  id: string,
  name: string,
  known: Sight | undefined,
  trouble: GridError | undefined,
  pools: number,
  place: string,
): Description {
  const description = trouble === undefined ? headline(known, place) : wantsSignIn(trouble) ? 'not signed in' : 'no answer';
  return {
    id,
    label: name,
    description,
    icon: 'database',
    ...(trouble === undefined ? {} : { shape: 'warning' as const }),
    context: `pool${known !== undefined && known.counts === undefined ? ' noCounts' : ''}`,
    children: pools <= fewPools ? 'expanded' : 'collapsed',
    spoken: `${name}, ${trouble === undefined ? description : trouble.sentence}`,
  };
}

function headline(known: Sight | undefined, place: string): string {
  if (known?.counts === undefined) return place;
  return plural(
    typesOf(known.counts).reduce((sum, { total }) => sum + total, 0),
    'token',
  );
}

export function describeFound(id: string, finding: Finding | undefined): Description {
  const label = finding?.label ?? '';
  const rows = finding !== undefined && 'rows' in finding ? finding : undefined;
  const description = rows === undefined ? '' : rows.more ? `the first ${count(rows.rows.length)}` : plural(rows.rows.length, 'token');
  return {
    id,
    label,
    description,
    icon: 'filter',
    context: 'found',
    children: rows?.rows.length === 0 ? 'none' : 'expanded',
    spoken: ['Found', label, ...(description === '' ? [] : [description])].join(', '),
  };
}

export function describeType(id: string, type: string, known: Sight | undefined, types: number): Description {
  const counts = typesOf(known?.counts ?? []).find((each) => each.type === type);
  const of = (state: TokenState): number => counts?.states.find((each) => each.state === state)?.count ?? 0;
  const total = counts?.total ?? 0;
  const done = `${percent(percentOf(of('done'), total))} done`;
  const errors = of('error');
  const description = [done, ...(errors === 0 ? [] : [`${count(errors)} in error`]), ...(types === 1 ? [] : [plural(total, 'token')])].join(
    ', ',
  );
  return {
    id,
    label: type,
    description,
    context: 'type',
    children: types === 1 ? 'expanded' : 'collapsed',
    spoken: `${type}, ${count(of('done'))} of ${plural(total, 'token')} done, ${count(errors)} in error`,
  };
}

export function describeState(id: string, { type, state }: StateNode, known: Sight | undefined): Description {
  const number = known?.counts?.find((each) => each.type === type && each.state === state)?.count ?? 0;
  const label = capitalised(tokenWord(state));
  return {
    id,
    label,
    description: count(number),
    shape: tokenShape(state),
    context: `state ${state}`,
    children: 'collapsed',
    spoken: `${label}, ${plural(number, 'token')}`,
  };
}

export function describeToken(id: string, row: TokenRow, { clock, stuckMs }: RowPorts): Description {
  const now = clock();
  const stuck = isStuck(row, now, stuckMs());
  const remark = remarkOf(row, now);
  return {
    id,
    label: shortId(row),
    description: remark,
    shape: stuck ? 'warning' : tokenShape(row.state),
    context: ['token', row.state, ...(row.attachments > 0 ? ['hasAttachments'] : [])].join(' '),
    children: row.attachments > 0 ? 'collapsed' : 'none',
    spoken: [row.id, tokenWord(row.state), ...(remark === '' ? [] : [remark]), ...(stuck ? ['looks stuck'] : [])].join(', '),
    command: { id: 'grid.tokens.open', title: 'Open' },
  };
}

/** What tells a token from the others of its type: GRID_LRT's ids repeat type and step, and the row has little room. */
export function shortId({ id, type, step }: Pick<TokenRow, 'id' | 'type' | 'step'>): string {
  const rest = id.startsWith(`t_${type}_`) ? id.slice(type.length + 3) : id;
  const short = step === null || rest === id ? rest : rest.replace(`_${step}_`, '_');
  return short === '' ? id : short;
}

/** A lock that is older than jobs run. */
export function isStuck({ state, lock }: TokenRow, now: number, stuckMs: number): boolean {
  return state === 'locked' && lock !== null && now - lock * 1000 > stuckMs;
}

/** What there is to say beside the state that its parent names: meaning before code, age last. */
function remarkOf(row: TokenRow, now: number): string {
  const { state, lock, done, status, hostname, step } = row;
  const age = (seconds: number | null): readonly string[] => (isTime(seconds) ? [duration(now - seconds * 1000)] : []);
  const steps = step === null ? [] : [step];
  switch (state) {
    case 'error':
      return [errorOf(row), ...age(done)].join(', ');
    case 'locked':
      return [...(status === null ? steps : [status]), ...(hostname === null ? [] : [hostname]), ...age(lock)].join(', ');
    case 'done':
      return [...steps, ...age(done)].join(', ');
    case 'todo':
      return [...steps, ...((row.scrubCount ?? 0) > 0 ? [`put back ${plural(row.scrubCount ?? 0, 'time')}`] : [])].join(', ');
    case 'unclassified':
      return lock === null || done === null ? 'lock or done is no number' : 'closed and not locked';
  }
}

/** "data was not staged (22)". */
export function errorOf({ code, codeField, lock, done }: TokenRow): string {
  if ((lock ?? 0) < 0 || (done ?? 0) < 0 || (lock === libraryMark && done === libraryMark)) return 'set by the library';
  if (code === null) return 'closed without a code';
  const meaning = meaningOf(code, { ...(done === null ? {} : { closed: done }), ...(codeField === null ? {} : { field: codeField }) });
  return meaning === undefined ? `code ${code}` : `${small(meaning.meaning)} (${code})`;
}

/** A sentence as part of a row: small, without its article. */
function small(text: string): string {
  return /^[A-Z][a-z]* /.test(text) ? text.replace(/^The /, '').replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase()) : text;
}

/** Seconds since 1970, and no mark. */
function isTime(seconds: number | null): seconds is number {
  return seconds !== null && seconds > libraryMark;
}

export function tooltipOfToken(row: TokenRow, { clock, stuckMs }: RowPorts): string {
  const now = clock();
  const at = (seconds: number): string => `${moment(seconds * 1000, now)} (${utcMoment(seconds * 1000)})`;
  const meaning =
    row.code === null
      ? undefined
      : meaningOf(row.code, {
          ...(row.done === null ? {} : { closed: row.done }),
          ...(row.codeField === null ? {} : { field: row.codeField }),
        });
  const lines = [`**${plain(row.id)}**, ${tokenWord(row.state)}${row.state === 'error' ? `: ${plain(errorOf(row))}` : ''}`];
  if (row.state === 'error' && meaning !== undefined) lines.push(`What to do: ${meaning.remedy.toLowerCase()}`);
  if (isStuck(row, now, stuckMs())) lines.push('Looks stuck: no job runs as long as this lock is old');
  if (isTime(row.lock)) lines.push(`Locked ${at(row.lock)}`);
  if (isTime(row.done)) lines.push(`Closed ${at(row.done)}`);
  if (row.status !== null) lines.push(`Status ${plain(row.status)}`);
  if (row.hostname !== null || row.job !== null)
    lines.push(
      [...(row.hostname === null ? [] : [`On ${plain(row.hostname)}`]), ...(row.job === null ? [] : [`job ${plain(row.job)}`])].join(', '),
    );
  if (row.step !== null) lines.push(`Step ${plain(row.step)}`);
  if ((row.scrubCount ?? 0) > 0) lines.push(`Put back ${plural(row.scrubCount ?? 0, 'time')}`);
  if (row.attachments > 0) lines.push(plural(row.attachments, 'attachment'));
  return lines.join('\n\n');
}

export function describeAttachment(id: string, { name, bytes }: AttachmentNode): Description {
  const size = bytes === undefined ? '' : sizeOf(bytes);
  return {
    id,
    label: name,
    description: size,
    icon: 'file',
    context: 'attachment',
    children: 'none',
    spoken: size === '' ? name : `${name}, ${size}`,
    command: { id: 'grid.tokens.openAttachment', title: 'Open' },
  };
}

export function describeMore(id: string): Description {
  const label = 'Load 200 more…';
  return {
    id,
    label,
    description: '',
    context: 'more',
    children: 'none',
    spoken: label,
    command: { id: 'grid.tokens.more', title: label },
  };
}

export function describeOverview(id: string, { design, view, buckets, problem }: Overview): Description {
  const description = problem === undefined ? view : `${view} cannot be read`;
  return {
    id,
    label: design,
    description,
    ...(problem === undefined ? {} : { shape: 'warning' as const }),
    context: 'overview',
    children: buckets.length === 0 ? 'none' : 'expanded',
    spoken: `${design}, ${problem === undefined ? `as the server counts in ${view}` : problem.sentence}`,
  };
}

export function describeBucket(id: string, { view, count: number }: BucketNode): Description {
  return {
    id,
    label: view,
    description: count(number),
    context: 'bucket',
    children: 'none',
    spoken: `${view}, ${plural(number, 'token')}`,
  };
}
