/**
 * Commands that change a list where it stands: another form, order, no copies, mended. A person's list is changed in the
 * editor, by one step that can be undone; a program gets the text, and nothing is changed. None needs trust.
 */
import { window, workspace, type TextDocument, type Uri } from 'vscode';
import { GridError } from '../../core/errors';
import { applyChanges, changesOf, splitLines, type LineChange } from '../../core/links/change';
import { convertLines, targetForms, type FailedLink } from '../../core/links/convert';
import { copiesOf } from '../../core/links/copies';
import { parseList, type LinkList } from '../../core/links/list';
import { mend } from '../../core/links/mend';
import { sortList } from '../../core/links/sort';
import { plural } from '../../core/wording';
import { optionsOf, type Person, type Program } from '../caller';
import { change } from '../edit';
import { askForList, holdsLinks, nameOf, selectedLines } from '../lists';
import type { Sites } from '../sites';
import { askForm, formNamed, readOnly } from './links';

/** What a program gets; nothing has been changed. */
export interface RewriteResult {
  readonly text: string;
  /** Lines that read differently, or are gone. */
  readonly changed: number;
}

export interface ConvertedInPlace {
  /** The whole list, with further columns, remarks and blank lines. */
  readonly text: string;
  /** Links that have the form now. */
  readonly links: number;
  readonly failed: readonly FailedLink[];
}

/** What a person means: a document, and of it some lines or, when none are selected, all. */
interface Target {
  readonly document: TextDocument;
  readonly lines: readonly number[];
}

/** @param wanted the form, where a person has said so already. */
export async function convertInPlace(call: Person | Program, sites: Sites, wanted?: unknown): Promise<ConvertedInPlace | undefined> {
  if (call.by === 'program') {
    const { form } = optionsOf(call.options, { form: 'string' });
    const target = formNamed(form);
    const { list } = await readOnly(call, sites);
    const { changes, links, failed } = convertLines(list, target);
    return { text: applyChanges(list.text, changes), links, failed };
  }
  const target = await targetMeant(call, sites);
  if (target === undefined) return undefined;
  const { document } = target;
  const form = targetForms.find((each) => each === wanted) ?? (await askForm(`Convert the links of ${nameOf(document.uri)}`));
  if (form === undefined) return undefined;
  const { changes, links, failed } = convertLines(listOf(document, sites), form, isMeant(target));
  await take(document, changes, `${plural(links, 'link')} in the form ${form}`);
  const [first] = failed;
  if (first !== undefined)
    void window.showWarningMessage(
      `${plural(failed.length, 'row')} ${failed.length === 1 ? 'stays' : 'stay'} as they were. ${first.message}`,
    );
  return undefined;
}

export async function sortLinks(call: Person | Program, sites: Sites): Promise<RewriteResult | undefined> {
  if (call.by === 'program') return forProgram(call, sites, (list) => difference(list.text, sortList(list)));
  const target = await targetMeant(call, sites);
  if (target === undefined) return undefined;
  const { document, lines } = target;
  const changes =
    lines.length === 0
      ? sorted(document, 0, document.lineCount - 1, sites)
      : blocks(lines).flatMap(([first, last]) => sorted(document, first, last, sites));
  await take(
    document,
    changes,
    changes.length === 0 ? `${nameOf(document.uri)} is in order already` : `${nameOf(document.uri)} is in order`,
  );
  return undefined;
}

export async function removeDuplicates(call: Person | Program, sites: Sites): Promise<RewriteResult | undefined> {
  if (call.by === 'program') return forProgram(call, sites, copiesOf);
  const target = await targetMeant(call, sites);
  if (target === undefined) return undefined;
  const { links } = listOf(target.document, sites);
  const meant = isMeant(target);
  const changes = copiesOf({ links: links.filter(({ line }) => meant(line)) });
  await take(target.document, changes, changes.length === 0 ? 'No file is named twice' : `${plural(changes.length, 'line')} removed`);
  return undefined;
}

export async function fixAll(call: Person | Program, sites: Sites): Promise<RewriteResult | undefined> {
  if (call.by === 'program') return forProgram(call, sites, (list) => mend(list.text, sites.table).changes);
  const target = await targetMeant(call, sites);
  if (target === undefined) return undefined;
  const { changes, problems } = mend(target.document.getText(), sites.table);
  await take(target.document, changes, problems === 0 ? 'No problem has a certain fix' : `${plural(problems, 'problem')} mended`);
  return undefined;
}

async function forProgram(call: Program, sites: Sites, changesIn: (list: LinkList) => readonly LineChange[]): Promise<RewriteResult> {
  optionsOf(call.options, {});
  const { list } = await readOnly(call, sites);
  const changes = changesIn(list);
  return { text: applyChanges(list.text, changes), changed: changes.length };
}

function listOf(document: TextDocument, sites: Sites): LinkList {
  return parseList(document.getText(), sites.table);
}

function isMeant({ lines }: Target): (line: number) => boolean {
  if (lines.length === 0) return () => true;
  const meant = new Set(lines);
  return (line) => meant.has(line);
}

/** Selected lines, by those that stand together. */
function blocks(lines: readonly number[]): (readonly [number, number])[] {
  const found: [number, number][] = [];
  for (const line of lines) {
    const last = found.at(-1);
    if (last?.[1] === line - 1) last[1] = line;
    else found.push([line, line]);
  }
  return found;
}

/** What sorting does to the lines from `first` to `last`. */
function sorted(document: TextDocument, first: number, last: number, sites: Sites): LineChange[] {
  const before = Array.from({ length: last - first + 1 }, (_, index) => document.lineAt(first + index).text);
  const text = before.join('\n');
  return difference(text, sortList(parseList(text, sites.table))).map((each) => ({ ...each, line: first + each.line }));
}

/** Two texts, the second with as many lines or fewer, line by line. */
function difference(before: string, after: string): LineChange[] {
  const [old, now] = [splitLines(before).texts, splitLines(after).texts];
  return changesOf(
    old,
    old.map((_, line) => now[line] ?? null),
  );
}

/** One step that a person can undo, and a word in the status bar. */
async function take(document: TextDocument, changes: readonly LineChange[], said: string): Promise<void> {
  if (!(await change(document, changes)))
    throw new GridError('rejected', `The editor did not take the changes of ${nameOf(document.uri)}.`, {
      hint: 'See whether it may be written, then try again.',
    });
  window.setStatusBarMessage(said, 5000);
}

/** The active list with what is selected in it, the file of the menu, or one that is asked for. */
async function targetMeant(call: Person, sites: Sites): Promise<Target | undefined> {
  const editor = window.activeTextEditor;
  const [uri] = call.uris;
  if (editor !== undefined && (uri === undefined ? holdsLinks(editor.document, sites) : editor.document.uri.toString() === uri.toString()))
    return { document: editor.document, lines: call.selected ? [] : selectedLines(editor.selections) };
  const chosen = uri ?? (await askForList());
  return chosen === undefined ? undefined : { document: await show(chosen), lines: [] };
}

/** Shown, so that a person sees what changes and can undo it. */
async function show(uri: Uri): Promise<TextDocument> {
  try {
    return (await window.showTextDocument(await workspace.openTextDocument(uri))).document;
  } catch (cause) {
    throw new GridError('rejected', `${nameOf(uri)} cannot be changed in the editor.`, {
      hint: 'It may be unreadable, or larger than the 50 MB that the editor gives to extensions: then split it first.',
      cause,
    });
  }
}
