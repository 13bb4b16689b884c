/** grid.tokens.createOnline: tokens of what is online of a list or a campaign. What is not is named, and can be kept as a list. */
import { commands, window, workspace, type Uri } from 'vscode';
import { GridError } from '../../core/errors';
import { parseList } from '../../core/links/list';
import { DeskNews } from '../../core/staging/newer';
import { countFiles, type FileState } from '../../core/staging/state';
import { countsText } from '../../core/staging/verdict';
import { count, moment, plural } from '../../core/wording';
import type { Person, Program } from '../caller';
import { languageId } from '../languageId';
import { askForList, listsMeant, nameOf, readText } from '../lists';
import type { StagingNode } from '../trees/staging';
import { createForPersonFrom, createTokens, type CreatePorts, type CreateResult } from './create';
import { campaignMeant } from './followUp';

export interface OnlinePart {
  readonly name: string;
  readonly uri: Uri;
  /** Links as they stand in the list. */
  readonly online: ReadonlySet<string>;
  /** Lines as they stand, second columns included. */
  readonly rest: readonly string[];
  /** "80 on tape, 8 failed": of the rest. */
  readonly why: string;
  /** "told by Door at 13:52". */
  readonly source: string;
}

export async function createOnline(call: Person | Program, ports: CreatePorts): Promise<CreateResult | undefined> {
  if (call.by === 'program') return createTokens({ ...call, options: { ...call.options, online: true } }, ports);
  const [node] = call.nodes as readonly StagingNode[];
  const part = node === undefined ? await partOfList(call, ports) : await partOfCampaign(call, ports);
  if (part === undefined || !(await agreed(part))) return undefined;
  return createForPersonFrom(part.uri, part.online, ports);
}

/** A campaign may hold a part of its list: tokens are counted over the list, so that the same ids come out each time. */
async function partOfCampaign(call: Person, ports: CreatePorts): Promise<OnlinePart | undefined> {
  const [node] = call.nodes as readonly StagingNode[];
  const campaign = node?.node === 'request' ? undefined : await campaignMeant(call, ports.desk);
  const files = node?.node === 'request' ? node.request.files : campaign?.files.map(({ file }) => file);
  if (files === undefined) return undefined;
  const uri = await askForList('Create tokens of the online part');
  if (uri === undefined) return undefined;
  await ports.checks.restored;
  const told = ports.checks.of(uri);
  const states = new Map(files.map(({ link, state }) => [link, state] as const));
  return split(
    uri,
    await readText(uri),
    ports.sites,
    (_, link) => states.get(link) ?? told?.of(link)?.state ?? 'unknown',
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
  const news = new DeskNews();
  news.renew(desk.requests, told.first);
  const stateOf = (site: string | undefined, link: string): FileState => {
    const known = told.of(link);
    return known === undefined ? 'unknown' : (news.of(site, link, known)?.state ?? known.state);
  };
  return split(uri, await readText(uri), sites, stateOf, `told by ${told.by} at ${moment(told.at, Date.now())}`);
}

function split(
  uri: Uri,
  text: string,
  sites: CreatePorts['sites'],
  stateOf: (site: string | undefined, link: string) => FileState,
  source: string,
): OnlinePart {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  const online = new Set<string>();
  const rest: string[] = [];
  const states: FileState[] = [];
  for (const { line, text: link, site } of parseList(text, sites.table).links) {
    const state = stateOf(site?.id, link);
    if (state === 'online') online.add(link);
    else {
      rest.push(lines[line]?.trim() ?? link);
      states.push(state);
    }
  }
  return { name: nameOf(uri), uri, online, rest, why: countsText(countFiles(states)), source };
}

/** Numbers first; the rest is opened as a list of its own where that is wanted. */
async function agreed({ name, online, rest, why, source }: OnlinePart): Promise<boolean> {
  if (online.size === 0) throw new GridError('rejected', `Nothing of ${name} is online, ${source}: ${why || 'it holds no link'}.`);
  if (rest.length === 0) return true;
  const keep = 'Go On and Keep the Rest';
  const choice = await window.showInformationMessage(
    `Create the tokens of ${name} whose files are all online?`,
    {
      modal: true,
      detail: `${count(online.size)} of ${plural(online.size + rest.length, 'file')} are online; the others, ${source}: ${why}. A token that lacks one of its files waits: later the same list makes it. To keep the rest opens it as a list of its own.`,
    },
    'Go On…',
    keep,
  );
  if (choice === keep) {
    const document = await workspace.openTextDocument({ language: languageId, content: rest.map((line) => `${line}\n`).join('') });
    await window.showTextDocument(document, { preview: false, preserveFocus: true });
  }
  return choice !== undefined;
}
