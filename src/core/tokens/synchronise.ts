/**
 * Tokens and their local copies made the same: the fields and attachments of both, and where both have one, the preferred
 * side's. First a plan, so that somebody can see what would be written where; carrying it out writes the pool first, and
 * may be repeated after whatever went wrong.
 */
import { asGridError, GridError } from '../errors';
import type { CallOptions } from '../ports';
import { contentTypeOf } from './attachment';
import { changedFields, poolFields, union } from './merge';
import type { Pool } from './pool';
import { standingOf } from './state';
import { compact, dataOf, pretty, readObject, textIn, textValue, valueIn, withValue, type VerbatimMap } from './verbatim';
import { versionOf, type Version } from './version';

export type Side = 'local' | 'remote';

/** Copies of tokens in a folder: the document of each, and its attachments. */
export interface Copies {
  /** Undefined when there is none. */
  read(id: string): Promise<string | undefined>;
  write(id: string, text: string): Promise<void>;
  /** Name and digest (as CouchDB has it, "md5-…") of each attachment. */
  attachments(id: string): Promise<ReadonlyMap<string, string>>;
  readAttachment(id: string, name: string): Promise<Uint8Array>;
  writeAttachment(id: string, name: string, content: Uint8Array): Promise<void>;
}

/** What has to be done for one token. */
export interface Step {
  readonly id: string;
  readonly local: VerbatimMap | undefined;
  /** What the pool has; undefined for a token that is made. */
  readonly remote: Version | undefined;
  /** The fields that both are to have. */
  readonly fields: VerbatimMap;
  /** Fields that are written to the pool, and to the copy. */
  readonly there: readonly string[];
  readonly here: readonly string[];
  readonly up: readonly string[];
  readonly down: readonly string[];
  /** A pilot holds the token, and fields of it are written. */
  readonly held: boolean;
}

export interface Told {
  readonly id: string;
  readonly message: string;
}

export interface Plan {
  readonly steps: readonly Step[];
  /** Tokens that are the same already. */
  readonly same: number;
  /** Tokens that only a person can decide about. */
  readonly conflicts: readonly Told[];
  readonly failed: readonly Told[];
}

export interface Outcome {
  readonly changed: number;
  readonly skipped: number;
  readonly conflicts: readonly Told[];
  readonly failed: readonly Told[];
}

export interface Work extends CallOptions {
  readonly progress?: (done: number) => void;
}

type Writer = Pick<Pool, 'documents' | 'text' | 'write' | 'attach' | 'attachment'>;

/** Tokens that are worked on at the same time. */
const atOnce = 4;

export async function planSynchronise(pool: Writer, copies: Copies, ids: readonly string[], prefer: Side, work: Work): Promise<Plan> {
  const found = await pool.documents(ids, work);
  const steps: Step[] = [];
  const conflicts: Told[] = [];
  const failed: Told[] = [];
  let same = 0;
  await each(ids, work, failed, async (id) => {
    const local = await localOf(copies, id);
    const there = found.get(id);
    if (there === undefined && local === undefined)
      throw new GridError('notFound', 'It is neither in the pool nor in the folder.', { hint: 'Check the id.' });
    if (there === undefined && local !== undefined && valueIn(local, '_rev') !== undefined) {
      const message = 'It is no longer in the pool. To make it again, remove “_rev” from its copy.';
      conflicts.push({ id, message });
      return;
    }
    // Read in its own words only where that can matter.
    const remote = there === undefined ? undefined : versionOf(JSON.stringify(there));
    const first = stepOf(id, local, remote, await copies.attachments(id), prefer);
    if (isDone(first)) same++;
    else if (remote === undefined) steps.push(first);
    else {
      const step = stepOf(id, local, versionOf(await pool.text(id, work)), await copies.attachments(id), prefer);
      if (isDone(step)) same++;
      else steps.push(step);
    }
  });
  return { steps, same, conflicts, failed };
}

async function localOf(copies: Copies, id: string): Promise<VerbatimMap | undefined> {
  const text = await copies.read(id);
  if (text === undefined) return undefined;
  const local = readObject(text);
  const said = textIn(local, '_id');
  if (said !== id)
    throw new GridError('rejected', `Its copy says that it is ${said === undefined ? 'nobody' : `“${said}”`}.`, {
      hint: 'Mend “_id” there.',
    });
  return local;
}

/** What is to be done so that both sides are the same; pure. */
export function stepOf(
  id: string,
  local: VerbatimMap | undefined,
  remote: Version | undefined,
  files: ReadonlyMap<string, string>,
  prefer: Side,
): Step {
  const empty: VerbatimMap = { kind: 'map', members: [] };
  const [mine, theirs] = [local ?? empty, remote?.document ?? empty];
  const fields = prefer === 'local' ? union(mine, theirs) : union(theirs, mine);
  const there = changedFields(theirs, fields);
  const up: string[] = [];
  const down: string[] = [];
  const stubs = remote?.attachments ?? new Map<string, never>();
  for (const name of new Set([...stubs.keys(), ...files.keys()])) {
    const [kept, held] = [files.get(name), stubs.get(name)?.digest];
    if (kept === held) continue;
    if (held === undefined || (kept !== undefined && prefer === 'local')) up.push(name);
    else down.push(name);
  }
  const held = remote !== undefined && there.length > 0 && standingOf(dataOf(remote.document)).state === 'locked';
  return { id, local, remote, fields, there, here: changedFields(local, fields), up, down, held };
}

/** Also the copy's word for the version must be the pool's: by it a later change is noticed. */
function isDone({ local, remote, there, here, up, down }: Step): boolean {
  if (there.length + here.length + up.length + down.length > 0 || local === undefined || remote === undefined) return false;
  return textIn(local, '_rev') === remote.rev;
}

/** Carries out a plan; a token that was changed meanwhile is a conflict, and is left as it is. */
export async function synchronise(pool: Writer, copies: Copies, plan: Plan, work: Work): Promise<Outcome> {
  const conflicts = [...plan.conflicts];
  const failed = [...plan.failed];
  const byId = new Map(plan.steps.map((step) => [step.id, step]));
  let changed = 0;
  await each([...byId.keys()], work, failed, async (id) => {
    const step = byId.get(id);
    if (step === undefined) return;
    try {
      await carryOut(pool, copies, step, work);
      changed++;
    } catch (error) {
      if (!(error instanceof GridError) || error.kind !== 'conflict') throw error;
      conflicts.push({ id, message: 'It was changed in the pool meanwhile. Synchronise it again.' });
    }
  });
  return { changed, skipped: plan.same, conflicts, failed };
}

async function carryOut(pool: Writer, copies: Copies, { id, remote, local, fields, there, up, down }: Step, work: Work): Promise<void> {
  let rev = remote?.rev ?? '';
  if (remote === undefined || there.length > 0) rev = (await pool.write(id, compact(document(id, fields, remote)), work)).rev;
  for (const name of up) {
    const bytes = await copies.readAttachment(id, name);
    const contentType = remote?.attachments.get(name)?.contentType ?? contentTypeOf(name);
    rev = (await pool.attach(id, rev, name, { contentType, bytes }, work)).rev;
  }
  for (const name of down) await copies.writeAttachment(id, name, (await pool.attachment(id, name, work)).bytes);
  // Attaching has changed the list of attachments as well.
  const now =
    up.length > 0 ? versionOf(await pool.text(id, work)).document : withValue(document(id, fields, remote), '_rev', textValue(rev));
  const text = pretty(now);
  if (local === undefined || pretty(local) !== text) await copies.write(id, text);
}

/** The document of a token with these fields, over the version that was read. */
function document(id: string, fields: VerbatimMap, remote: Version | undefined): VerbatimMap {
  const own = remote?.document.members.filter(({ name }) => poolFields.has(name)) ?? [{ name: '_id', value: textValue(id) }];
  return { kind: 'map', members: [...own, ...fields.members] };
}

/** A few at a time; what fails is told, and the others go on, unless nobody wants them any more. */
async function each(ids: readonly string[], { signal, progress }: Work, failed: Told[], act: (id: string) => Promise<void>): Promise<void> {
  const waiting = ids.values();
  let done = 0;
  const worker = async (): Promise<void> => {
    for (const id of waiting) {
      if (signal.aborted) throw new GridError('cancelled', 'Cancelled.');
      try {
        await act(id);
      } catch (thrown) {
        const error = asGridError(thrown);
        // Nobody is signed in, or nothing answers: the next one would fare no better.
        if (['cancelled', 'auth', 'untrusted'].includes(error.kind)) throw error;
        failed.push({ id, message: error.sentence });
      }
      progress?.(++done);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
