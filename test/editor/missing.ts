/** Installs Debian packages where it may; writes the names of those still missing to the file that is named first. */
import { writeFile } from 'node:fs/promises';
import { debianPackages, installDebianPackages } from './debian';

const [file = '', ...wanted] = process.argv.slice(2);

async function ensure(): Promise<void> {
  const missing = await debianPackages(wanted);
  if (missing.length > 0) console.log(`Installing ${missing.join(', ')}…`);
  const refusal = await installDebianPackages(missing);
  if (refusal !== undefined) console.error(refusal);
  await writeFile(file, JSON.stringify(await debianPackages(wanted)));
}

void ensure();
