/** Lines of a tree that say what is missing or in the way, with what to do about it. */
import { asGridError, type GridError } from '../../core/errors';
import { wantsSignIn, type Stock } from '../../core/tokens/stock';
import type { Stocks } from '../stocks';
import type { Description } from './tree';

/** A line that says what is missing, with what to do about it. */
export interface NoteNode {
  readonly node: 'note';
  readonly pool: string;
  readonly below: string;
  readonly about: 'counts' | 'signIn' | 'silent' | 'empty';
  readonly error?: GridError;
}
/** What stands below a node that could not be read. */
export function troubleNote(pool: string, below: string, error: GridError): NoteNode {
  return { node: 'note', pool, below, about: wantsSignIn(error) ? 'signIn' : 'silent', error };
}

/** What stands below a node of a pool: what is read, or the line that says why it cannot be. */
export async function belowOf<N>(
  stocks: Stocks,
  pool: string,
  id: string,
  read: (stock: Stock) => Promise<readonly N[]>,
): Promise<readonly (N | NoteNode)[]> {
  const stock = stocks.of(pool);
  const trouble = stocks.trouble(pool);
  // Asked again when the person says so, or by the minute; not with each drawing.
  if (trouble !== undefined && stock.known === undefined) return [troubleNote(pool, id, trouble)];
  try {
    return await read(stock);
  } catch (thrown) {
    const error = asGridError(thrown);
    stocks.failed(pool, error);
    return [troubleNote(pool, id, error)];
  }
}

const notes: Record<
  NoteNode['about'],
  { readonly label: string; readonly icon: string; readonly command?: { readonly id: string; readonly title: string } }
> = {
  counts: {
    label: 'Install counts…',
    icon: 'lightbulb',
    command: { id: 'grid.pool.installCounts', title: 'Install Counts…' },
  },
  signIn: { label: 'Sign in…', icon: 'key', command: { id: 'grid.pool.signIn', title: 'Sign In…' } },
  silent: { label: 'Try again', icon: 'refresh', command: { id: 'grid.tokens.refresh', title: 'Refresh' } },
  empty: { label: 'No tokens yet. Create tokens…', icon: 'add', command: { id: 'grid.tokens.create', title: 'Create Tokens…' } },
};

export function describeNote(id: string, { about, error }: NoteNode): Description {
  const { label, icon, command } = notes[about];
  const description = about === 'counts' ? 'below are the server’s own' : (error?.message ?? '');
  return {
    id,
    label,
    description,
    icon,
    context: 'note',
    children: 'none',
    spoken: [label, ...(error === undefined ? [description] : [error.sentence])].filter((part) => part !== '').join(', '),
    ...(command === undefined ? {} : { command }),
  };
}
