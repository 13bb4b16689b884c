/** grid.sandbox.compare: what was built here against what is on the storage, whoever put it there. */
import { window } from 'vscode';
import { openGfal } from '../../adapters/gfal';
import { findPublished } from '../../adapters/sandboxPublished';
import { GridError } from '../../core/errors';
import { placeOf } from '../../core/sandbox/place';
import type { Person, Program } from '../caller';
import { withProgress } from '../progress';
import { lastFolder } from '../sandboxKnown';
import { openRecipe, type BuildPorts } from '../sandboxes';
import { sandboxRoot } from '../settings';
import { openStorageDoors, type StorageDoors, type StoragePorts } from '../storageDoors';
import { needTrust } from '../trust';
import { stepMeant } from './sandbox';

/** Milliseconds for one question: a storage system reads a whole file for its checksum. */
const callMs = 60_000;

/** A bridge of its own, so that it runs with the proxy of this moment. */
export async function withStorage<T>({ stagers, bearers }: StoragePorts, use: (storage: StorageDoors) => Promise<T>): Promise<T> {
  const gfal = openGfal({ ...stagers.bridgeOptions, threads: 4, callMs });
  try {
    return await use(openStorageDoors(gfal, await bearers(), stagers.bridgeOptions));
  } finally {
    await gfal.close();
  }
}

export async function compareSandbox(call: Person | Program, ports: BuildPorts & StoragePorts): Promise<void> {
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
    withStorage(ports, (storage) =>
      findPublished({ ...storage, place, stem: recipe.name, signal, ...(known === undefined ? {} : { known }) }),
    ),
  );
  if (found === undefined) void window.showInformationMessage(`Nothing of ${recipe.name} is in ${place.folder}.`);
  else if (found === 'known') void window.showInformationMessage('What is on the storage is the version that was known here.');
  else record.find(found);
}
