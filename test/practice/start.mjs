/**
 * npm start: VS Code for the web with the extension, a practice stager and a sample workspace.
 *
 *   npm start                        prints the address and stays until Ctrl+C
 *   npm start -- --check             does the main job in that window by itself; exits 0 only when all of it was seen
 *   npm start -- --check --refuse    the same with a stager that takes no request, which --check must notice: exits 1
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { ensurePackages, runTypeScript } from '../setup.mjs';

let options;
try {
  options = parseArgs({ options: { check: { type: 'boolean' }, refuse: { type: 'boolean' } } }).values;
} catch (error) {
  console.error(`${error.message}\nKnown are: --check, --check --refuse.`);
  process.exit(2);
}
await ensurePackages();
const args = [...(options.check ? ['--check'] : []), ...(options.refuse ? ['--refuse'] : [])];
process.exitCode = await runTypeScript('test/practice/start.ts', args);
