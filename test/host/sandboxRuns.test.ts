import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ppid } from 'node:process';
import { Uri } from 'vscode';
import { GridError } from '../../src/core/errors';
import type { KnownBuilt } from '../../src/vscode/sandboxKnown';
import { SandboxRuns } from '../../src/vscode/sandboxRuns';
import { eventually } from './practice';

const uri = Uri.file('/home/ada/pref.cfg');
const steps = ['plan', 'pack'].map((id) => ({ id, title: id, detail: '' }));
const never = new AbortController().signal;

describe('what is known of a sandbox', () => {
  let folder = '';
  let time = 0;
  const open = (): SandboxRuns => new SandboxRuns(folder, () => (time += 100));
  /** What is on disk, when it is written. */
  const kept = async (wanted: RegExp): Promise<string> =>
    eventually(`${String(wanted)} is on disk`, async () => {
      const [name] = (await readdir(folder)).filter((each) => each.endsWith('.json'));
      const text = name === undefined ? '' : await readFile(join(folder, name), 'utf8');
      return wanted.test(text) && join(folder, name ?? '');
    });
  const built = (file: string): KnownBuilt => ({
    ...{ file, bytes: 3, sha256: 'a'.repeat(64), adler32: '00000001', entries: 1, problems: [], recipe: '[{}]', at: 1 },
    manifest: { format: 1, name: 'pref', sources: [], files: [] },
  });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'grid-runs-'));
  });
  // What is kept is written by and by.
  afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));

  it('lines are bounded and hold no secrets, steps have their times', async () => {
    const record = await open().of(uri);
    const run = record.begin('build', steps, never);
    run.news({ step: 'plan', state: 'running' });
    for (let k = 0; k < 1200; k++) run.said('plan', `line ${k} https://ada:secret@host/${'x'.repeat(600)}`);
    run.news({ step: 'plan', state: 'done', detail: 'two' });
    assert.deepEqual([record.lines.length, record.dropped], [1000, 200]);
    assert.doesNotMatch(record.lines[0]?.text ?? '', /secret/);
    assert.ok((record.lines[0]?.text.length ?? 999) < 520);
    assert.deepEqual([record.steps[0]?.state, record.steps[0]?.detail], ['done', 'two']);
    assert.ok((record.steps[0]?.ms ?? 0) > 0);
    run.end({});
    assert.equal(record.running, undefined);
  });

  it('a cancel is no failure; what fails before its step says so fails in the first that was left', async () => {
    const record = await open().of(uri);
    const first = record.begin('build', steps, never);
    first.news({ step: 'plan', state: 'running' });
    record.running?.stop.abort();
    assert.ok(first.signal.aborted);
    first.news({ step: 'plan', state: 'failed', detail: 'cancelled' });
    first.end({}, new GridError('cancelled', 'The build was cancelled.'));
    assert.deepEqual([record.steps[0]?.state, record.error], ['cancelled', undefined]);
    const second = record.begin('build', steps, never);
    second.news({ step: 'plan', state: 'done' });
    first.news({ step: 'pack', state: 'done' });
    assert.equal(record.steps[1]?.state, 'waiting', 'a run that was replaced is heard no more');
    second.end({}, new GridError('toolMissing', 'git is not installed.'));
    assert.deepEqual([record.steps[1]?.state, record.steps[1]?.detail], ['failed', 'git is not installed.']);
  });

  it('the next window knows what was built, as long as the tar is there', async () => {
    const file = join(folder, 'pref.tar');
    await writeFile(file, 'tar');
    (await open().of(uri)).begin('build', steps, never).end({ built: built(file) });
    await kept(/"built"/);
    assert.equal((await open().of(uri)).built?.file, file);
    await truncate(file, 1);
    assert.equal((await open().of(uri)).built, undefined);
  });

  it('a run of a window that has gone was interrupted; one of a window that lives is waited for', async () => {
    const begun = await open().of(uri);
    begun.begin('upload', steps, never);
    const file = await kept(/"running"/);
    const text = await readFile(file, 'utf8');
    const by = (pid: number): Promise<void> => writeFile(file, text.replace(/"pid":\d+/, `"pid":${pid}`));
    await by(2 ** 30);
    const gone = await open().of(uri);
    assert.deepEqual([gone.interrupted, gone.elsewhere], ['upload', undefined]);
    await by(ppid);
    const lives = await open().of(uri);
    assert.deepEqual([lives.interrupted, lives.elsewhere], [undefined, 'upload']);
    await writeFile(file, text.replace(/,"running":\{[^}]*\}/, ''));
    await eventually('it has ended there', () => Promise.resolve(lives.elsewhere === undefined && lives.interrupted === undefined));
    begun.running?.stop.abort();
  });

  it('what cannot be read is nothing, and what cannot be written is shown all the same', async () => {
    (await open().of(uri)).keepLineEnds(true);
    const file = await kept(/"lineEnds":true/);
    for (const text of ['', '{', '{"version":1}', '[]', '{"version":2,"steps":[]}']) {
      await writeFile(file, text);
      const { built: none, steps: empty, lineEnds } = await open().of(uri);
      assert.deepEqual([none, empty.length, lineEnds], [undefined, 0, false]);
    }
    const nowhere = await new SandboxRuns('/dev/null/runs', () => 0).of(uri);
    nowhere.keepLineEnds(true);
    assert.equal(nowhere.lineEnds, true);
  });
});
