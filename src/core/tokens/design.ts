/**
 * The views that a pool's server keeps for us, in a design document of our own: never in `Monitor` or `_design/<type>`,
 * where one more view would rebuild the indexes that pilots wait for.
 *
 * Map functions are ES5: CouchDB 3.3 runs an old SpiderMonkey. The table of states is that of state.ts, in the server's
 * language; a test holds them together.
 */
import { recordIn } from './document';
import { sameScript } from './script';
import { tokenStates, type TokenDocument, type TokenState } from './state';
import type { TokenRow, ViewRow } from './pool';

export const designName = 'grid-workbench';
/** Counts, and the rows of tables. */
export const poolView = 'tokens';
/** When tokens were locked and closed. */
export const timesView = 'times';

/** What both maps begin with: leaves what is no token, then knows its state, its code, and which field the code stands in. */
const judged = `function (doc) {
  function numberIn(value) {
    if (typeof value === 'number') { return value; }
    return typeof value === 'string' && /^\\s*[-+]?\\d+(\\.\\d+)?\\s*$/.test(value) ? Number(value) : undefined;
  }
  if (typeof doc.type !== 'string' || doc._id.indexOf('_design/') === 0) { return; }
  if (!('lock' in doc) && !('scrub_count' in doc) && doc.type !== 'token' && doc.type !== 'task') { return; }
  var lock = doc.lock, done = doc.done, state = 'unclassified', marked = false, field = 'exit_code', code = numberIn(doc.exit_code);
  if (code === undefined) { field = 'output'; code = numberIn(doc.output); }
  if (code === undefined) { field = null; code = null; }
  if (typeof lock === 'number' && typeof done === 'number') {
    marked = lock < 0 || done < 0 || (lock === 99 && done === 99);
    if (marked) { state = 'error'; }
    else if (lock === 0) { if (done === 0) { state = 'todo'; } }
    else if (done === 0) { state = 'locked'; }
    else if (code !== null) { state = code === 0 ? 'done' : 'error'; }
    else { state = doc.status === 'done' ? 'done' : 'error'; }
  }`;

/**
 * One index for all questions about what there is: counts by type and state (`group_level` 2), by step (3), by exit
 * code (4) and the field that holds it (5; `library` for errors that PiCaS marked itself), and the rows of each, in the
 * order of ids. The id ends the key, so that every row has a place of its own to go on from.
 */
const tokens = `${judged}
  function textIn(value) { return typeof value === 'string' && value !== '' ? value : null; }
  function numberOr(value) { return typeof value === 'number' ? value : null; }
  var step = textIn(doc.PIPELINE_STEP) || textIn(doc.workflow), files = 0, name;
  var job = doc.slurm_job_id || doc.dirac_job_id || doc.wms_job_id || doc.cream_job_id || doc.pbs_job_id || null;
  for (name in doc._attachments || {}) { files += 1; }
  emit([doc.type, state, step, state === 'error' && !marked ? code : null, state !== 'error' ? null : marked ? 'library' : field, doc._id],
    [numberOr(lock), numberOr(done), code, field, textIn(doc.status), textIn(doc.hostname), numberOr(doc.scrub_count), job === null ? null : String(job), files]);
}`;

/**
 * The same tokens by time: locked ones by the hour of their lock (the oldest come first), closed ones by the hour of
 * their end, their code and its field. The value is the exact second. Marks of the library are no times.
 */
const times = `${judged}
  if (state === 'unclassified' || state === 'todo' || marked) { return; }
  var second = state === 'locked' ? lock : done;
  emit([doc.type, state, Math.floor(second / 3600), code, field], second);
}`;

export const ourDesign = {
  _id: `_design/${designName}`,
  language: 'javascript',
  views: { [poolView]: { map: tokens, reduce: '_count' }, [timesView]: { map: times, reduce: '_count' } },
} as const;

/** Whether a design document has a view of ours that says what this version makes of it: the keys of another one mean something else. */
export function hasOurs({ views }: TokenDocument, name: keyof typeof ourDesign.views): boolean {
  const { map } = recordIn(recordIn(views)?.[name]) ?? {};
  return typeof map === 'string' && sameScript(map, ourDesign.views[name].map);
}

/** Bounds of a range of keys that begin alike: `{}` comes behind every other value. */
export function keysUnder(parts: readonly unknown[]): { readonly start: readonly unknown[]; readonly end: readonly unknown[] } {
  return { start: parts, end: [...parts, {}] };
}

/** A row of {@link poolView} as a table shows it; undefined for one that another version of the view has made. */
export function readRow({ id, key, value }: ViewRow): TokenRow | undefined {
  if (!Array.isArray(key) || !Array.isArray(value)) return undefined;
  const [type, state, step] = key as readonly unknown[];
  if (typeof type !== 'string' || !isState(state)) return undefined;
  const [lock, done, code, field, status, hostname, scrubCount, job, attachments] = value as readonly unknown[];
  return {
    id,
    type,
    state,
    lock: numberOr(lock),
    done: numberOr(done),
    code: numberOr(code),
    codeField: field === 'exit_code' || field === 'output' ? field : null,
    status: textOr(status),
    hostname: textOr(hostname),
    scrubCount: numberOr(scrubCount),
    job: textOr(job),
    step: textOr(step),
    attachments: numberOr(attachments) ?? 0,
  };
}

export function isState(value: unknown): value is TokenState {
  return tokenStates.some((state) => state === value);
}

function numberOr(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function textOr(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
