/** grid.sandbox.upload: a built sandbox on grid storage, verified, under a name that its readers can rely on. */
import { basename } from 'node:path';
import { env, Uri, window } from 'vscode';
import { openGfal } from '../../adapters/gfal';
import { openGfalCopy } from '../../adapters/gfalCopy';
import type { StepNews } from '../../adapters/sandboxBuild';
import { uploadSandbox, type Published } from '../../adapters/sandboxUpload';
import { GridError } from '../../core/errors';
import type { CallOptions } from '../../core/ports';
import { joined, placeOf, type Place } from '../../core/sandbox/place';
import { documentsOf } from '../../core/tokens/bulk/batch';
import { plural } from '../../core/wording';
import { optionsOf, urisOf, type Person, type Program } from '../caller';
import { noCancel } from '../cancel';
import { info } from '../log';
import type { Pools } from '../pools';
import { build, openRecipe, type BuildPorts } from '../sandboxes';
import { gfalPython, keptVersions, sandboxRoot } from '../settings';
import { needTrust } from '../trust';
import { withProgress } from '../progress';
import type { PoolPorts } from './counts';
import { buildForPerson, stepMeant } from './sandbox';

export interface UploadResult {
  /** Address for `SBXloc` of tokens. */
  readonly location: string;
  readonly adler32: string;
  /** Where the version before can be read; absent when there was none. */
  readonly previous?: string;
}

export interface PublishPorts extends BuildPorts, PoolPorts {
  readonly pools: Pools;
}

/** What is uploaded. */
interface Parcel {
  readonly file: string;
  readonly stem: string;
  /** Folders below the root. */
  readonly place: string;
}

export async function uploadSandboxOf(call: Person | Program, ports: PublishPorts): Promise<UploadResult | undefined> {
  needTrust('Uploading a sandbox');
  if (call.by === 'person') return uploadForPerson(call, ports);
  const { to, gap } = optionsOf(call.options, { to: 'string?', gap: 'boolean?' });
  const parcel = await parcelOf(call.subject, ports);
  return resultOf(await upload(parcel, placeFor(parcel, to), gap ?? false, ports, noCancel, () => undefined));
}

/** A step configuration is built first; a file is taken as it is. */
async function parcelOf(subject: unknown, ports: PublishPorts): Promise<Parcel> {
  if (typeof subject === 'object' && subject !== null && 'file' in subject) {
    const { file } = optionsOf(subject as Readonly<Record<string, unknown>>, { file: 'uri' });
    return fileParcel(file);
  }
  const [uri] = urisOf(subject);
  if (uri === undefined)
    throw new GridError('rejected', 'A step configuration or a file is missing.', { hint: 'Pass its Uri, or { file }, then the options.' });
  if (/\.tar(\.gz)?$/i.test(uri.path)) return fileParcel(uri);
  const open = await openRecipe(uri);
  const { file } = await build(open, ports, noCancel, () => undefined);
  return { file, stem: open.recipe.name, place: open.recipe.place };
}

function fileParcel(uri: Uri): Parcel {
  if (uri.scheme !== 'file') throw new GridError('rejected', `${uri.toString()} is no file of this machine.`);
  const name = basename(uri.fsPath);
  if (!/^[A-Za-z0-9][\w.+-]*\.tar(\.gz)?$/.test(name))
    throw new GridError('rejected', `${name} cannot be the name of a sandbox.`, {
      hint: 'It ends with .tar or .tar.gz, and holds no blanks.',
    });
  return { file: uri.fsPath, stem: name.replace(/(-[0-9a-f]{8})?\.tar(\.gz)?$/, ''), place: '' };
}

function placeFor({ file, place }: Parcel, to: string | undefined): Place {
  return placeOf({ ...(to === undefined ? {} : { to }), root: sandboxRoot(), place, fileName: basename(file) });
}

function resultOf({ location, adler32, previous }: Published): UploadResult {
  return { location, adler32, ...(previous === undefined ? {} : { previous }) };
}

/** A bridge of its own, so that it runs with the proxy of this moment. */
async function upload(
  { file, stem }: Parcel,
  place: Place,
  gap: boolean,
  { pools, context }: PublishPorts,
  signal: AbortSignal,
  news: (news: StepNews) => void,
): Promise<Published> {
  info(`Uploading ${file} to ${joined(place.folder, place.name)}`);
  const python = gfalPython();
  const script = Uri.joinPath(context.extensionUri, 'dist', 'worker', 'gfal_bridge.py').fsPath;
  const gfal = openGfal({ script, threads: 4, ...(python === '' ? {} : { python }) });
  try {
    const published = await uploadSandbox({
      ...{
        signal,
        file,
        stem,
        place,
        gfal,
        gap,
        copy: openGfalCopy(python === '' ? {} : { env: { ...process.env, GFAL_PYTHONBIN: python } }),
        keep: keptVersions(),
      },
      inUse: (locations, options) => namedByTokens(pools, locations, options),
      news: (each) => {
        if (each.state !== 'running') info(`  ${each.step}: ${each.detail ?? each.state}`);
        news(each);
      },
    });
    for (const location of published.removed) info(`  removed ${location}`);
    return published;
  } finally {
    await gfal.close();
  }
}

/** Which of these locations a token of any pool names, whole or by its end. Rejects when a pool cannot be asked. */
async function namedByTokens(pools: Pools, locations: readonly string[], options: CallOptions): Promise<ReadonlySet<string>> {
  const used = new Set<string>();
  for (const { name } of pools.all) {
    const pool = await pools.open(name);
    for await (const { documents } of documentsOf(pool, { by: 'where', where: { fields: {} } }, options)) {
      for (const { SBXloc: told } of documents) {
        if (typeof told !== 'string' || told === '') continue;
        for (const location of locations) if (location === told || location.endsWith(`/${told.replace(/^\/+/, '')}`)) used.add(location);
      }
    }
  }
  return used;
}

async function uploadForPerson(call: Person, ports: PublishPorts): Promise<UploadResult | undefined> {
  const uri = call.uris.find(({ path }) => /\.tar(\.gz)?$/i.test(path)) ?? (await stepMeant(call, 'Upload a sandbox'));
  if (uri === undefined) return undefined;
  const parcel = await parcelForPerson(uri, ports);
  if (parcel === undefined) return undefined;
  const place = await askForPlace(parcel);
  if (place === undefined) return undefined;
  const published = await uploadAsking(parcel, place, ports);
  if (published === undefined) return undefined;
  tell(published, ports);
  return resultOf(published);
}

async function parcelForPerson(uri: Uri, ports: PublishPorts): Promise<Parcel | undefined> {
  if (/\.tar(\.gz)?$/i.test(uri.path)) return fileParcel(uri);
  const open = await openRecipe(uri);
  const built = await buildForPerson(open, ports);
  return built === undefined ? undefined : { file: built.file, stem: open.recipe.name, place: open.recipe.place };
}

async function askForPlace(parcel: Parcel): Promise<Place | undefined> {
  const root = sandboxRoot();
  const value = root === '' ? 'gsiftp://' : `${[root.replace(/\/+$/, ''), ...(parcel.place === '' ? [] : [parcel.place])].join('/')}/`;
  const to = await window.showInputBox({
    title: 'Upload a sandbox',
    prompt: `A folder: ${basename(parcel.file)} becomes a new version in it. Or a whole name that ends with .tar: it stays the same for all versions`,
    value,
    ignoreFocusOut: true,
    validateInput: (text) => {
      try {
        placeFor(parcel, text.trim());
        return undefined;
      } catch (error) {
        return error instanceof GridError ? error.sentence : String(error);
      }
    },
  });
  return to === undefined ? undefined : placeFor(parcel, to.trim());
}

/** Where a name cannot be replaced at once, the person decides about the gap. */
async function uploadAsking(parcel: Parcel, place: Place, ports: PublishPorts): Promise<Published | undefined> {
  const run = (gap: boolean): Thenable<Published> =>
    withProgress(`Uploading ${basename(parcel.file)}`, (signal, progress) =>
      upload(parcel, place, gap, ports, signal, ({ step, detail = '' }) => {
        progress.report({ message: `${steps[step] ?? step}${detail === '' ? '' : `: ${detail}`}` });
      }),
    );
  try {
    return await run(false);
  } catch (error) {
    if (!place.fixed || !(error instanceof GridError) || !error.message.includes('cannot be replaced at once')) throw error;
    const button = 'Replace with a Gap';
    const answer = await window.showWarningMessage(
      `Replace ${place.name} with a moment’s gap?`,
      { modal: true, detail: `${error.message}\n\nA pilot that starts in that moment fails. A new name for each version has no gap.` },
      button,
    );
    return answer === button ? run(true) : undefined;
  }
}

const steps: Readonly<Record<string, string>> = { upload: 'Upload', verify: 'Verify checksum', place: 'Put in place' };

/** Not awaited: the command has ended, the message may stand for a while. */
function tell({ location, removed, unchanged, previous }: Published, ports: PublishPorts): void {
  const gone = removed.length === 0 ? '' : ` ${plural(removed.length, 'older version')} removed.`;
  const sentence = unchanged
    ? `${location} is there already, with the same checksum.`
    : `${location} is in place and verified.${previous === undefined ? '' : ' Tokens that name the version before still find it.'}${gone}`;
  const [set, copy] = ['Set on Tokens…', 'Copy Location'];
  void window.showInformationMessage(sentence, ...(ports.pools.all.length === 0 ? [] : [set]), copy).then(async (answer) => {
    if (answer === copy) await env.clipboard.writeText(location);
    if (answer !== set) return;
    const { setThisField } = await import('./bulk');
    await setThisField({ by: 'person', uris: [], nodes: [], selected: false }, ports, 'SBXloc', location);
  });
}
