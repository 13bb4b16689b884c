/** grid.sandbox.compare: what was built here against what is on the storage, whoever put it there. */
import { Uri, window } from 'vscode';
import { openGfal, type Gfal } from '../../adapters/gfal';
import { openGfalCopy, type GfalCopy } from '../../adapters/gfalCopy';
import { findPublished } from '../../adapters/sandboxPublished';
import { GridError } from '../../core/errors';
import { placeOf } from '../../core/sandbox/place';
import type { Person, Program } from '../caller';
import { withProgress } from '../progress';
import { lastFolder } from '../sandboxKnown';
import { openRecipe, type BuildPorts } from '../sandboxes';
import { gfalPython, sandboxRoot } from '../settings';
import { needTrust } from '../trust';
import { stepMeant } from './sandbox';

/** A bridge of its own, so that it runs with the proxy of this moment. */
export async function withStorage<T>(
  { extensionUri }: BuildPorts['context'],
  use: (storage: { readonly gfal: Gfal; readonly copy: GfalCopy }) => Promise<T>,
): Promise<T> {
  const python = gfalPython();
  const script = Uri.joinPath(extensionUri, 'dist', 'worker', 'gfal_bridge.py').fsPath;
  const gfal = openGfal({ script, threads: 4, ...(python === '' ? {} : { python }) });
  try {
    return await use({ gfal, copy: openGfalCopy(python === '' ? {} : { env: { ...process.env, GFAL_PYTHONBIN: python } }) });
  } finally {
    await gfal.close();
  }
}

export async function compareSandbox(call: Person | Program, ports: BuildPorts): Promise<void> {
  needTrust('Reading the storage');
  if (call.by === 'program') throw new GridError('rejected', 'This command is for a person.');
  const uri = await stepMeant(call, 'Compare a sandbox');
  if (uri === undefined) return;
  const { recipe } = await openRecipe(uri);
  const record = await (await ports.sandboxRuns()).of(uri);
  const root = sandboxRoot();
  const to = root === '' && record.published !== undefined ? lastFolder(record.published, recipe.name) : undefined;
  const question = { root, place: recipe.place, fileName: `${recipe.name}.tar` };
  const place = placeOf(to === undefined ? question : { ...question, to });
  const known = record.published?.sha256;
  const found = await withProgress(`Reading what is published of ${recipe.name}`, (signal) =>
    withStorage(ports.context, (storage) =>
      findPublished({ ...storage, place, stem: recipe.name, signal, ...(known === undefined ? {} : { known }) }),
    ),
  );
  if (found === undefined) void window.showInformationMessage(`Nothing of ${recipe.name} is in ${place.folder}.`);
  else if (found === 'known') void window.showInformationMessage('What is on the storage is the version that was known here.');
  else record.find(found);
}
