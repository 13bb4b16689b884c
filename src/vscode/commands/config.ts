/** grid.config.convert, .import and .keys. None needs trust: nothing runs, and nothing is written before a person says so. */
import { TextEncoder } from 'node:util';
import { commands, extensions, Range, Uri, window, workspace, WorkspaceEdit } from 'vscode';
import { convertConfig, formOf, forms, formWords, type Form } from '../../core/config/convert/convert';
import { importLegacy } from '../../core/config/convert/legacy';
import type { Syntax } from '../../core/config/tree';
import { GridError } from '../../core/errors';
import { optionsOf, urisOf, type Person, type Program } from '../caller';
import { nameOf, readText } from '../lists';
import { info } from '../log';
import type { Previews } from '../previews';
import { report } from '../report';

type Opened = () => Promise<Previews>;

export interface StepConversion {
  readonly text: string;
  readonly lost: readonly string[];
}

export async function convertStep(call: Person | Program, previews: Opened): Promise<StepConversion | undefined> {
  if (call.by === 'program') {
    const { to } = optionsOf(call.options, { to: 'string' });
    const form = formNamed(to);
    const [uri, ...more] = urisOf(call.subject);
    if (uri === undefined || more.length > 0) throw new GridError('rejected', 'This command takes one file.');
    const { text, lost } = convertConfig(await readText(uri), syntaxOf(uri), form);
    return { text, lost };
  }
  const uri = await stepMeant(call);
  if (uri === undefined) return undefined;
  // As the editor has it, so that what is applied later replaces what was read.
  const source = (await workspace.openTextDocument(uri)).getText();
  const syntax = syntaxOf(uri);
  const present = formOf(source, syntax);
  // What has no form is refused before anything is asked.
  if (present === undefined) convertConfig(source, syntax, 'workbench');
  const name = nameOf(uri);
  const choice = await window.showQuickPick(
    forms.filter((form) => form !== present).map((form) => ({ form, ...formWords[form] })),
    {
      title: `Convert ${name}`,
      placeHolder: present === undefined ? 'To which form?' : `This file has the form of ${formWords[present].label}. To which one?`,
      matchOnDetail: true,
    },
  );
  if (choice === undefined) return undefined;
  const { text, lost, syntax: written } = convertConfig(source, syntax, choice.form);
  const proposal = `${stemOf(name)}.${written === 'json' ? 'json' : 'step.yaml'}`;
  const preview = (await previews()).add(proposal, text);
  await commands.executeCommand('vscode.diff', uri, preview, `${name} ↔ ${choice.label}`);
  const apply = written === 'yaml' && syntax === 'yaml' ? () => applyTo(uri, source, text) : undefined;
  offer({ said: `This is ${name} as ${choice.label}. Nothing is written yet.`, sentences: lost, text, beside: uri, proposal, apply });
  return { text, lost };
}

export interface StepImport {
  readonly text: string;
  readonly notes: readonly string[];
}

export async function importStep(call: Person | Program, previews: Opened): Promise<StepImport | undefined> {
  if (call.by === 'program') {
    optionsOf(call.options, {});
    return importLegacy(await Promise.all(urisOf(call.subject).map(read)));
  }
  const uris = call.uris.length > 0 ? call.uris : await legacyMeant();
  const [first] = uris;
  if (first === undefined) return undefined;
  const { text, notes } = importLegacy(await Promise.all(uris.map(read)));
  const proposal = `${stemOf(nameOf(first))}.step.yaml`;
  await window.showTextDocument((await previews()).add(proposal, text), { preview: false });
  const said = `This is what ${uris.length === 1 ? nameOf(first) : 'these files'} would be today. Nothing is written yet.`;
  offer({ said, sentences: notes, text, beside: first, proposal, apply: undefined });
  return { text, notes };
}

/** The page of keys and rules. @returns its address. */
export async function showKeys(call: Person | Program): Promise<{ readonly page: string }> {
  const folder = extensions.getExtension('grid-workbench.grid-workbench')?.extensionUri;
  if (folder === undefined) throw new GridError('notFound', 'The page of keys is not there.', { hint: 'Install Grid Workbench again.' });
  const page = Uri.joinPath(folder, 'media', 'step.md');
  if (call.by === 'program') optionsOf(call.options, {});
  // The preview of Markdown is an extension of its own, and may be turned off.
  else await Promise.resolve(commands.executeCommand('markdown.showPreview', page)).catch(() => window.showTextDocument(page));
  return { page: page.toString() };
}

function formNamed(name: string): Form {
  const form = forms.find((each) => each === name);
  if (form === undefined) throw new GridError('rejected', `There is no form "${name}".`, { hint: `There are: ${forms.join(', ')}.` });
  return form;
}

function syntaxOf(uri: Uri): Syntax {
  const open = workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  const json = open === undefined ? /\.jsonc?$/i.test(uri.path) : open.languageId === 'json' || open.languageId === 'jsonc';
  return json ? 'json' : 'yaml';
}

async function read(uri: Uri): Promise<{ name: string; text: string }> {
  return { name: nameOf(uri), text: await readText(uri) };
}

/** The file of the menu; else the one in the editor, if it can be a step; else one that is asked for. */
async function stepMeant({ uris }: Person): Promise<Uri | undefined> {
  const [uri] = uris;
  const shown = window.activeTextEditor?.document;
  if (uri !== undefined) return uri;
  if (shown !== undefined && ['yaml', 'json', 'jsonc', 'properties'].includes(shown.languageId)) return shown.uri;
  return (await window.showOpenDialog({ title: 'Choose a step configuration', openLabel: 'Convert' }))?.[0];
}

async function legacyMeant(): Promise<readonly Uri[]> {
  const shown = window.activeTextEditor?.document;
  if (shown !== undefined && /\.cfg$/i.test(shown.uri.path)) return [shown.uri];
  const title = 'Choose the token, sandbox and step files of one step';
  return (await window.showOpenDialog({ title, openLabel: 'Import', canSelectMany: true })) ?? [];
}

interface Offer {
  readonly said: string;
  readonly sentences: readonly string[];
  readonly text: string;
  readonly beside: Uri;
  readonly proposal: string;
  readonly apply: (() => Promise<void>) | undefined;
}

/** So many sentences fit into a message. */
const told = 3;
const save = 'Save Beside…';

/** Says what is lost and what can be done. Not awaited: the command has ended, the message may stand for a while. */
function offer({ said, sentences, text, beside, proposal, apply }: Offer): void {
  for (const sentence of sentences) info(`${proposal}: ${sentence}`);
  const more = sentences.length > told ? [`The log has ${sentences.length - told} more.`] : [];
  const message = [said, ...sentences.slice(0, told), ...more].join(' ');
  const show = sentences.length > 0 ? window.showWarningMessage : window.showInformationMessage;
  void Promise.resolve(show(message, save, ...(apply === undefined ? [] : ['Apply'])))
    .then((choice) => (choice === save ? saveBeside(beside, proposal, text) : choice === 'Apply' ? apply?.() : undefined))
    .catch((error: unknown) => report('The step configuration could not be written.', error));
}

/** One edit, which one undo takes back; the file is not saved. */
async function applyTo(uri: Uri, source: string, text: string): Promise<void> {
  const document = await workspace.openTextDocument(uri);
  if (document.getText() !== source) {
    throw new GridError('conflict', `${nameOf(uri)} has changed since it was converted.`, { hint: 'Convert it again.' });
  }
  const edit = new WorkspaceEdit();
  edit.replace(uri, new Range(document.positionAt(0), document.positionAt(source.length)), text);
  if (!(await workspace.applyEdit(edit))) throw new GridError('toolFailed', `${nameOf(uri)} cannot be changed.`);
  await window.showTextDocument(document);
}

async function saveBeside(source: Uri, proposal: string, text: string): Promise<void> {
  const folder = source.scheme === 'untitled' ? workspace.workspaceFolders?.[0]?.uri : Uri.joinPath(source, '..');
  const defaultUri = folder === undefined ? undefined : await freeUri(folder, proposal);
  const chosen = await window.showSaveDialog({ title: 'Save the step configuration', ...(defaultUri === undefined ? {} : { defaultUri }) });
  if (chosen === undefined) return;
  const target = await freeUri(Uri.joinPath(chosen, '..'), nameOf(chosen));
  try {
    await workspace.fs.writeFile(target, new TextEncoder().encode(text));
  } catch (cause) {
    throw new GridError('toolFailed', `${nameOf(target)} could not be written.`, {
      hint: 'Look at free space and permissions of the folder.',
      cause,
    });
  }
  await window.showTextDocument(target);
}

/** A file that is not there yet: a name that is taken gets ` (2)`, nothing is overwritten. */
async function freeUri(folder: Uri, name: string): Promise<Uri> {
  const stem = stemOf(name);
  for (let n = 1; ; n++) {
    const uri = Uri.joinPath(folder, n === 1 ? name : `${stem} (${n})${name.slice(stem.length)}`);
    const free = await workspace.fs.stat(uri).then(
      () => false,
      () => true,
    );
    if (free) return uri;
  }
}

/** `cal` for cal.cfg, cal.step.yaml and cal.json. */
function stemOf(name: string): string {
  return name.replace(/(?:\.step|\.token)?\.(?:cfg|ya?ml|jsonc?)$/i, '') || name;
}
