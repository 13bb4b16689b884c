/** What `npm start` and `npm test` do before anything else. Needs nothing but Node, so that a fresh clone can begin here. */
import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';

export const root = dirname(import.meta.dirname);

/**
 * Runs a program with our own output; resolves with its exit code, 1 when a signal ended it. Told to stop, it tells the
 * program and waits for it: what that has started must end too. A terminal's Ctrl+C reaches both by itself.
 */
export function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: 'inherit', ...options });
    const signals = { SIGINT: () => undefined, SIGTERM: () => child.kill('SIGTERM'), SIGHUP: () => child.kill('SIGHUP') };
    for (const [signal, act] of Object.entries(signals)) process.on(signal, act);
    const end = (settle, value) => {
      for (const [signal, act] of Object.entries(signals)) process.off(signal, act);
      settle(value);
    };
    child.on('error', (error) => end(reject, error));
    child.on('exit', (code) => end(resolve, code ?? 1));
  });
}

/** The npm beside this Node; `npm_execpath` when npm itself started us. */
export function npm(args) {
  const script = process.env.npm_execpath;
  return script?.endsWith('.js') ? run(process.execPath, [script, ...args]) : run('npm', args, { shell: process.platform === 'win32' });
}

async function timeOf(file) {
  return (await stat(join(root, file)).catch(() => undefined))?.mtimeMs;
}

/** Installs the packages when they are missing or older than the lock file. */
export async function ensurePackages() {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 20) {
    console.error(`Grid Workbench needs Node 20 or newer; this is ${process.versions.node}.`);
    process.exit(1);
  }
  const [lock, installed] = await Promise.all([timeOf('package-lock.json'), timeOf('node_modules/.package-lock.json')]);
  if (installed !== undefined && (lock ?? 0) <= installed) return;
  console.log('Installing packages…');
  // A build of this project needs its development packages, whatever NODE_ENV says.
  const code = await npm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0) {
    console.error('The packages could not be installed; npm says why above.');
    process.exit(1);
  }
}

/** Runs a script in TypeScript. */
export function runTypeScript(file, args = []) {
  return run(process.execPath, ['--import', 'tsx', join(root, file), ...args]);
}
