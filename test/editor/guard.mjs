// Runs one command in a process group of its own and ends the whole group when the pipe on stdin closes.
// The kernel closes that pipe however the starter dies, SIGKILL included, so nothing is ever left behind
// and the starter needs no signal handlers. Plain JavaScript, because it is started by any Node without a loader.
//
//   node guard.mjs <grace in ms> <command> [arguments…]
import { spawn } from 'node:child_process';

const [grace, command, ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });

function endGroup() {
  setTimeout(() => process.kill(-process.pid, 'SIGKILL'), Number(grace));
  process.kill(-process.pid, 'SIGTERM');
}

process.on('SIGTERM', () => {}); // the group's signal reaches the guard too; it must outlive the others
process.on('SIGINT', () => {});
process.stdin.on('error', () => {});
process.stdin.once('close', endGroup);
process.stdin.resume();

child.once('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
child.once('exit', (code, signal) => process.exit(code ?? (signal === 'SIGTERM' ? 143 : 137)));
