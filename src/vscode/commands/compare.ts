/** grid.tokens.compare: a token beside another one, or beside a file. Nothing is changed. */
import { commands, window, type Uri } from 'vscode';
import { GridError } from '../../core/errors';
import { changedFields } from '../../core/tokens/merge';
import { encode } from '../../core/tokens/path';
import { inOrderOf, pretty, readObject, textIn, valueIn, type VerbatimMap } from '../../core/tokens/verbatim';
import { optionsOf, type Person, type Program } from '../caller';
import { nameOf, readText } from '../lists';
import type { Previews } from '../previews';
import { documentUri, placeIn } from '../tokens/uri';
import { needTrust } from '../trust';
import { tokensOf, type FilePorts, type TokenName } from './tokenFiles';

export interface ComparePorts extends FilePorts {
  readonly previews: () => Promise<Previews>;
}

/** Names of fields; `_rev` and attachments are left out. */
export interface CompareResult {
  readonly same: boolean;
  readonly changed: readonly string[];
  readonly onlyHere: readonly string[];
  readonly onlyThere: readonly string[];
}

type Other = TokenName | { readonly file: Uri };

export async function compareTokens(call: Person | Program, ports: ComparePorts): Promise<CompareResult | undefined> {
  needTrust('Comparing tokens');
  if (call.by === 'program') {
    const { pool, id, other, otherPool, file } = optionsOf(call.options, {
      pool: 'string',
      id: 'string',
      other: 'string?',
      otherPool: 'string?',
      file: 'uri?',
    });
    if ((other === undefined) === (file === undefined))
      throw new GridError('rejected', 'One of the options "other" (an id) and "file" is needed.');
    const token = { pool, id };
    const beside = file === undefined ? { pool: otherPool ?? pool, id: other ?? '' } : { file };
    return differences(await documentOf(token, ports), await documentOf(beside, ports));
  }
  const [token, second] = await tokensToCompare(call);
  if (token === undefined) return undefined;
  const other = second ?? (await askForOther(token));
  if (other === undefined) return undefined;
  const [here, there] = [await documentOf(token, ports), await documentOf(other, ports)];
  await show(token, other, { here, there }, ports);
  return differences(here, there);
}

/** What is selected in a tree; of an editor, the token that it shows. */
async function tokensToCompare(call: Person): Promise<readonly TokenName[]> {
  const nodes = tokensOf(call);
  if (nodes.length > 2) throw new GridError('rejected', 'Two tokens can be compared at a time.', { hint: 'Select one or two.' });
  if (nodes.length > 0) return nodes;
  const uri = call.uris[0] ?? window.activeTextEditor?.document.uri;
  const place = uri === undefined ? undefined : placeIn(uri);
  if (place?.kind === 'document') return [place];
  await window.showInformationMessage('Select a token, or open one, and compare it then.');
  return [];
}

async function askForOther({ pool, id }: TokenName): Promise<Other | undefined> {
  const file = { label: 'A file…', detail: 'A local copy, or any other document in JSON' };
  const token = { label: 'Another token…', detail: `By its id in ${pool}` };
  const choice = await window.showQuickPick([file, token], { title: `Compare ${id}`, placeHolder: 'With what?' });
  if (choice === file) {
    const [uri] =
      (await window.showOpenDialog({ title: `Compare ${id} with a file`, openLabel: 'Compare', filters: { JSON: ['json'] } })) ?? [];
    return uri === undefined ? undefined : { file: uri };
  }
  if (choice === undefined) return undefined;
  const other = await window.showInputBox({ title: `Compare ${id}`, prompt: `Id of the other token in ${pool}`, ignoreFocusOut: true });
  return other === undefined || other === '' ? undefined : { pool, id: other };
}

async function documentOf(of: Other, { files, pools }: FilePorts): Promise<VerbatimMap> {
  if (!('file' in of)) {
    pools.find(of.pool);
    return (await (await files()).show(of)).document;
  }
  try {
    return readObject(await readText(of.file));
  } catch (cause) {
    if (!(cause instanceof GridError) || cause.kind !== 'malformed') throw cause;
    throw new GridError('malformed', `${nameOf(of.file)} holds no token: ${cause.message}`, {
      hint: 'Choose a file with one JSON object.',
      cause,
    });
  }
}

interface Pair {
  readonly here: VerbatimMap;
  readonly there: VerbatimMap;
}

/** Both laid out alike, so that only what differs is seen. */
async function show(token: TokenName, other: Other, { here, there }: Pair, { previews }: ComparePorts): Promise<void> {
  const left =
    'file' in other
      ? (await previews()).add(encode(nameOf(other.file)), pretty(inOrderOf(there, here)))
      : documentUri(other.pool, other.id);
  const name = 'file' in other ? nameOf(other.file) : other.id;
  await commands.executeCommand('vscode.diff', left, documentUri(token.pool, token.id), `${name} ↔ ${token.id}`, { preview: true });
}

function differences(here: VerbatimMap, there: VerbatimMap): CompareResult {
  const fields = changedFields(there, here);
  const has = (map: VerbatimMap, name: string): boolean => valueIn(map, name) !== undefined;
  const onlyHere = fields.filter((name) => !has(there, name));
  const onlyThere = fields.filter((name) => !has(here, name));
  const changed = fields.filter((name) => has(here, name) && has(there, name));
  const same = fields.length === 0 && textIn(here, '_id') === textIn(there, '_id');
  return { same, changed, onlyHere, onlyThere };
}
