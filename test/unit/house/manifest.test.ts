import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { characters } from '../../../media/font.mjs';
import { shapes } from '../../../src/shared/shape';

const root = join(import.meta.dirname, '../../..');
const read = (name: string) => readFileSync(join(root, name), 'utf8');

interface Item {
  readonly command?: string;
  readonly submenu?: string;
  readonly when?: string;
}
interface Property {
  readonly default?: unknown;
  readonly scope?: string;
  readonly markdownDescription?: string;
}
interface Manifest {
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
  readonly extensionKind: readonly string[];
  readonly engines: { readonly vscode: string };
  readonly devDependencies: Record<string, string>;
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly menus: Record<string, readonly Item[]>;
    readonly submenus: readonly { readonly id: string }[];
    readonly views: Record<string, readonly { readonly id: string }[]>;
    readonly viewsContainers: { readonly activitybar: readonly { readonly id: string }[] };
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string }[];
    readonly configuration: readonly { readonly properties: Record<string, Property> }[];
    readonly icons: Record<string, { readonly default: { readonly fontPath: string; readonly fontCharacter: string } }>;
  };
}

const text = read('package.json');
const manifest = JSON.parse(text) as Manifest;
const words = JSON.parse(read('package.nls.json')) as Record<string, string>;
const { contributes } = manifest;
const commands = contributes.commands.map(({ command }) => command);
const views = Object.values(contributes.views).flatMap((all) => all.map(({ id }) => id));
const properties = Object.assign({}, ...contributes.configuration.map((section) => section.properties)) as Record<string, Property>;

/** All text of src/, to look an id up in. */
const code = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => read(`src/${name}`))
  .join('\n');

test('every command of the manifest is in the table of commands, and the other way round', () => {
  const table = read('src/vscode/commands/table.ts');
  const registered = [...table.matchAll(/'(grid\.[\w.]+)':/g)].map((match) => match[1]).sort();
  assert.deepEqual(registered, [...commands].sort());
});

test('every %key% has its words, and no words are left over', () => {
  const used = [...new Set([...text.matchAll(/%([\w.]+)%/g)].map((match) => match[1]))].sort();
  assert.deepEqual(used, Object.keys(words).sort());
});

test('every file that the manifest names is there or is built', async () => {
  const named = [...text.matchAll(/"(?:\.\/)?(media\/[\w./-]+)"/g)].map((match) => match[1] ?? '');
  assert.ok(named.length > 3);
  await Promise.all(named.map((name) => access(join(root, name))));
  const built = new Set(Object.values(contributes.icons).map((icon) => icon.default.fontPath));
  assert.deepEqual([...built], ['./dist/states.ttf']);
});

test('menus name known commands, submenus and views', () => {
  const submenus = contributes.submenus.map(({ id }) => id);
  for (const [menu, items] of Object.entries(contributes.menus)) {
    if (menu.startsWith('grid.')) assert.ok(submenus.includes(menu), menu);
    for (const item of items) {
      if (item.command !== undefined) assert.ok(commands.includes(item.command), `${menu}: ${item.command}`);
      if (item.submenu !== undefined) assert.ok(submenus.includes(item.submenu), `${menu}: ${item.submenu}`);
      for (const [, view] of (item.when ?? '').matchAll(/\bview == ([\w.]+)/g)) assert.ok(views.includes(view ?? ''), `${menu}: ${view}`);
      for (const [, word] of (item.when ?? '').matchAll(/viewItem =~ \/\\b\(?([\w|]+)\)?\\b\//g)) {
        for (const each of word?.split('|') ?? [])
          assert.match(code, new RegExp(`['\`"\\s]${each}['\`"\\s]`), `viewItem ${each} is given by no node`);
      }
    }
  }
});

test('welcome texts stand in known views and run known commands', () => {
  for (const { view, contents } of contributes.viewsWelcome) {
    assert.ok(views.includes(view));
    const body = words[contents.replaceAll('%', '')] ?? '';
    for (const [, command] of body.matchAll(/\(command:(grid\.[\w.]+)\)/g)) assert.ok(commands.includes(command ?? ''), command);
  }
});

test('context keys of the manifest are set by the code', () => {
  for (const key of new Set([...text.matchAll(/\bgrid:\w+/g)].map(([found]) => found))) assert.ok(code.includes(`'${key}'`), key);
});

test('each setting has a default, a scope and a description, and is read', () => {
  for (const [id, property] of Object.entries(properties)) {
    assert.ok(id.startsWith('grid.'), id);
    assert.notEqual(property.default, undefined, id);
    assert.ok(property.scope, id);
    assert.ok(property.markdownDescription, id);
    assert.ok(code.includes(`'${id}'`), `${id} is read nowhere`);
  }
});

test('what names a server is restricted in untrusted workspaces', () => {
  const restricted = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
  for (const id of [
    'grid.staging.stagers',
    'grid.staging.defaultStager',
    'grid.links.sites',
    'grid.pools.list',
    'grid.sandbox.folder',
    'grid.sandbox.root',
  ])
    assert.ok(restricted.includes(id), id);
  for (const id of restricted) assert.ok(id in properties, id);
});

test('the eleven drawings are the icons of the manifest', () => {
  const icons = Object.fromEntries(
    Object.entries(contributes.icons).map(([id, icon]) => [id.replace('grid-', ''), icon.default.fontCharacter]),
  );
  assert.deepEqual(icons, characters);
  assert.deepEqual(Object.keys(icons).sort(), [...shapes].sort());
});

test('it runs where the grid is: on the remote side, and in every editor it promises', () => {
  assert.deepEqual(manifest.extensionKind, ['workspace']);
  assert.equal(`^${manifest.devDependencies['@types/vscode']}`, manifest.engines.vscode);
});
