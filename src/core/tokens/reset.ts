/**
 * Putting a token back. Four operations go by that name among the tools, and they differ; each is kept as its tool does
 * it. Functions of a document: they return a new one and leave what they were given.
 * Sources: picasclient's documents.py, modifiers.py and examples/resetTokens.py; GRID_LRT's Token.reset.
 */
import { jobFields, recordIn } from './document';
import { libraryMark, type TokenDocument } from './state';

export type ResetKind = 'scrub' | 'lrt' | 'resetTokens' | 'hard';

export interface ResetChoice {
  readonly kind: ResetKind;
  readonly name: string;
  /** What tells it from the others, in a line. */
  readonly brief: string;
  /** What it does and leaves, a sentence for the person who chooses. */
  readonly description: string;
}

export const resetChoices: readonly ResetChoice[] = [
  {
    kind: 'scrub',
    name: 'Scrub (PiCaS)',
    brief: 'Exit code, output and attachments stay; job ids go; one more scrub',
    description: 'Back to todo, counted as one more scrub. Job ids are removed; exit code, output and attachments stay.',
  },
  {
    kind: 'lrt',
    name: 'Reset (GRID_LRT)',
    brief: 'Output is emptied, status becomes reset; attachments stay; one more scrub',
    description: 'Back to todo, counted as one more scrub. Output is emptied and the status becomes reset; attachments stay.',
  },
  {
    kind: 'resetTokens',
    name: 'Reset as resetTokens.py',
    brief: 'Exit code and all attachments go, inputs too; job ids stay; one more scrub',
    description:
      'Back to todo, counted as one more scrub. The exit code is emptied and all attachments are removed, inputs too; job ids stay.',
  },
  {
    kind: 'hard',
    name: 'Reset as new',
    brief: 'Results, errors, job ids and logs go; inputs stay; no scrub is left',
    description:
      'Back to todo as if never run: exit code, output, errors, job ids, scrub count and the logs that pilots attached are removed; inputs stay.',
  },
];

/** The document as it is after a reset, with its id and revision. */
export function resetToken(document: TokenDocument, kind: ResetKind): TokenDocument {
  switch (kind) {
    case 'scrub':
      return without(back(document), jobFields);
    case 'lrt':
      return { ...back(document), output: '', status: 'reset' };
    case 'resetTokens':
      // Leaving the key out is how CouchDB is told to drop all attachments.
      return without({ ...back(document), exit_code: '' }, ['_attachments']);
    case 'hard':
      return asNew(document);
  }
}

/** Frees a locked token and changes nothing else: PiCaS's unlock. */
export function unlockToken(document: TokenDocument): TokenDocument {
  return { ...document, lock: 0, hostname: '' };
}

/** Free, unfinished, on no host, one scrub more. */
function back(document: TokenDocument): TokenDocument {
  const { scrub_count: scrubs } = document;
  return { ...document, lock: 0, done: 0, hostname: '', scrub_count: (typeof scrubs === 'number' ? scrubs : 0) + 1 };
}

/** Fields that jobs fill, and what they hold before; only those that a token has are emptied. */
const unrun: Readonly<Record<string, (value: unknown) => unknown>> = {
  exit_code: () => '',
  output: (value) => (recordIn(value) === undefined ? '' : {}),
  error: () => [],
  // GRID_LRT's views find errors by this word alone.
  status: () => 'reset',
  times: () => ({}),
  progress: () => 0,
};

function asNew(document: TokenDocument): TokenDocument {
  const fresh: Record<string, unknown> = without({ ...back(document), scrub_count: 0 }, [...jobFields, 'launcher_status']);
  for (const [field, empty] of Object.entries(unrun)) if (field in fresh) fresh[field] = empty(fresh[field]);
  const attachments = recordIn(fresh._attachments);
  if (attachments === undefined) return fresh;
  const inputs = inputNames(document);
  const kept = Object.entries(attachments).filter(([name]) => inputs.has(name) || !isLeftByPilot(name));
  return kept.length === 0 ? without(fresh, ['_attachments']) : { ...fresh, _attachments: Object.fromEntries(kept) };
}

/** Attachments that the token's own configuration hands to its job: `config.json` → `{ "$PARSET": "x.parset" }`. */
function inputNames(document: TokenDocument): ReadonlySet<string> {
  const variables = recordIn(recordIn(document['config.json'])?.variables);
  return new Set(Object.values(recordIn(variables?._attachments) ?? {}).filter((name) => typeof name === 'string'));
}

/** Whether a pilot attached it after a run: logs (PiCaS, GRID_LRT), plots and images; GRID_LRT puts the time before the name. */
export function isLeftByPilot(name: string): boolean {
  return /^\d\d\/\d\d\/\d{4}_\d\d:\d\d:\d\d_/.test(name) || name.startsWith('logs_') || /\.(png|fits)$/i.test(name);
}

/** Seconds for which a token has been locked; undefined when it is not. The library's marks of an error count as locked for ages. */
export function lockedFor({ lock, done }: TokenDocument, now: number): number | undefined {
  if (typeof lock !== 'number' || typeof done !== 'number' || lock === 0) return undefined;
  if (lock < 0 || (lock === libraryMark && done === libraryMark)) return now;
  return done === 0 ? now - lock : undefined;
}

function without(document: TokenDocument, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(document).filter(([field]) => !fields.includes(field)));
}
