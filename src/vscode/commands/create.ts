/** grid.tokens.create: tokens from a step file and a list of links, shown first, then written in bulk. */
import { type Uri, window, workspace } from 'vscode';
import { asGridError, GridError } from '../../core/errors';
import { dataOfTree } from '../../core/config/convert/plain';
import { parseJson } from '../../core/config/json';
import { parseYaml } from '../../core/config/yaml';
import { parseList } from '../../core/links/list';
import { contentTypeOf } from '../../core/tokens/attachment';
import type { Desk } from '../../core/staging/desk';
import type { Dialect, SharedAttachment } from '../../core/tokens/create';
import { planTokens, type SetOptions, type TokenSet } from '../../core/tokens/plan';
import type { BulkReport, Pool } from '../../core/tokens/pool';
import { count, plural, sizeOf } from '../../core/wording';
import { optionsOf, urisOf, type Person, type Program } from '../caller';
import { noCancel } from '../cancel';
import type { Checks } from '../checks';
import { askForList, holdsLinks, nameOf, readText } from '../lists';
import { failure, info } from '../log';
import type { Pools } from '../pools';
import type { Sites } from '../sites';
import type { TokensView } from '../tokensView';
import { telling, withProgress } from '../progress';
import { needTrust } from '../trust';
import { askForOptions } from './createOptions';
import { poolMeant } from './pools';

export interface CreatePorts {
  readonly pools: Pools;
  readonly sites: Sites;
  readonly tokensView: TokensView;
  readonly desk: Desk;
  readonly checks: Checks;
}

export interface CreateResult {
  readonly created: number;
  /** Tokens of these ids that were there already; they are left as they are. */
  readonly existed: number;
  readonly failed: readonly { readonly id: string; readonly message: string }[];
  /** Of all tokens of the plan, those that existed included. */
  readonly ids: readonly string[];
}

export async function createTokens(call: Person | Program, ports: CreatePorts): Promise<CreateResult | undefined> {
  needTrust('Creating tokens');
  return call.by === 'program' ? createForProgram(call, ports) : createForPerson(call, ports);
}

async function createForProgram(call: Program, ports: CreatePorts): Promise<CreateResult> {
  const { pools, sites, tokensView } = ports;
  const { pool, config, links, attach, dryRun, dialect, set, online, ...rest } = optionsOf(call.options, {
    pool: 'string',
    config: 'uri',
    links: 'uri',
    slice: 'number?',
    type: 'string?',
    idPrefix: 'string?',
    idAppend: 'string?',
    keyName: 'string?',
    attach: 'array?',
    set: 'object?',
    dryRun: 'boolean?',
    dialect: 'string?',
    online: 'boolean?',
  });
  const options = {
    ...rest,
    dialect: dialectNamed(dialect),
    set,
    ready: online === true ? await onlineLinks(links, ports) : undefined,
    attach: await readAttachments(attach === undefined ? [] : urisOf(attach)),
  };
  const tokens = await readPlan(config, links, options, sites);
  const connection = await pools.open(pool);
  const existing = await existingOf(connection, tokens.ids, noCancel);
  if (dryRun === true) return { created: 0, existed: existing.size, failed: [], ids: tokens.ids };
  const report = await connection.bulk(tokens.documents(existing), { signal: noCancel });
  tokensView.changed(pool);
  return resultOf(tokens, existing, report);
}

/** Of a list that was checked what is online. */
async function onlineLinks(links: Uri, ports: CreatePorts): Promise<ReadonlySet<string>> {
  const { onlinePart } = await import('./onlinePart');
  const { online, name, why } = await onlinePart(links, ports);
  if (online.size === 0) throw new GridError('rejected', `Nothing of ${name} is online: ${why}.`);
  return online;
}

function dialectNamed(word: string | undefined): Dialect | undefined {
  if (word === undefined || word === 'picas' || word === 'lrt') return word;
  throw new GridError('rejected', `The dialect “${word}” is not known.`, { hint: 'There are: picas, lrt.' });
}

/** @throws GridError with the place in the file, for what cannot be read */
async function readPlan(config: Uri, links: Uri, options: SetOptions, sites: Sites): Promise<TokenSet> {
  const text = await readText(config);
  const tree = /\.jsonc?$/i.test(config.path) ? parseJson(text) : parseYaml(text);
  const stem = nameOf(config).replace(/(?:\.step|\.token)?\.(?:cfg|ya?ml|jsonc?)$/i, '');
  let step: unknown;
  try {
    step = dataOfTree(tree);
  } catch (thrown) {
    const error = asGridError(thrown);
    throw new GridError(error.kind, `${nameOf(config)}: ${error.message}`, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: error,
    });
  }
  const list = parseList(await readText(links), sites.table);
  return planTokens({ step, stem, list, now: Math.floor(Date.now() / 1000) }, options);
}

async function readAttachments(uris: readonly Uri[]): Promise<SharedAttachment[]> {
  const read = uris.map(async (uri): Promise<SharedAttachment> => {
    let bytes: Uint8Array;
    try {
      bytes = await workspace.fs.readFile(uri);
    } catch (cause) {
      throw new GridError('notFound', `${nameOf(uri)} cannot be read.`, { hint: 'See whether it exists and may be read.', cause });
    }
    return { name: nameOf(uri), contentType: contentTypeOf(nameOf(uri)), data: Buffer.from(bytes).toString('base64') };
  });
  const all = await Promise.all(read);
  const twice = all.find(({ name }, index) => all.findIndex((each) => each.name === name) !== index);
  if (twice !== undefined) throw new GridError('rejected', `Two attachments are called ${twice.name}.`, { hint: 'Rename one of them.' });
  return all;
}

/** Ids that the pool holds already. */
async function existingOf(pool: Pool, ids: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>> {
  return new Set((await pool.documents(ids, { signal })).keys());
}

function resultOf(tokens: TokenSet, existing: ReadonlySet<string>, { rows, ended }: BulkReport): CreateResult {
  const created = rows.filter(({ outcome }) => outcome === 'written').length;
  // Somebody else has made it meanwhile.
  const conflicts = rows.filter(({ outcome }) => outcome === 'conflict').length;
  const why = ended === undefined ? '' : ` ${ended.sentence}`;
  const failed = rows.flatMap((row) => {
    if (row.outcome === 'refused') return [{ id: row.id, message: row.message }];
    if (row.outcome === 'unknown') return [{ id: row.id, message: `It is not known whether it was created.${why}` }];
    return row.outcome === 'unsent' ? [{ id: row.id, message: `It was not created.${why}` }] : [];
  });
  return { created, existed: existing.size + conflicts, failed, ids: tokens.ids };
}

/** Asks for the pool and the step; of the list only those tokens are made whose files are all there. */
export function createForPersonFrom(links: Uri, ready: ReadonlySet<string>, ports: CreatePorts): Promise<CreateResult | undefined> {
  needTrust('Creating tokens');
  return createForPerson({ by: 'person', uris: [links], nodes: [], selected: true }, ports, ready);
}

async function createForPerson(call: Person, ports: CreatePorts, ready?: ReadonlySet<string>): Promise<CreateResult | undefined> {
  const { pools, sites, tokensView } = ports;
  const pool = await poolMeant(call, pools, 'Create tokens');
  if (pool === undefined) return undefined;
  const files = await filesMeant(call, sites);
  if (files === undefined) return undefined;
  const chosen = await askForOptions((some) => readPlan(files.config, files.links, { ...some, ready }, sites), readAttachments);
  if (chosen === undefined) return undefined;
  const options = { ...chosen, ready };
  const tokens = await readPlan(files.config, files.links, options, sites);
  const connection = await pools.open(pool);
  const existing = await withProgress(`Looking up what ${pool} has already`, (signal) => existingOf(connection, tokens.ids, signal));
  if (!(await agreed(pool, tokens, existing, options))) return undefined;
  const fresh = tokens.ids.length - existing.size;
  const title = `Creating ${plural(fresh, 'token')} in ${pool}`;
  const report = await withProgress(title, (signal, progress) =>
    connection.bulk(tokens.documents(existing), { signal, progress: telling(progress, fresh) }),
  );
  tokensView.changed(pool);
  const result = resultOf(tokens, existing, report);
  tell(pool, result);
  return result;
}

/** Numbers before consent. */
async function agreed(pool: string, tokens: TokenSet, existing: ReadonlySet<string>, { attach = [] }: SetOptions): Promise<boolean> {
  const fresh = tokens.ids.filter((id) => !existing.has(id));
  if (fresh.length === 0) {
    void window.showInformationMessage(
      `All ${plural(tokens.ids.length, 'token')} of this list are in ${pool} already. They are left as they are.`,
    );
    return false;
  }
  const [first = '', ...others] = fresh;
  const last = others.at(-1);
  const lines = [
    `Type ${tokens.type}, ${plural(tokens.links, 'link')}, each token with its links as srm.txt.`,
    last === undefined ? first : `${first}\n… ${last}`,
    ...(tokens.waiting.tokens === 0
      ? []
      : [
          `${plural(tokens.waiting.tokens, 'token')} more ${tokens.waiting.tokens === 1 ? 'waits' : 'wait'} for ${plural(tokens.waiting.files, 'file')}: create tokens of this list again once they are online.`,
        ]),
    ...(existing.size === 0
      ? []
      : [`${plural(existing.size, 'token')} of this list ${existing.size === 1 ? 'is' : 'are'} there already, left as they are.`]),
    ...attach.map(({ name, data }) => `Attached to each: ${name}, ${sizeOf((data.length * 3) / 4)}.`),
    ...(tokens.left.length === 0 ? [] : [`${plural(tokens.left.length, 'line')} of the list left out; the log says which and why.`]),
  ];
  for (const { link, message } of tokens.left) info(`Left out of the tokens: ${link}: ${message}`);
  const button = 'Create';
  return (
    (await window.showInformationMessage(
      `Create ${plural(fresh.length, 'token')} in ${pool}?`,
      { modal: true, detail: lines.join('\n') },
      button,
    )) === button
  );
}

/** Not awaited: the command has ended, the message may stand for a while. */
function tell(pool: string, { created, existed, failed }: CreateResult): void {
  const there = existed === 0 ? '' : `, ${count(existed)} were there already`;
  if (failed.length === 0) {
    void window.showInformationMessage(`${plural(created, 'token')} created in ${pool}${there}.`);
    return;
  }
  for (const { id, message } of failed) failure(`${id} was not created.`, new GridError('rejected', message));
  const [first] = failed;
  void window.showWarningMessage(
    `${plural(created, 'token')} created in ${pool}${there}, ${count(failed.length)} not. ${first?.message ?? ''} Create them again: only what is missing is made.`,
  );
}

interface Files {
  readonly config: Uri;
  readonly links: Uri;
}

const stepName = /\.(?:cfg|ya?ml|jsonc?)$/i;

/** The two files: of those that the menu passed and the editor shows, what fits; the rest is asked for. */
async function filesMeant({ uris }: Person, sites: Sites): Promise<Files | undefined> {
  const shown = window.activeTextEditor?.document;
  const given = [...uris, ...(shown === undefined ? [] : [shown.uri])];
  const config = given.find((uri) => stepName.test(uri.path)) ?? (await askForConfig());
  if (config === undefined) return undefined;
  const links =
    uris.find((uri) => !stepName.test(uri.path)) ??
    (shown !== undefined && holdsLinks(shown, sites) ? shown.uri : await askForList('Create tokens'));
  return links === undefined ? undefined : { config, links };
}

/** The folder in the workspace; empty for its root. */
function folderOf(uri: Uri): string {
  const path = workspace.asRelativePath(uri);
  return path === nameOf(uri) ? '' : path.slice(0, -nameOf(uri).length - 1);
}

async function askForConfig(): Promise<Uri | undefined> {
  const found = await workspace.findFiles(
    '**/{*.cfg,*.step.yaml,*.step.yml,*.step.json,token*.yaml,token*.yml,*.json}',
    '**/node_modules/**',
    200,
  );
  const items = found
    .map((uri) => ({ label: nameOf(uri), description: folderOf(uri), uri }))
    .sort((a, b) => a.description.localeCompare(b.description) || a.label.localeCompare(b.label));
  const browse = { label: '$(folder-opened) Another file…', description: '', uri: undefined };
  const title = 'Create tokens (1 of 2)';
  const choice = await window.showQuickPick([...items, browse], { title, placeHolder: 'Which step configuration?', ignoreFocusOut: true });
  if (choice === undefined || choice.uri !== undefined) return choice?.uri;
  return (await window.showOpenDialog({ title: 'Choose a step configuration', openLabel: 'Choose' }))?.[0];
}
