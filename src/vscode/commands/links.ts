/** grid.links.convert and grid.links.split. Neither needs trust: nothing runs and nothing connects. */
import { TextEncoder } from 'node:util';
import { Uri, window, workspace } from 'vscode';
import { GridError } from '../../core/errors';
import { convertList, type TargetForm } from '../../core/links/convert';
import { splitList } from '../../core/links/split';
import { plural } from '../../core/wording';
import { optionsOf, urisOf, type Person, type Program } from '../caller';
import { languageId } from '../languageId';
import { editorLimit, listsMeant, nameOf, readList, type ListSource } from '../lists';
import type { Sites } from '../sites';

const forms: readonly { readonly form: TargetForm; readonly label: string; readonly detail: string }[] = [
  { form: 'srm', label: 'srm', detail: 'srm://host:8443/path, as the archive lists files and stagers take them' },
  { form: 'gsiftp', label: 'gsiftp', detail: 'gsiftp://host:2811/path, for GridFTP' },
  { form: 'https', label: 'https', detail: 'https://download door?surl=…, for wget' },
  { form: 'gfal', label: 'gfal', detail: 'srm://host:8443/srm/managerv2?SFN=/path, for gfal2' },
  { form: 'path', label: 'path', detail: '/path, without a host' },
];

type By = 'observation' | 'site' | 'slice';
const ways: readonly { readonly by: By; readonly label: string; readonly detail: string }[] = [
  { by: 'observation', label: 'By observation', detail: 'One list for each observation' },
  { by: 'site', label: 'By site', detail: 'One list for each site' },
  { by: 'slice', label: 'In slices of subbands…', detail: 'One list for each run of so many subbands; gaps stay gaps' },
];

export interface ConvertResult {
  readonly text: string;
  readonly links: number;
  readonly failed: readonly { readonly link: string; readonly message: string }[];
}

export async function convertLinks(call: Person | Program, sites: Sites): Promise<ConvertResult | undefined> {
  if (call.by === 'program') {
    const { form } = optionsOf(call.options, { form: 'string' });
    return convertList((await readOnly(call, sites)).list, formNamed(form));
  }
  const [source] = await listsMeant(call, sites);
  if (source === undefined) return undefined;
  const form = await askForm(`Convert ${nameOf(source.uri)}`);
  if (form === undefined) return undefined;
  const result = convertList(source.list, form);
  if (result.text.length > editorLimit)
    throw new GridError('rejected', `The converted list is too large for the editor.`, {
      hint: 'Split the list first, and convert its parts.',
    });
  if (result.links > 0) {
    await window.showTextDocument(await workspace.openTextDocument({ language: languageId, content: result.text }));
  }
  if (result.failed.length > 0) {
    const [first] = result.failed;
    void window.showWarningMessage(`${plural(result.failed.length, 'link')} could not be converted. ${first?.message ?? ''}`);
  }
  return result;
}

export interface SplitResult {
  /** Uris of the files written. */
  readonly files: readonly string[];
}

/** @param wanted how, where a person has said so already. */
export async function splitLinks(call: Person | Program, sites: Sites, wanted?: unknown): Promise<SplitResult | undefined> {
  if (call.by === 'program') {
    const { by, size } = optionsOf(call.options, { by: 'string', size: 'number?' });
    const way = ways.find((each) => each.by === by)?.by;
    if (way === undefined)
      throw new GridError('rejected', `A list cannot be split by "${by}".`, { hint: 'It can be split by observation, site or slice.' });
    return writeParts(await readOnly(call, sites), way, size);
  }
  const [source] = await listsMeant(call, sites);
  if (source === undefined) return undefined;
  const choice =
    ways.find(({ by }) => by === wanted) ??
    (await window.showQuickPick(ways, { title: `Split ${nameOf(source.uri)}`, placeHolder: 'How?' }));
  if (choice === undefined) return undefined;
  const size = choice.by === 'slice' ? await askSize() : undefined;
  if (choice.by === 'slice' && size === undefined) return undefined;
  const result = await writeParts(source, choice.by, size);
  const names = result.files.map((file) => nameOf(Uri.parse(file)));
  void window.showInformationMessage(
    `${plural(names.length, 'list')} written beside ${nameOf(source.uri)}: ${names.slice(0, 4).join(', ')}${names.length > 4 ? ', …' : ''}`,
  );
  return result;
}

/** Asks a person for one of the forms. */
export async function askForm(title: string): Promise<TargetForm | undefined> {
  return (await window.showQuickPick(forms, { title, placeHolder: 'To which form?', matchOnDetail: true }))?.form;
}

/** The one list of a program's call. */
export async function readOnly(call: Program, sites: Sites): Promise<ListSource> {
  const [uri, ...more] = urisOf(call.subject);
  if (uri === undefined || more.length > 0) throw new GridError('rejected', 'This command takes one list.');
  return readList(uri, sites);
}

export function formNamed(name: string): TargetForm {
  const form = forms.find((each) => each.form === name)?.form;
  if (form === undefined)
    throw new GridError('rejected', `There is no form "${name}".`, { hint: `There are: ${forms.map((each) => each.form).join(', ')}.` });
  return form;
}

async function askSize(): Promise<number | undefined> {
  const text = await window.showInputBox({
    title: 'Split in slices',
    prompt: 'Subbands in each slice',
    value: '10',
    validateInput: (value) => (/^[1-9]\d{0,4}$/.test(value.trim()) ? undefined : 'A whole number from 1 to 99999'),
  });
  return text === undefined ? undefined : Number(text.trim());
}

/** Writes `<stem>.<name>.txt` beside the source; a name that is taken gets ` (2)`, nothing is overwritten. */
async function writeParts(source: ListSource, by: By, size: number | undefined): Promise<SplitResult> {
  if (source.uri.scheme === 'untitled') {
    throw new GridError('rejected', 'The list has no folder yet.', { hint: 'Save it first: the parts are written beside it.' });
  }
  if (source.list.links.length === 0) throw new GridError('rejected', `There is no link in ${nameOf(source.uri)}.`);
  const parts = splitList(source.list, by, size);
  const folder = Uri.joinPath(source.uri, '..');
  const taken = new Set((await workspace.fs.readDirectory(folder)).map(([name]) => name));
  const stem = nameOf(source.uri).replace(/\.(txt|srm)$/i, '');
  const files: string[] = [];
  for (const { name, lines } of parts) {
    const free = freeName(`${stem}.${name}`, taken);
    const target = Uri.joinPath(folder, free);
    try {
      await workspace.fs.writeFile(target, new TextEncoder().encode(lines.map((line) => `${line}\n`).join('')));
    } catch (cause) {
      const written = files.length === 0 ? '' : ` ${plural(files.length, 'list')} had been written before.`;
      throw new GridError('toolFailed', `${free} could not be written.${written}`, {
        hint: 'Look at free space and permissions of the folder.',
        cause,
      });
    }
    taken.add(free);
    files.push(target.toString());
  }
  return { files };
}

function freeName(stem: string, taken: ReadonlySet<string>): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? `${stem}.txt` : `${stem} (${n}).txt`;
    if (!taken.has(name)) return name;
  }
}
