/** grid.tokens.createOnline: tokens of what is online of a list or a campaign. What is not is named, and can be kept as a list. */
import { commands, window, workspace, type Uri } from 'vscode';
import { GridError } from '../../core/errors';
import { parseList } from '../../core/links/list';
import type { Desk } from '../../core/staging/desk';
import { DeskNews } from '../../core/staging/newer';
import { countFiles, type FileState } from '../../core/staging/state';
import { countsText } from '../../core/staging/verdict';
import { count, moment, plural } from '../../core/wording';
import type { Person, Program } from '../caller';
import { languageId } from '../languageId';
import { listsMeant, nameOf, readText } from '../lists';
import type { StagingNode } from '../trees/staging';
import { createForPersonFrom, createTokens, type CreatePorts, type CreateResult } from './create';
import { campaignMeant } from './followUp';

/** Lines of a list as they stand, second columns included. */
export interface OnlinePart {
  readonly name: string;
  readonly online: readonly string[];
  readonly rest: readonly string[];
  /** "80 on tape, 8 failed": of the rest. */
  readonly why: string;
  /** "told by Door at 13:52". */
  readonly source: string;
}

export async function createOnline(call: Person | Program, ports: CreatePorts): Promise<CreateResult | undefined> {
  if (call.by === 'program') return createTokens({ ...call, options: { ...call.options, online: true } }, ports);
  const [node] = call.nodes as readonly StagingNode[];
  const part = node === undefined ? await partOfList(call, ports) : await partOfCampaign(call, ports.desk);
  if (part === undefined || !(await agreed(part))) return undefined;
  return createForPersonFrom(textOf(part.online), ports);
}

async function partOfCampaign(call: Person, desk: Desk): Promise<OnlinePart | undefined> {
  const [node] = call.nodes as readonly StagingNode[];
  const campaign = node?.node === 'request' ? undefined : await campaignMeant(call, desk);
  const files = node?.node === 'request' ? node.request.files : campaign?.files.map(({ file }) => file);
  if (files === undefined) return undefined;
  const name = node?.node === 'request' ? `request ${node.request.id}` : (campaign?.name ?? '');
  return split(
    name,
    files.map(({ link, state }) => [link, state] as const),
    'as its stagers have told',
  );
}

/** A list that was never checked is checked first. */
async function partOfList(call: Person, ports: CreatePorts): Promise<OnlinePart | undefined> {
  const uri = call.uris[0] ?? (await listsMeant(call, ports.sites))[0]?.uri;
  if (uri === undefined) return undefined;
  await ports.checks.restored;
  if (ports.checks.of(uri) === undefined) await commands.executeCommand('grid.links.check', uri, [uri]);
  return ports.checks.of(uri) === undefined ? undefined : onlinePart(uri, ports);
}

/**
 * What is online of a checked list, by what has been told since at the latest.
 * @throws GridError `notFound` for a list that was not checked
 */
export async function onlinePart(uri: Uri, { checks, desk, sites }: CreatePorts): Promise<OnlinePart> {
  await checks.restored;
  const told = checks.of(uri);
  if (told === undefined || told.at === 0) {
    throw new GridError('notFound', `${nameOf(uri)} has not been checked in this window.`, { hint: 'Choose Check first.' });
  }
  const text = await readText(uri);
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  const news = new DeskNews();
  news.renew(desk.requests, told.first);
  const rows = parseList(text, sites.table).links.map(({ line, text: link, site }): readonly [string, FileState] => {
    const known = told.of(link);
    const state = known === undefined ? 'unknown' : (news.of(site?.id, link, known)?.state ?? known.state);
    return [lines[line]?.trim() ?? link, state];
  });
  return split(nameOf(uri), rows, `told by ${told.by} at ${moment(told.at, Date.now())}`);
}

function split(name: string, rows: readonly (readonly [line: string, state: FileState])[], source: string): OnlinePart {
  const online = rows.filter(([, state]) => state === 'online');
  const rest = rows.filter(([, state]) => state !== 'online');
  const linesOf = (part: typeof rows) => part.map(([line]) => line);
  return { name, online: linesOf(online), rest: linesOf(rest), why: countsText(countFiles(rest.map(([, state]) => state))), source };
}

export function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** Numbers first; the rest is opened as a list of its own where that is wanted. */
async function agreed({ name, online, rest, why, source }: OnlinePart): Promise<boolean> {
  if (online.length === 0) throw new GridError('rejected', `Nothing of ${name} is online, ${source}: ${why || 'it holds no link'}.`);
  if (rest.length === 0) return true;
  const keep = 'Go On and Keep the Rest';
  const choice = await window.showInformationMessage(
    `Create tokens of ${count(online.length)} of ${plural(online.length + rest.length, 'file')} of ${name}?`,
    {
      modal: true,
      detail: `${plural(rest.length, 'file')} ${rest.length === 1 ? 'is' : 'are'} left out, ${source}: ${why}. To keep the rest opens it as a list of its own.`,
    },
    'Go On…',
    keep,
  );
  if (choice === keep) {
    const document = await workspace.openTextDocument({ language: languageId, content: textOf(rest) });
    await window.showTextDocument(document, { preview: false, preserveFocus: true });
  }
  return choice !== undefined;
}
