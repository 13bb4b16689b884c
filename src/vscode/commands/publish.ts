/** grid.sandbox.upload and setOnTokens: a built sandbox on grid storage, verified, under a name that its readers can rely on. */
import { basename } from 'node:path';
import { commands, env, type Uri, window } from 'vscode';
import type { Built, StepNews } from '../../adapters/sandboxBuild';
import { uploadSandbox, type Published } from '../../adapters/sandboxUpload';
import { GridError } from '../../core/errors';
import { joined, placeOf, type Place } from '../../core/sandbox/place';
import { namedByTokens } from '../../core/sandbox/readers';
import { plural } from '../../core/wording';
import { optionsOf, urisOf, type Person, type Program } from '../caller';
import { noCancel } from '../cancel';
import { nameOf } from '../lists';
import { info } from '../log';
import type { Pools } from '../pools';
import { lastFolder, publishedOf, uploadSteps } from '../sandboxKnown';
import { build, openRecipe, type BuildPorts, type OpenRecipe } from '../sandboxes';
import type { StoragePorts } from '../storageDoors';
import { keptVersions, sandboxRoot } from '../settings';
import { needTrust } from '../trust';
import { withProgress } from '../progress';
import type { TokensResult } from './bulk';
import type { PoolPorts } from './counts';
import { buildForPerson, panelOf, silent, stepMeant } from './sandbox';
import { withStorage } from './published';

export interface UploadResult {
  /** Address for `SBXloc` of tokens. */
  readonly location: string;
  readonly adler32: string;
  /** Where the version before can be read; absent when there was none. */
  readonly previous?: string;
}

export interface PublishPorts extends BuildPorts, PoolPorts, StoragePorts {
  readonly pools: Pools;
}

/** What is uploaded. */
interface Parcel {
  readonly file: string;
  readonly stem: string;
  /** Folders below the root. */
  readonly place: string;
  /** The step that it was built of, where that is known. */
  readonly uri?: Uri;
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
  return parcelOfStep(open, await build(open, ports, noCancel, () => undefined));
}

function parcelOfStep({ recipe, uri }: OpenRecipe, { file }: Pick<Built, 'file'>): Parcel {
  return { file, stem: recipe.name, place: recipe.place, uri };
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

/** Uploads, where the panel of its step can see it. */
async function upload(
  parcel: Parcel,
  place: Place,
  gap: boolean,
  ports: PublishPorts,
  signal: AbortSignal,
  news: (news: StepNews) => void,
): Promise<Published> {
  const record = parcel.uri === undefined ? undefined : await (await ports.sandboxRuns()).of(parcel.uri);
  const run = record?.begin('upload', uploadSteps, signal);
  run?.said('upload', `${parcel.file} to ${joined(place.folder, place.name)}`);
  try {
    const published = await put(parcel, place, gap, ports, run?.signal ?? signal, (each) => {
      if (each.state !== 'running') run?.said(each.step, each.detail ?? each.state);
      run?.news(each);
      news(each);
    });
    const built = record?.built?.file === parcel.file ? record.built : undefined;
    run?.end(built === undefined ? {} : { published: publishedOf(published, built, Date.now()) });
    return published;
  } catch (thrown) {
    run?.end({}, thrown);
    throw thrown;
  }
}

async function put(
  { file, stem }: Parcel,
  place: Place,
  gap: boolean,
  ports: PublishPorts,
  signal: AbortSignal,
  news: (news: StepNews) => void,
): Promise<Published> {
  info(`Uploading ${file} to ${joined(place.folder, place.name)}`);
  const published = await withStorage(ports, (storage) =>
    uploadSandbox({
      ...{ ...storage, signal, file, stem, place, gap, keep: keptVersions() },
      inUse: (locations, options) =>
        namedByTokens(
          ports.pools.all.map(({ name }) => ({ name, open: () => ports.pools.open(name) })),
          locations,
          options,
        ),
      news: (each) => {
        if (each.state !== 'running') info(`  ${each.step}: ${each.detail ?? each.state}`);
        news(each);
      },
    }),
  );
  for (const location of published.removed) info(`  removed ${location}`);
  return published;
}

async function uploadForPerson(call: Person, ports: PublishPorts): Promise<UploadResult | undefined> {
  const uri = call.uris.find(({ path }) => /\.tar(\.gz)?$/i.test(path)) ?? (await stepMeant(call, 'Upload a sandbox'));
  if (uri === undefined) return undefined;
  const inPanel = panelOf(call) === undefined ? undefined : await (await ports.sandboxRuns()).of(uri);
  const parcel = inPanel?.built === undefined ? await parcelForPerson(uri, ports) : parcelOfStep(await openRecipe(uri), inPanel.built);
  if (parcel === undefined) return undefined;
  const { published: last } = parcel.uri === undefined ? {} : await (await ports.sandboxRuns()).of(parcel.uri);
  const place = await askForPlace(parcel, last === undefined ? undefined : lastFolder(last, parcel.stem));
  if (place === undefined) return undefined;
  const seen = inPanel !== undefined && inPanel.watched > 0;
  const published = await (seen ? silent(inPanel, () => uploadAsking(parcel, place, ports, seen)) : uploadAsking(parcel, place, ports));
  if (published === undefined) return undefined;
  if (inPanel === undefined || inPanel.watched === 0) tell(published, parcel, ports);
  return resultOf(published);
}

async function parcelForPerson(uri: Uri, ports: PublishPorts): Promise<Parcel | undefined> {
  if (/\.tar(\.gz)?$/i.test(uri.path)) return fileParcel(uri);
  const open = await openRecipe(uri);
  const built = await buildForPerson(open, ports);
  return built === undefined ? undefined : parcelOfStep(open, built);
}

/** @param last where it was put before; the root of the settings counts more */
async function askForPlace(parcel: Parcel, last = 'gsiftp://'): Promise<Place | undefined> {
  const root = sandboxRoot();
  const value = root === '' ? last : `${[root.replace(/\/+$/, ''), ...(parcel.place === '' ? [] : [parcel.place])].join('/')}/`;
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
async function uploadAsking(parcel: Parcel, place: Place, ports: PublishPorts, inPanel = false): Promise<Published | undefined> {
  const run = (gap: boolean): Thenable<Published> => {
    if (inPanel) return upload(parcel, place, gap, ports, noCancel, () => undefined);
    return withProgress(`Uploading ${basename(parcel.file)}`, (signal, progress) =>
      upload(parcel, place, gap, ports, signal, ({ step, detail = '' }) => {
        const title = uploadSteps.find(({ id }) => id === step)?.title ?? step;
        progress.report({ message: `${title}${detail === '' ? '' : `: ${detail}`}` });
      }),
    );
  };
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

/** Not awaited: the command has ended, the message may stand for a while. */
function tell({ location, removed, unchanged, previous, unpruned }: Published, { uri }: Parcel, ports: PublishPorts): void {
  const gone = removed.length === 0 ? '' : ` ${plural(removed.length, 'older version')} removed.`;
  const older = previous === undefined ? '' : ' Tokens that name the version before still find it.';
  const left = unpruned === undefined ? '' : ` ${unpruned}`;
  const sentence = unchanged
    ? `${location} is there already, with the same checksum.`
    : `${location} is in place and verified.${older}${gone}${left}`;
  const [set, show, copy] = ['Set on Tokens…', 'Show', 'Copy Location'];
  const buttons = [...(ports.pools.all.length === 0 ? [] : [set]), ...(uri === undefined ? [] : [show]), copy];
  void window.showInformationMessage(sentence, ...buttons).then(async (answer) => {
    if (answer === copy) await env.clipboard.writeText(location);
    else if (answer === show) await commands.executeCommand('grid.sandbox.open', uri);
    else if (answer === set) await setLocation(location, ports, uri);
  });
}

/** SBXloc of tokens that the person chooses becomes the place where the sandbox of a step was put last. */
export async function setSandboxOnTokens(call: Person | Program, ports: PublishPorts): Promise<TokensResult | undefined> {
  needTrust('Changing tokens');
  if (call.by === 'program')
    throw new GridError('rejected', 'This command is for a person.', { hint: 'Use grid.tokens.setField with the field SBXloc.' });
  const uri = await stepMeant(call, 'Set a sandbox on tokens');
  if (uri === undefined) return undefined;
  const { published } = await (await ports.sandboxRuns()).of(uri);
  if (published === undefined)
    throw new GridError('rejected', `The sandbox of ${nameOf(uri)} was not uploaded from here yet.`, {
      hint: 'Upload it first: tokens name the place where it is.',
    });
  return setLocation(published.location, ports, uri);
}

async function setLocation(location: string, ports: PublishPorts, uri: Uri | undefined): Promise<TokensResult | undefined> {
  const { setThisField } = await import('./bulk');
  // What the worker exports, as the step says it now.
  const fields =
    uri === undefined
      ? []
      : await openRecipe(uri).then(
          ({ recipe }) => recipe.exported,
          () => [],
        );
  return setThisField({ by: 'person', uris: [], nodes: [], selected: false }, ports, 'SBXloc', location, fields);
}
