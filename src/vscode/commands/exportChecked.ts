/** grid.links.exportChecked: what a check has found, as a list, a table or JSON. */
import { window, workspace, type Uri } from 'vscode';
import { GridError } from '../../core/errors';
import { countFiles, fileStates, fileWord, type FileState } from '../../core/staging/state';
import type { ToldList } from '../../core/staging/told';
import { checkedText, formats, type Checked, type Format } from '../../core/staging/verdict';
import { plural } from '../../core/wording';
import { optionsOf, urisOf, type Person, type Program } from '../caller';
import type { Checks } from '../checks';
import { languageId } from '../languageId';
import { askForList, nameOf, readList } from '../lists';
import type { Sites } from '../sites';
import type { TextResult } from './copies';

export interface ExportPorts {
  readonly sites: Sites;
  readonly checks: Checks;
}

export async function exportChecked(call: Person | Program, ports: ExportPorts): Promise<TextResult | undefined> {
  if (call.by === 'program') {
    const { state, format } = optionsOf(call.options, { state: 'string?', format: 'string?' });
    const [uri] = urisOf(call.subject);
    const rows = uri === undefined ? [] : await rowsOf(uri, ports);
    return { text: checkedText(ofState(rows, state === undefined ? undefined : stateNamed(state)), formatNamed(format ?? 'list')) };
  }
  const uri = call.uris[0] ?? window.activeTextEditor?.document.uri ?? (await askForList('Export what was checked'));
  if (uri === undefined) return undefined;
  const rows = await rowsOf(uri, ports);
  const choice = await window.showQuickPick(choicesOf(rows), { title: `Export from ${nameOf(uri)}`, placeHolder: 'Which files, and how?' });
  if (choice === undefined) return undefined;
  const text = checkedText(ofState(rows, choice.state), choice.format);
  const language = { list: languageId, csv: 'plaintext', json: 'json' }[choice.format];
  await window.showTextDocument(await workspace.openTextDocument({ language, content: text }));
  return { text };
}

/** Each link of the list once, with what is known of it as it stands now. */
async function rowsOf(uri: Uri, { sites, checks }: ExportPorts): Promise<readonly Checked[]> {
  await checks.restored;
  const told: ToldList | undefined = checks.of(uri);
  if (told === undefined) {
    throw new GridError('notFound', `${nameOf(uri)} has not been checked in this window.`, { hint: 'Choose Check first.' });
  }
  const { list } = await readList(uri, sites);
  return [...new Set(list.links.map(({ text }) => text))].map((link) => ({ link, told: told.of(link) }));
}

interface Choice {
  readonly label: string;
  readonly description: string;
  readonly state: FileState | undefined;
  readonly format: Format;
}

function choicesOf(rows: readonly Checked[]): readonly Choice[] {
  const counts = countFiles(rows.flatMap(({ told }) => (told === undefined ? [] : [told.state])));
  const lists = fileStates.flatMap((state): Choice[] => {
    const files = counts[state];
    return files === undefined
      ? []
      : [{ label: `Only ${fileWord(state)}`, description: `${plural(files, 'file')}, as a list`, state, format: 'list' }];
  });
  const all = plural(rows.length, 'file');
  return [
    ...lists,
    { label: 'All, as a table', description: `${all}, CSV with state and reason`, state: undefined, format: 'csv' },
    { label: 'All, as JSON', description: all, state: undefined, format: 'json' },
  ];
}

function ofState(rows: readonly Checked[], state: FileState | undefined): readonly Checked[] {
  return state === undefined ? rows : rows.filter(({ told }) => told?.state === state);
}

function stateNamed(word: string): FileState {
  const state = fileStates.find((each) => each === word);
  if (state !== undefined) return state;
  throw new GridError('rejected', `"${word}" is no state of a file.`, { hint: `There are: ${fileStates.join(', ')}.` });
}

function formatNamed(word: string): Format {
  const format = formats.find((each) => each === word);
  if (format !== undefined) return format;
  throw new GridError('rejected', `"${word}" is no format.`, { hint: `There are: ${formats.join(', ')}.` });
}
