import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { runProgram } from '../../../src/adapters/program';
import { fails, signal } from './stage';

const node = (code: string) => [process.execPath, '-e', code] as const;

test('its streams and its code, whatever the code', async () => {
  const ended = await runProgram(node("console.log('out'); console.error('err'); process.exit(7)"), { signal, deadlineMs: 20_000 });
  assert.deepEqual(ended, { code: 7, stdout: 'out\n', stderr: 'err\n' });
  const killed = await runProgram(node("process.kill(process.pid, 'SIGKILL')"), { signal, deadlineMs: 20_000 });
  assert.notEqual(killed.code, 0);
  const odd = await runProgram([process.execPath, '-e', 'console.log(process.argv[1])', '$(id) ; *'], { signal, deadlineMs: 20_000 });
  assert.equal(odd.stdout, '$(id) ; *\n', 'no shell reads the arguments');
});

test('more output than anybody wants is left out', async () => {
  const { stdout, code } = await runProgram(node("for (let k = 0; k < 200; k++) process.stdout.write('x'.repeat(100_000))"), {
    signal,
    deadlineMs: 30_000,
  });
  assert.equal(code, 0);
  assert.ok(stdout.length <= 4 * 1024 * 1024);
});

test('missing, late, cancelled: nothing of it outlives the promise', async () => {
  await fails(runProgram(['/nowhere/program'], { signal, deadlineMs: 1000 }), 'toolMissing', /not installed/);
  await fails(runProgram(['/etc/passwd'], { signal, deadlineMs: 1000 }), 'toolFailed');
  const stubborn = "process.on('SIGTERM', () => {}); console.log(process.pid); setInterval(() => {}, 1000)";
  await fails(runProgram(node(stubborn), { signal, deadlineMs: 500 }), 'timeout');
  await fails(runProgram(node(''), { signal: AbortSignal.abort(), deadlineMs: 500 }), 'cancelled');
  const stop = new AbortController();
  const running = runProgram(['sleep', '61.25'], { signal: stop.signal, deadlineMs: 60_000 });
  setTimeout(() => {
    stop.abort();
  }, 50);
  await fails(running, 'cancelled');
  const tasks = await readFile(`/proc/self/task/${process.pid}/children`, 'utf8').catch(() => '');
  for (const pid of tasks.trim().split(' ').filter(Boolean)) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    assert.ok(!line.includes('61.25'), 'it is still there');
  }
});
