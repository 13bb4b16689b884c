/**
 * Changes many tokens: read some hundred, edit them, write them over the revisions that were read, look at every row of
 * the answer, go on. Nothing that somebody else has written meanwhile is overwritten, and what cannot be said to be done
 * is named. Repeating it is safe: what is done already has nothing to do.
 */
import { asGridError, GridError } from '../../errors';
import type { CallOptions } from '../../ports';
import { holdsLargeNumber, sameValue } from '../document';
import type { BulkOptions, BulkReport, BulkRow, Pool } from '../pool';
import type { TokenDocument } from '../state';
import { documentsOf, gapsIn, type Batch } from './batch';
import type { Edit } from './edit';
import type { Which } from './which';

/** A token of which something has to be said. Without an id it stands for all that were not reached. */
export interface Failure {
  readonly id: string;
  readonly message: string;
}

export interface Tally {
  readonly changed: number;
  readonly skipped: number;
  /** Somebody else was faster; theirs stands. */
  readonly conflicts: readonly Failure[];
  readonly failed: readonly Failure[];
}

export interface ChangeReport extends Tally {
  /** Why it ended before everything was done; `cancelled` when the person wanted it so. */
  readonly ended?: GridError;
}

/** Writes documents as {@link Pool.bulk} does. */
export type Write = (documents: Iterable<TokenDocument>, options: BulkOptions) => Promise<BulkReport>;

export interface ChangeOptions extends CallOptions {
  /** Told after each request: tokens that are dealt with. */
  readonly progress?: (settled: number) => void;
  readonly write?: Write;
}

/** A request that has begun is let finish, within its deadline: only so is it known what became of it. */
const unstopped = new AbortController().signal;
const stopped = (): GridError => new GridError('cancelled', 'Stopped.');

/** Rejects only when nothing was done at all, because the first question to the pool failed. */
export async function changeTokens(pool: Pool, which: Which, edit: Edit, options: ChangeOptions): Promise<ChangeReport> {
  const run = new Run(pool, which, edit, options);
  try {
    for await (const batch of documentsOf(pool, which, options)) {
      await run.take(batch);
      if (run.ended !== undefined) break;
      if (options.signal.aborted) throw stopped();
    }
  } catch (thrown) {
    const error = asGridError(thrown);
    if (run.settled === 0) throw error;
    run.ended ??= error;
  }
  return run.report();
}

class Run {
  ended: GridError | undefined;
  #changed = 0;
  #skipped = 0;
  readonly #conflicts: Failure[] = [];
  readonly #failed: Failure[] = [];
  readonly #reached = new Set<string>();

  constructor(
    private readonly pool: Pool,
    private readonly which: Which,
    private readonly edit: Edit,
    private readonly options: ChangeOptions,
  ) {}

  get settled(): number {
    return this.#changed + this.#skipped + this.#conflicts.length + this.#failed.length;
  }

  async take(batch: Batch): Promise<void> {
    const { documents, missing, others } = batch;
    for (const id of [...missing, ...others, ...documents.map(({ _id }) => String(_id))]) this.#remember(id);
    this.#failed.push(...gapsIn(batch, this.pool));
    await this.#write(documents.flatMap((document) => this.#edited(document)));
    this.options.progress?.(this.settled);
  }

  async #write(edited: readonly TokenDocument[]): Promise<void> {
    if (edited.length === 0) return;
    const write = this.options.write ?? ((all: Iterable<TokenDocument>, given: BulkOptions) => this.pool.bulk(all, given));
    const { rows, ended } = await write(untilStopped(edited, this.options.signal), { signal: unstopped });
    this.ended = ended ?? (rows.length < edited.length ? stopped() : undefined);
    for (const [index, { _id: id }] of edited.entries()) this.#count(rows[index] ?? { id: String(id), outcome: 'unsent' });
  }

  #edited(document: TokenDocument): TokenDocument[] {
    const after = this.edit(document);
    if (after === 'changed') this.#conflict(String(document._id));
    else if (after === 'keep' || sameValue(after, document)) this.#skipped++;
    else if (after._deleted !== true && holdsLargeNumber(document))
      this.#failed.push({
        id: String(document._id),
        message: 'It holds a number of more than 15 digits, which would be rounded. Edit it as a file.',
      });
    else return [after];
    return [];
  }

  #conflict(id: string): void {
    this.#conflicts.push({ id, message: 'It was changed meanwhile, and was left as it is.' });
  }

  #count(row: BulkRow): void {
    const { id } = row;
    switch (row.outcome) {
      case 'written':
        this.#changed++;
        return;
      case 'conflict':
        this.#conflict(id);
        return;
      case 'refused':
        this.#failed.push({ id, message: row.message });
        return;
      case 'unsent':
        this.#failed.push({ id, message: `It was not changed: ${reasonOf(this.ended)}` });
        return;
      case 'unknown':
        this.#failed.push({ id, message: `Whether it was changed is not known: ${reasonOf(this.ended)}` });
    }
  }

  /** Only a list of ids can tell afterwards what was not reached. */
  #remember(id: string): void {
    if (this.which.by === 'ids') this.#reached.add(id);
  }

  report(): ChangeReport {
    const { ended, which } = this;
    if (ended !== undefined) {
      const message = `It was not reached: ${reasonOf(ended)}`;
      if (which.by === 'ids') {
        for (const id of new Set(which.ids)) if (!this.#reached.has(id)) this.#failed.push({ id, message });
      } else this.#failed.push({ id: '', message: `What comes after was not reached: ${reasonOf(ended)}` });
    }
    const tally = { changed: this.#changed, skipped: this.#skipped, conflicts: this.#conflicts, failed: this.#failed };
    return { ...tally, ...(ended === undefined ? {} : { ended }) };
  }
}

/** No more documents once it is stopped; a writer takes them between its requests. */
function* untilStopped(documents: readonly TokenDocument[], signal: AbortSignal): Generator<TokenDocument> {
  for (const document of documents) {
    if (signal.aborted) return;
    yield document;
  }
}

function reasonOf(error: GridError | undefined): string {
  return error === undefined ? 'the pool gave no answer.' : error.message;
}
