/**
 * Runs the host suite: VS Code 1.100 by @vscode/test-electron, once in a trusted and once in a restricted workspace.
 * Writes `{ passed, failed }` to the file named by the first argument.
 */
import { runTests } from '@vscode/test-electron';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { editorForTests } from '../editor/code';
import { cacheFolder } from '../editor/install';
import { guest, startPool } from '../practice/pool';
import { practiceDocuments } from '../practice/poolTokens';
import { startStageIt } from '../practice/stageit';
import { startStager } from '../practice/stager';
import { startTapeDoor } from '../practice/tapeDoor';
import { run } from '../setup.mjs';

const root = join(import.meta.dirname, '../..');
const resultFile = process.argv[2] ?? join(root, '.build/host.json');

interface Result {
  readonly passed: number;
  readonly failed: number;
}

async function runSuite(suite: 'trusted' | 'restricted'): Promise<Result> {
  const place = await mkdtemp(join(tmpdir(), `grid-host-${suite}-`));
  const stager = await startStager({ users: { ada: 'p=a:s@s wörd' }, pace: { newMs: 100, scheduledMs: 100, perFileMs: 20 } });
  const stageIt = await startStageIt({ tokens: { 'practice-token-1': 'ada' }, pace: { newMs: 100, scheduledMs: 100, perFileMs: 5 } });
  const operator = { user: 'ada', password: 'p=a:s@s wörd' };
  const pool = await startPool({ documents: practiceDocuments(Math.floor(Date.now() / 1000)), operator, guest });
  const outcome = join(place, 'outcome.json');
  await mkdir(join(place, 'tape'));
  const door = await startTapeDoor({
    folder: join(place, 'tape'),
    tokens: { 'practice-token': 'operator' },
    anonymous: 'operator',
    macaroons: true,
    pace: { queueMs: 100, perFileMs: 1 },
  });
  try {
    const folder = join(place, 'workspace');
    await cp(join(root, 'test/fixtures/workspace'), folder, { recursive: true });
    await mkdir(join(place, 'home'));
    // The restricted window has a stand-in for Red Hat's YAML extension, so that both worlds are seen.
    if (suite === 'restricted') {
      await cp(join(root, 'test/fixtures/yaml'), join(place, 'extensions/redhat.vscode-yaml-0.0.1'), { recursive: true });
    }
    const env = {
      ...process.env,
      HOME: join(place, 'home'),
      GRID_WORKBENCH_CACHE: cacheFolder(), // found by HOME otherwise
      GRID_SUITE: suite,
      GRID_OUTCOME: outcome,
      GRID_STAGEIT_URL: stageIt.url,
      GRID_STAGEIT_CONTROL: stageIt.control,
      GRID_POOL: JSON.stringify({ url: pool.url, database: pool.database, operator, guest, admin: pool.server.admin }),
      GRID_DOOR_URL: door.url,
      no_proxy: '*', // what stands before the network is not asked for doors on this machine
      GRID_STAGER_URL: stager.url,
      GRID_STAGER_CONTROL: stager.control,
      GRID_TEST_FOLDER: folder,
      GRID_TEST_TRUST: suite === 'restricted' ? '1' : '',
      GRID_TEST_SETTINGS: JSON.stringify({ 'grid.staging.pollSeconds': 3600, 'grid.staging.secondsBetweenSubmits': 0 }),
    };
    // The editor's launcher inherits our environment; a desktop VS Code gets the same through the option.
    Object.assign(process.env, env, { HOME: process.env.HOME });
    await runTests({
      ...editorForTests(),
      extensionDevelopmentPath: root,
      extensionTestsPath: join(root, '.build/host/index.js'),
      extensionTestsEnv: env,
      launchArgs: [
        folder,
        ...(suite === 'restricted' ? [] : ['--disable-extensions']),
        `--user-data-dir=${join(place, 'profile')}`,
        `--extensions-dir=${join(place, 'extensions')}`,
      ],
    }).catch((error: unknown) => console.error(`The ${suite} suite ended with: ${String(error)}`));
    // A window that never came up leaves no outcome: one failure.
    return JSON.parse(await readFile(outcome, 'utf8').catch(() => '{"passed":0,"failed":1}')) as Result;
  } finally {
    await stager.stop();
    await stageIt.stop();
    await pool.stop();
    await door.stop();
    await rm(place, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function runAll(): Promise<void> {
  if ((await run(process.execPath, ['build.mjs', '--host'])) !== 0) throw new Error('node build.mjs --host failed; the reason is above.');
  const total = { passed: 0, failed: 0 };
  for (const suite of ['trusted', 'restricted'] as const) {
    const { passed, failed } = await runSuite(suite);
    console.log(`${suite}: ${passed} passed, ${failed} failed`);
    total.passed += passed;
    total.failed += failed;
  }
  await writeFile(resultFile, JSON.stringify(total));
  process.exitCode = total.failed === 0 ? 0 : 1;
}

void runAll();
