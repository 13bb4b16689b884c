import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../../..');

/** Which room may use which. A room that is not named here may be used by nobody but itself. */
const allowed: Record<string, readonly string[]> = {
  core: ['core'],
  shared: ['shared', 'core'],
  adapters: ['adapters', 'core'],
  vscode: ['vscode', 'adapters', 'core', 'shared', 'api', 'module:vscode'],
  api: ['core', 'shared'],
  extension: ['vscode', 'adapters', 'core', 'shared', 'api', 'module:vscode'],
};

/**
 * Panels run in a page, know the grid by what the host sends, and speak as the rest of the product speaks: besides
 * `shared` they read the words and orders of states, and how numbers and times are said. Both are pure.
 */
const allowedToPanels = ['shared/', 'core/wording', 'core/staging/state', 'core/tokens/state'];

/** Packages of the owner's card, and who wraps each. */
const wrappers: Record<string, string> = {
  xmlrpc: 'src/adapters/',
  nano: 'src/adapters/',
  'js-yaml': 'src/core/config/',
  'jsonc-parser': 'src/core/config/',
  '@vscode/webview-ui-toolkit': 'webview/ui.ts',
};

async function sources(folder = 'src'): Promise<{ file: string; room: string; imports: string[] }[]> {
  const names = (await readdir(join(root, folder), { recursive: true })).filter((name) => name.endsWith('.ts'));
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(root, folder, name), 'utf8');
      const imports = [...text.matchAll(/(?<!\.)(?:from|import|import\()\s*'([^']+)'/g)].map((match) => match[1] ?? '');
      return { file: `${folder}/${name}`, room: roomOf(name), imports };
    }),
  );
}

function packageOf(path: string): string {
  return path.split('/', path.startsWith('@') ? 2 : 1).join('/');
}

function roomOf(path: string): string {
  const [first = ''] = path.split('/');
  return first.replace(/\.ts$/, '');
}

test('each room imports only what it may', async () => {
  const faults: string[] = [];
  for (const { file, room, imports } of await sources()) {
    for (const wanted of imports) {
      if (wanted.startsWith('node:')) {
        if (room === 'core' || room === 'shared') faults.push(`${file} imports ${wanted}`);
      } else if (wanted.startsWith('.')) {
        const target = roomOf(relative(join(root, 'src'), join(root, dirname(file), wanted)));
        if (!allowed[room]?.includes(target)) faults.push(`${file} imports ${wanted}`);
      } else if (wanted === 'vscode') {
        if (!allowed[room]?.includes('module:vscode')) faults.push(`${file} imports vscode`);
      } else if (!file.startsWith(wrappers[packageOf(wanted)] ?? ' ')) {
        faults.push(`${file} imports the package ${wanted}`);
      }
    }
  }
  assert.deepEqual(faults, []);
});

test('panels import each other, shared, and the pure words of core; one of them the toolkit', async () => {
  const faults: string[] = [];
  for (const { file, imports } of await sources('webview')) {
    for (const wanted of imports) {
      const path = wanted.startsWith('.') ? relative(root, join(root, dirname(file), wanted)).replaceAll('\\', '/') : '';
      const own = path.startsWith('webview/') || path.startsWith('media/states/');
      const known = allowedToPanels.some((each) => path.startsWith(`src/${each}`));
      if (!own && !known && wrappers[packageOf(wanted)] !== file) faults.push(`${file} imports ${wanted}`);
    }
  }
  assert.deepEqual(faults, []);
});

test('panels set no inline style and write no markup: the content policy forbids the one, safety the other', async () => {
  const faults: string[] = [];
  for (const { file } of await sources('webview')) {
    const text = await readFile(join(root, file), 'utf8');
    for (const [found] of text.matchAll(/\.style\b|['"]style['"]|innerHTML|outerHTML|insertAdjacentHTML/g))
      faults.push(`${file}: ${found}`);
  }
  assert.deepEqual(faults, []);
});

test('nothing imports extension.ts', async () => {
  const users = (await sources()).filter(({ imports }) => imports.some((wanted) => /(^|\/)extension$/.test(wanted)));
  assert.deepEqual(
    users.map(({ file }) => file),
    [],
  );
});

test('folders are subjects, files are nouns, and nothing is called a helper', async () => {
  const banned = /(^|\/)(utils?|helpers?|managers?|services?|common|index)(\.ts|\/)/;
  const files = [...(await sources()), ...(await sources('webview'))].map(({ file }) => file);
  assert.deepEqual(
    files.filter((file) => banned.test(file)),
    [],
  );
  assert.deepEqual(
    files.filter((file) => !/^(?:src|webview)\/(?:[a-z]+\/)*[a-z][a-zA-Z]*(?:\.d)?\.ts$/.test(file)),
    [],
  );
});

test('src makes no synchronous system call and builds no shell string', async () => {
  const faults: string[] = [];
  for (const { file } of await sources()) {
    const text = await readFile(join(root, file), 'utf8');
    for (const match of text.matchAll(/\b\w+Sync\(|shell:\s*true/g)) faults.push(`${file}: ${match[0]}`);
  }
  assert.deepEqual(faults, []);
});

test('extension.ts is wiring: under 100 lines', async () => {
  const text = await readFile(join(root, 'src/extension.ts'), 'utf8');
  assert.ok(text.split('\n').length < 100);
});
