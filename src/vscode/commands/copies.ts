/** Links, ids and tokens of requests, to the clipboard, into a document, or to a program. */
import { env, window, workspace } from 'vscode';
import { GridError } from '../../core/errors';
import type { Desk } from '../../core/staging/desk';
import { fileStates, fileWord, type FileState } from '../../core/staging/state';
import { plural } from '../../core/wording';
import { optionsOf, type Person, type Program } from '../caller';
import { noCancel } from '../cancel';
import { languageId } from '../languageId';
import { needTrust } from '../trust';
import type { StagingNode } from '../trees/staging';
import { naming, requestNamed, requestsMeant } from './meant';

export interface TextResult {
  readonly text: string;
}

/** Puts the links that are online on the clipboard, one a line. */
export async function copyOnlineLinks(call: Person | Program, desk: Desk): Promise<TextResult | undefined> {
  return copyLinks(call, desk, true);
}

export async function copyLinks(call: Person | Program, desk: Desk, onlineOnly = false): Promise<TextResult | undefined> {
  const files =
    call.by === 'person' && call.nodes.length > 0 ? filesBelow(call.nodes as readonly StagingNode[]) : await filesMeant(call, desk);
  const links = [...new Set(files.filter((file) => !onlineOnly || file.state === 'online').map((file) => file.link))];
  const text = links.map((link) => `${link}\n`).join('');
  if (call.by === 'program') return { text };
  if (links.length === 0) {
    void window.showInformationMessage(onlineOnly ? 'No file is online yet.' : 'There are no links to copy.');
    return { text };
  }
  await env.clipboard.writeText(text);
  window.setStatusBarMessage(`${plural(links.length, onlineOnly ? 'online link' : 'link')} copied`, 4000);
  return { text };
}

function filesBelow(nodes: readonly StagingNode[]) {
  return nodes.flatMap((node) => {
    if (node.node === 'campaign') return node.campaign.files.map(({ file }) => file);
    if (node.node === 'request') return node.request.files;
    if (node.node === 'observation') return node.files.map((each) => each.file);
    return node.node === 'file' ? [node.file.file] : [];
  });
}

async function filesMeant(call: Person | Program, desk: Desk) {
  return (await requestsMeant(call, desk)).flatMap((request) => request.files);
}

export async function copyRequestToken(call: Person | Program, desk: Desk): Promise<TextResult | undefined> {
  needTrust('Asking for a request token');
  const [request] = await requestsMeant(call, desk, ({ id }) => id !== '');
  if (request === undefined) return undefined;
  const text = await desk.requestToken(request, { signal: noCancel });
  if (call.by === 'program') return { text };
  if (text === '') {
    void window.showInformationMessage(`Request ${request.id} has no token yet: the stager gives one when it begins.`);
    return { text };
  }
  await env.clipboard.writeText(text);
  window.setStatusBarMessage(`Token of request ${request.id} copied`, 4000);
  return { text };
}

export async function copyId(call: Person | Program, desk: Desk): Promise<TextResult | undefined> {
  const requests = await requestsMeant(call, desk, ({ id }) => id !== '');
  if (requests.length === 0) return undefined;
  const text = requests.map((request) => request.id).join('\n');
  if (call.by === 'person') {
    await env.clipboard.writeText(text);
    window.setStatusBarMessage(`Request id ${text} copied`, 4000);
  }
  return { text };
}

/** The links in one state as a list: in a new document for a person, as text for a program. */
export async function exportList(call: Person | Program, desk: Desk): Promise<TextResult | undefined> {
  if (call.by === 'program') {
    const { state, ...name } = optionsOf(call.options, { ...naming, state: 'string' });
    const { files } = requestNamed(desk, name);
    return { text: listOf(files, stateNamed(state)) };
  }
  const nodes = call.nodes as readonly StagingNode[];
  const files = nodes.length > 0 ? filesBelow(nodes) : await filesMeant(call, desk);
  const states = fileStates.filter((state) => files.some((file) => file.state === state));
  const items = states.map((state) => ({
    label: fileWord(state),
    description: plural(files.filter((file) => file.state === state).length, 'file'),
    state,
  }));
  const choice =
    items.length < 2 ? items[0] : await window.showQuickPick(items, { title: 'Export list', placeHolder: 'Files in which state?' });
  if (choice === undefined) return undefined;
  const text = listOf(files, choice.state);
  await window.showTextDocument(await workspace.openTextDocument({ language: languageId, content: text }));
  return { text };
}

function stateNamed(word: string): FileState {
  const state = fileStates.find((each) => each === word);
  if (state === undefined)
    throw new GridError('rejected', `"${word}" is no state of a file.`, { hint: `There are: ${fileStates.join(', ')}.` });
  return state;
}

function listOf(files: readonly { readonly link: string; readonly state: FileState }[], state: FileState): string {
  return [...new Set(files.filter((file) => file.state === state).map((file) => file.link))].map((link) => `${link}\n`).join('');
}
