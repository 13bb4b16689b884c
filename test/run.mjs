/**
 * npm test: set-up, type check, lint and the suites; ends with `N passed, N failed`.
 *
 *   node test/run.mjs               everything
 *   node test/run.mjs unit live     only these
 */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { ensurePackages, root, run, runTypeScript } from './setup.mjs';

const node = process.execPath;
const bin = (name) => join(root, 'node_modules', name);

/** Debian packages a suite cannot do without. */
const needs = {
  live: [
    ...['python3', 'python3-yaml', 'openssl', 'voms-clients', 'globus-proxy-utils'],
    ...['gfal2', 'gfal2-plugin-file', 'gfal2-plugin-http', 'gfal2-plugin-mock', 'gfal2-plugin-srm'],
    ...['python3-gfal2', 'python3-gfal2-util', 'gfal2-util-scripts', 'gfal2-plugin-gridftp', 'gfal2-plugin-xrootd'],
    ...['git', 'globus-gass-copy-progs', 'globus-gridftp-server-progs', 'xrootd-server', 'xrootd-client'],
  ],
  host: [
    ...['chromium', 'python3', 'make', 'g++', 'git'],
    ...['gfal2', 'gfal2-plugin-file', 'gfal2-plugin-http', 'python3-gfal2', 'python3-gfal2-util', 'gfal2-util-scripts'],
  ],
  ui: [
    ...['chromium', 'python3', 'make', 'g++', 'git'],
    ...['gfal2', 'gfal2-plugin-file', 'python3-gfal2', 'python3-gfal2-util', 'gfal2-util-scripts'],
  ],
};

/** Clocks of panels stand still, and so does the zone: what is said of a time is compared to the letter. */
const zone = { TZ: 'Europe/Amsterdam' };

const suites = {
  types: async () => {
    const results = [await program('types', [bin('typescript/bin/tsc'), '--noEmit'])];
    // Panels run in a page: they and their tests have the types of a browser, and nothing else has.
    for (const project of ['webview', 'test/unit/webview'])
      results.push(await program(`types of ${project}`, [bin('typescript/bin/tsc'), '--noEmit', '-p', project]));
    return { passed: results.reduce((sum, { passed }) => sum + passed, 0), failed: results.reduce((sum, { failed }) => sum + failed, 0) };
  },
  lint: async () => {
    const style = await program('lint', [bin('eslint/bin/eslint.js'), '.']);
    const layout = await program('layout', [bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']);
    return { passed: style.passed + layout.passed, failed: style.failed + layout.failed };
  },
  unit: () => nodeTests('unit', 2, zone),
  live: () => nodeTests('live', 1),
  host: async () => {
    const result = join(root, '.build', 'host.json');
    await rm(result, { force: true });
    await run(node, ['--import', 'tsx', 'test/host/run.ts', result]);
    // No result is a failure too: the window never came up, or never ended.
    return JSON.parse(await readFile(result, 'utf8').catch(() => '{"passed":0,"failed":1}'));
  },
  ui: () => nodeTests('ui', 1, zone),
};

async function program(name, args) {
  const ok = (await run(node, args)) === 0;
  console.log(ok ? `${name}: clean` : `${name}: see above`);
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1 };
}

async function nodeTests(suite, concurrency, environment = {}) {
  const folder = join('test', suite);
  const names = await readdir(join(root, folder), { recursive: true }).catch(() => []);
  const files = names.filter((name) => name.endsWith('.test.ts')).map((name) => join(folder, name));
  const tap = join('.build', `${suite}.tap`);
  const reporters = [
    '--test-reporter=dot',
    '--test-reporter-destination=stdout',
    '--test-reporter=tap',
    `--test-reporter-destination=${tap}`,
  ];
  const args = ['--import', 'tsx', '--test', `--test-concurrency=${concurrency}`, ...reporters, ...files];
  const code = await run(node, args, { env: { ...process.env, ...environment } });
  const report = await readFile(join(root, tap), 'utf8').catch(() => '');
  const number = (word) => Number(new RegExp(`^# ${word} (\\d+)`, 'm').exec(report)?.[1] ?? 0);
  const failed = number('fail') + number('cancelled');
  if (failed > 0) console.log(failuresIn(report));
  // A runner that fails without a failed test (a file that cannot be read) is one failure.
  return { passed: number('pass'), failed: failed === 0 && code !== 0 ? 1 : failed };
}

/** The failed tests of a TAP report with their messages. */
function failuresIn(report) {
  return report
    .split(/^(?=\s*(?:not )?ok \d+ - )/m)
    .filter((part) => /^\s*not ok /.test(part) && !part.includes('# TODO'))
    .map((part) => part.split('\n').slice(0, 40).join('\n'))
    .join('\n');
}

await ensurePackages();
await mkdir(join(root, '.build'), { recursive: true });

const named = process.argv.slice(2);
const unknown = named.filter((name) => !(name in suites));
if (unknown.length > 0) {
  console.error(`There is no suite "${unknown.join('", "')}". There are: ${Object.keys(suites).join(', ')}.`);
  process.exit(2);
}
const chosen = named.length > 0 ? named : Object.keys(suites);
const leftOut = [];
const total = { passed: 0, failed: 0 };

const wanted = [...new Set(chosen.flatMap((suite) => needs[suite] ?? []))];
const list = join(root, '.build', 'missing.json');
if (wanted.length > 0) await runTypeScript('test/editor/missing.ts', [list, ...wanted]);
const missing = wanted.length > 0 ? JSON.parse(await readFile(list, 'utf8')) : [];

for (const suite of chosen) {
  const lacks = (needs[suite] ?? []).filter((name) => missing.includes(name));
  if (lacks.length > 0) {
    leftOut.push(`${suite} (needs ${lacks.join(', ')})`);
    continue;
  }
  console.log(`\n== ${suite}`);
  const { passed, failed } = await suites[suite]();
  total.passed += passed;
  total.failed += failed;
  console.log(`${suite}: ${passed} passed, ${failed} failed`);
}

if (leftOut.length > 0) {
  console.log(`\nLeft out: ${leftOut.join('; ')}.`);
  if (process.env.CI) total.failed += leftOut.length;
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);
