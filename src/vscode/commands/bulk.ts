/**
 * grid.tokens.reset, unlock, delete, setField and attach. A person sees numbers, and what would be lost, and agrees; what
 * has changed since they were counted is left alone. A program's selection is worked through as it is found.
 */
import { window, workspace, type Uri } from 'vscode';
import { attachmentWrite, enclose, type EnclosedFile } from '../../adapters/enclosure';
import { GridError } from '../../core/errors';
import { contentTypeOf } from '../../core/tokens/attachment';
import { changeTokens, type Failure } from '../../core/tokens/bulk/change';
import { attaching, deleting, resetting, setting, unlocking, type Edit } from '../../core/tokens/bulk/edit';
import { lackingFields, lackingWords } from '../../core/tokens/bulk/lacking';
import { asSeen, type Survey } from '../../core/tokens/bulk/survey';
import type { Pool } from '../../core/tokens/pool';
import { resetChoices, type ResetKind } from '../../core/tokens/reset';
import { plural, sizeOf } from '../../core/wording';
import { optionsOf, type Person, type Program } from '../caller';
import { noCancel } from '../cancel';
import { nameOf } from '../lists';
import { withProgress } from '../progress';
import { needTrust } from '../trust';
import { agreedTokens, changeWithProgress, counted, tellTally, type Consent } from './consent';
import type { PoolPorts } from './counts';
import { selectionMeant, whichOf, whichShape, type Selection } from './selection';

export interface TokensResult {
  readonly changed: number;
  /** Those with nothing to change. */
  readonly skipped: number;
  /** Somebody else has changed them meanwhile; left as they are. */
  readonly conflicts: readonly Failure[];
  /** Without an id: all that were not reached. */
  readonly failed: readonly Failure[];
}

/** One kind of change. */
interface Action {
  /** "Resetting" */
  readonly doing: string;
  readonly done: string;
  readonly edit: Edit;
  readonly file?: EnclosedFile;
  readonly consent: (survey: Survey, pool: string) => Consent;
  /** Only these are counted and changed. */
  readonly only?: (survey: Survey) => Survey;
}

async function runForProgram(
  ports: PoolPorts,
  options: Readonly<Record<string, unknown>>,
  edit: Edit,
  file?: EnclosedFile,
): Promise<TokensResult> {
  const pool = String(options.pool);
  const connection = await ports.pools.open(pool);
  const report = await changeTokens(connection, whichOf(options), edit, {
    signal: noCancel,
    ...writeOf(connection, file),
  });
  ports.tokensView.changed(pool);
  return resultOf(report);
}

/** A program that is stopped half-way finds the rest in `failed`. */
function resultOf({ changed, skipped, conflicts, failed }: TokensResult): TokensResult {
  return { changed, skipped, conflicts, failed };
}

function writeOf(pool: Pool, file: EnclosedFile | undefined): ReturnType<typeof attachmentWrite> {
  return file === undefined ? {} : attachmentWrite(pool, file);
}

async function runForPerson(ports: PoolPorts, selection: Selection, action: Action): Promise<TokensResult | undefined> {
  const { pool } = selection;
  const connection = await ports.pools.open(pool);
  const all = await counted(connection, selection);
  const survey = action.only?.(all) ?? all;
  if (survey.seen.size === 0) {
    void window.showInformationMessage(
      all.seen.size === 0 ? `There are no such tokens in ${pool}.` : `None of ${plural(all.seen.size, 'token')} is locked.`,
    );
    return undefined;
  }
  const agreed = await agreedTokens(survey, action.consent(survey, pool));
  if (agreed === undefined) return undefined;
  const title = `${action.doing} ${plural(agreed.seen.size, 'token')} of ${pool}`;
  const report = await changeWithProgress(connection, agreed, asSeen(agreed, action.edit), title, writeOf(connection, action.file));
  ports.tokensView.changed(pool);
  tellTally(pool, report, action.done);
  return resultOf(report);
}

export async function resetTokens(call: Person | Program, ports: PoolPorts): Promise<TokensResult | undefined> {
  needTrust('Resetting tokens');
  if (call.by === 'program') {
    const { kind, ...options } = optionsOf(call.options, { ...whichShape, kind: 'string' });
    return runForProgram(ports, options, resetting(kindNamed(kind)));
  }
  const selection = await selectionMeant(call, ports, 'Reset tokens');
  if (selection === undefined) return undefined;
  const items = resetChoices.map((choice) => ({ label: choice.name, detail: choice.brief, choice }));
  const picked = await window.showQuickPick(items, { title: 'Reset tokens', placeHolder: 'How are they put back?', ignoreFocusOut: true });
  if (picked === undefined) return undefined;
  const { choice } = picked;
  return runForPerson(ports, selection, {
    doing: 'Resetting',
    done: 'reset',
    edit: resetting(choice.kind),
    consent: (survey, pool) => ({
      question: `Reset ${plural(survey.seen.size, 'token')} of ${pool}?`,
      button: 'Reset',
      lines: [`${choice.name}: ${choice.description}`],
    }),
  });
}

function kindNamed(word: string): ResetKind {
  const choice = resetChoices.find(({ kind }) => kind === word);
  if (choice !== undefined) return choice.kind;
  throw new GridError('rejected', `There is no reset “${word}”.`, {
    hint: `There are: ${resetChoices.map(({ kind }) => kind).join(', ')}.`,
  });
}

export async function unlockTokens(call: Person | Program, ports: PoolPorts): Promise<TokensResult | undefined> {
  needTrust('Unlocking tokens');
  if (call.by === 'program') return runForProgram(ports, optionsOf(call.options, whichShape), unlocking);
  const selection = await selectionMeant(call, ports, 'Unlock tokens');
  if (selection === undefined) return undefined;
  return runForPerson(ports, selection, {
    doing: 'Unlocking',
    done: 'unlocked',
    edit: unlocking,
    only: lockedOnly,
    consent: (survey, pool) => ({
      question: `Unlock ${plural(survey.seen.size, 'token')} of ${pool}?`,
      button: 'Unlock',
      lines: ['Pilots may take them again at once. Nothing else in them changes, and no scrub is counted.'],
    }),
  });
}

function lockedOnly(survey: Survey): Survey {
  const seen = new Map([...survey.seen].filter(([, { state }]) => state === 'locked'));
  return { ...survey, seen, counts: { todo: 0, done: 0, error: 0, unclassified: 0, locked: seen.size } };
}

export async function deleteTokens(call: Person | Program, ports: PoolPorts): Promise<TokensResult | undefined> {
  needTrust('Deleting tokens');
  if (call.by === 'program') return runForProgram(ports, optionsOf(call.options, whichShape), deleting);
  const selection = await selectionMeant(call, ports, 'Delete tokens');
  if (selection === undefined) return undefined;
  return runForPerson(ports, selection, {
    doing: 'Deleting',
    done: 'deleted',
    edit: deleting,
    consent: (survey, pool) => ({
      question: `Delete ${plural(survey.seen.size, 'token')} of ${pool}?`,
      button: 'Delete',
      lines: ['Their attachments go with them. Archive them first to keep them: Archive Tokens… can delete what it has archived.'],
    }),
  });
}

export async function setTokenField(call: Person | Program, ports: PoolPorts): Promise<TokensResult | undefined> {
  needTrust('Changing tokens');
  if (call.by === 'program') {
    const { field, value, ...options } = optionsOf(call.options, { ...whichShape, field: 'string', value: 'any?' });
    return runForProgram(ports, options, setting(field, value));
  }
  const selection = await selectionMeant(call, ports, 'Set a field');
  if (selection === undefined) return undefined;
  const given = await askForField();
  return given === undefined ? undefined : setFieldOf(selection, ports, given.field, given.value);
}

/** A field whose value is known already, on tokens that the person chooses. @param exported fields that they ought to have for it */
export async function setThisField(
  call: Person,
  ports: PoolPorts,
  field: string,
  value: unknown,
  exported: readonly string[] = [],
): Promise<TokensResult | undefined> {
  needTrust('Changing tokens');
  const selection = await selectionMeant(call, ports, `Set ${field}`);
  if (selection === undefined) return undefined;
  const lacking = await withProgress(`Looking at tokens of ${selection.pool}`, async (signal) =>
    lackingFields(await ports.pools.open(selection.pool), selection.whiches, exported, { signal }),
  );
  return setFieldOf(selection, ports, field, value, lackingWords(lacking));
}

function setFieldOf(
  selection: Selection,
  ports: PoolPorts,
  field: string,
  value: unknown,
  remarks: readonly string[] = remarkOn(field),
): ReturnType<typeof runForPerson> {
  return runForPerson(ports, selection, {
    doing: 'Changing',
    done: 'changed',
    edit: setting(field, value),
    consent: (survey, pool) => ({
      question: `Set “${field}” of ${plural(survey.seen.size, 'token')} of ${pool}?`,
      button: 'Set',
      lines: [`To ${JSON.stringify(value)} (${typeWord(value)}), in place of whatever it holds.`, ...remarks],
    }),
  });
}

async function askForField(): Promise<{ readonly field: string; readonly value: unknown } | undefined> {
  const field = await window.showInputBox({
    title: 'Set a field (1 of 2)',
    prompt: 'Name of the field. A dot is a part of the name: config.json is one field',
    value: 'status',
    ignoreFocusOut: true,
    validateInput: (name) => reasonAgainst(name, null),
  });
  if (field === undefined) return undefined;
  const text = await window.showInputBox({
    title: 'Set a field (2 of 2)',
    prompt: `Value of “${field}”: 0, true, null, "text", [1, 2], {"a": 1}; anything else is taken as text`,
    ignoreFocusOut: true,
    validateInput: (typed) => reasonAgainst(field, valueIn(typed)),
  });
  return text === undefined ? undefined : { field, value: valueIn(text) };
}

function reasonAgainst(field: string, value: unknown): string | undefined {
  try {
    setting(field, value);
    return undefined;
  } catch (error) {
    return error instanceof GridError ? error.sentence : String(error);
  }
}

/** JSON where it is some, else the text itself. */
function valueIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function typeWord(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'number') return 'a number';
  if (typeof value === 'boolean') return 'yes or no';
  return Array.isArray(value) ? 'a list' : 'an object';
}

/** Fields by which pilots and views know a token. */
function remarkOn(field: string): readonly string[] {
  if (field === 'type') return ['Views and design documents go by the type: the tokens leave those of the old one.'];
  if (field === 'lock' || field === 'done') return ['The state follows from it. To put tokens back, Reset does all that belongs to it.'];
  return [];
}

export async function attachToTokens(call: Person | Program, ports: PoolPorts): Promise<TokensResult | undefined> {
  needTrust('Attaching a file');
  if (call.by === 'program') {
    const { file, name, ...options } = optionsOf(call.options, { ...whichShape, file: 'uri', name: 'string?' });
    const enclosed = await readFile(file, name ?? nameOf(file));
    return runForProgram(ports, options, attaching(enclosed.enclosure), enclosed);
  }
  const selection = await selectionMeant(call, ports, 'Attach a file');
  if (selection === undefined) return undefined;
  const uri = (await window.showOpenDialog({ title: 'Choose a file to attach to each token', openLabel: 'Attach…' }))?.[0];
  if (uri === undefined) return undefined;
  const name = await window.showInputBox({
    title: 'Attach a file',
    prompt: 'Name of the attachment. Steps name the attachments that they read: srm.txt, a parset',
    value: nameOf(uri),
    ignoreFocusOut: true,
    validateInput: (typed) => (typed === '' || typed.startsWith('_') ? 'A name that does not begin with _' : undefined),
  });
  if (name === undefined) return undefined;
  const enclosed = await readFile(uri, name);
  return runForPerson(ports, selection, {
    doing: `Attaching ${name} to`,
    done: 'have it now',
    edit: attaching(enclosed.enclosure),
    file: enclosed,
    consent: (survey, pool) => ({
      question: `Attach ${name} to ${plural(survey.seen.size, 'token')} of ${pool}?`,
      button: 'Attach',
      lines: [`${sizeOf(enclosed.bytes.length)} each. An attachment of this name is replaced.`],
    }),
  });
}

async function readFile(uri: Uri, name: string): Promise<EnclosedFile> {
  let bytes: Uint8Array;
  try {
    bytes = await workspace.fs.readFile(uri);
  } catch (cause) {
    throw new GridError('notFound', `${nameOf(uri)} cannot be read.`, { hint: 'See whether it exists and may be read.', cause });
  }
  return enclose(name, contentTypeOf(name), bytes);
}
