/**
 * The one bundler script.
 *
 *   node build.mjs             dist/: what the extension ships
 *   node build.mjs --watch     the same, again on each change
 *   node build.mjs --host      also .build/host/index.js, the suite that runs inside VS Code
 *   node build.mjs --package   dist/ and grid-workbench.vsix
 */
import { parse } from 'acorn';
import { build, context } from 'esbuild';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { buildFont } from './media/font.mjs';
import { buildGutter } from './media/gutter.mjs';

const flags = new Set(process.argv.slice(2));
const root = import.meta.dirname;
const dist = join(root, 'dist');

/**
 * VS Code loads CommonJS, and esbuild splits only ES modules: bundle with splitting, then turn each chunk into CommonJS.
 * So what is imported with `import()` (a library, a panel) is a file of its own that is read at first use, and nothing is
 * bundled twice. esbuild could turn them, too, but wraps every chunk for cases that do not occur here: 60 kB more.
 */
const toCommonJs = {
  name: 'to-commonjs',
  setup(host) {
    host.onEnd(async ({ errors, metafile }) => {
      if (errors.length > 0 || metafile === undefined) return;
      refuseCircles(metafile.outputs);
      for (const name of Object.keys(metafile.outputs)) {
        const file = join(root, name);
        await writeFile(file, commonJs(await readFile(file, 'utf8'), name));
      }
      const short = await shorten(Object.keys(metafile.outputs));
      await mkdir(join(root, '.build'), { recursive: true });
      await writeFile(
        join(root, '.build', 'meta.json'),
        JSON.stringify(metafile).replace(/chunk-[A-Z0-9]+\.js/g, (chunk) => `${short.get(chunk)}.js`),
      );
    });
  },
};

/** Chunks name each other a thousand times: `./c7` for `./chunk-6JVSZHEA.js`. */
async function shorten(outputs) {
  const chunks = outputs.map((name) => basename(name)).filter((name) => name.startsWith('chunk-'));
  const short = new Map(chunks.sort().map((name, index) => [name, `c${index.toString(36)}`]));
  for (const name of outputs.map((each) => basename(each))) {
    const code = await readFile(join(dist, name), 'utf8');
    const text = code.replace(/"\.\/(chunk-[A-Z0-9]+\.js)"/g, (all, chunk) => (short.has(chunk) ? `"./${short.get(chunk)}"` : all));
    await rm(join(dist, name));
    await writeFile(join(dist, short.has(name) ? `${short.get(name)}.js` : name), text);
  }
  return short;
}

/** A chunk as CommonJS. What it exports must not change later: the others hold values, where ES modules hold names. */
function commonJs(code, name) {
  const { body } = parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
  const edits = [];
  const replace = ({ start, end }, text) => edits.push({ start, end, text });
  const exported = new Set();
  for (const node of body) {
    if (node.type === 'ImportDeclaration') replace(node, importText(node));
    else if (node.type === 'ExportDefaultDeclaration') {
      replace({ start: node.start, end: node.declaration.start }, 'module.exports={default:');
      replace({ start: node.declaration.end, end: node.end }, '};');
    } else if (node.type === 'ExportNamedDeclaration') {
      const pairs = node.specifiers.map(({ local, exported: as }) => (local.name === as.name ? as.name : `${as.name}:${local.name}`));
      for (const { local } of node.specifiers) exported.add(local.name);
      replace(node, `module.exports={${pairs.join()}};`);
    } else if (node.type.startsWith('Export')) throw new Error(`${name}: ${node.type} is not expected here.`);
  }
  visit(body, (node) => {
    for (const { start, end } of unread(node)) edits.push({ start, end: code[end] === ',' ? end + 1 : end, text: '' });
    if (node.type === 'ImportExpression')
      replace(node, `Promise.resolve().then(()=>require(${code.slice(node.source.start, node.source.end)}))`);
    const target = node.type === 'AssignmentExpression' ? node.left : node.type === 'UpdateExpression' ? node.argument : undefined;
    if (target?.type === 'Identifier' && exported.has(target.name)) throw new Error(`${name}: the exported ${target.name} changes.`);
  });
  let text = '"use strict";';
  let at = 0;
  for (const edit of edits.sort((a, b) => a.start - b.start)) {
    text += code.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return text + code.slice(at);
}

/** What rules say of themselves for the pages about them (core/rules.ts): no running code reads it. */
function unread({ type, properties }) {
  const names = type === 'ObjectExpression' ? properties.map(({ key }) => key?.name) : [];
  if (!['code', 'severity', 'documentation', 'example'].every((name) => names.includes(name))) return [];
  return properties.filter(({ key }) => key?.name === 'documentation' || key?.name === 'example');
}

function importText({ source, specifiers }) {
  const load = `require(${JSON.stringify(source.value)})`;
  const isChunk = source.value.startsWith('.');
  // Nothing is taken from it: it is only named because another chunk needs it, which asks for it by itself.
  if (specifiers.length === 0) return isChunk ? '' : `${load};`;
  const whole = specifiers.find(({ type }) => type === 'ImportNamespaceSpecifier' || (type === 'ImportDefaultSpecifier' && !isChunk));
  const named = specifiers
    .filter((each) => each !== whole)
    .map(({ imported, local }) => (imported?.name === local.name ? local.name : `${imported?.name ?? 'default'}:${local.name}`));
  const parts = [
    ...(whole === undefined ? [] : [`${whole.local.name}=${load}`]),
    ...(named.length === 0 ? [] : [`{${named.join()}}=${load}`]),
  ];
  return `const ${parts.join()};`;
}

function visit(value, look) {
  if (Array.isArray(value)) for (const each of value) visit(each, look);
  else if (value !== null && typeof value === 'object') {
    if (typeof value.type === 'string') look(value);
    for (const each of Object.values(value)) if (typeof each === 'object') visit(each, look);
  }
}

/** Of two chunks that need each other at once, CommonJS gives one of them the other half made. */
function refuseCircles(outputs) {
  const done = new Set();
  const enter = (name, path) => {
    if (path.includes(name)) throw new Error(`Chunks need each other: ${[...path, name].join(' → ')}`);
    if (done.has(name)) return;
    for (const { path: next, kind } of outputs[name]?.imports ?? [])
      if (kind === 'import-statement' && next in outputs) enter(next, [...path, name]);
    done.add(name);
  };
  for (const name of Object.keys(outputs)) enter(name, []);
}

const extension = {
  absWorkingDir: root,
  entryPoints: ['src/extension.ts'],
  outdir: 'dist',
  chunkNames: 'chunk-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: ['vscode'],
  // Elements and text are all that xmlrpc asks of it.
  alias: { xmlbuilder: join(root, 'src/adapters/xmlbuilder.ts') },
  // Where a package has both, its modules: jsonc-parser's other build asks for its parts by names that no bundler sees.
  mainFields: ['module', 'main'],
  minify: true,
  charset: 'utf8',
  metafile: true,
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [toCommonJs],
};

/** The host suite: our tests in one file; mocha and the editor's API are found at run time. */
const hostSuite = {
  absWorkingDir: root,
  entryPoints: ['test/host/index.ts'],
  outfile: '.build/host/index.js',
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  external: ['vscode', 'mocha'],
  sourcemap: 'inline',
  logLevel: 'warning',
};

/** The browser side of the panels: for each a script and a style sheet of the same name; the toolkit once for all of them. */
const panels = {
  absWorkingDir: root,
  entryPoints: [
    { in: 'webview/ui.ts', out: 'ui' },
    { in: 'webview/base.css', out: 'base' },
    { in: 'webview/staging/main.ts', out: 'staging' },
    { in: 'webview/pool/main.ts', out: 'pool' },
    { in: 'webview/sandbox/main.ts', out: 'sandbox' },
  ],
  outdir: 'dist/webview',
  bundle: true,
  format: 'iife',
  platform: 'browser',
  target: 'es2022',
  loader: { '.svg': 'text' },
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
};

async function font() {
  await mkdir(dist, { recursive: true });
  await writeFile(join(dist, 'states.ttf'), await buildFont(join(root, 'media', 'states')));
}

const gutter = () => buildGutter(join(root, 'media', 'states'), join(dist, 'gutter'));

/** What the grid's own Python runs: it ships as it is. */
async function workers() {
  await cp(join(root, 'src', 'worker'), join(dist, 'worker'), { recursive: true, filter: (path) => !/__pycache__|\.pyc$/.test(path) });
}

async function vsix() {
  const { createVSIX } = await import('@vscode/vsce');
  const file = join(root, 'grid-workbench.vsix');
  // The README's pictures are for the repository; the page shown in the editor has none (media/readme stays outside).
  const page = join(root, '.build', 'README.md');
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  await writeFile(page, readme.replace(/^!\[[^\]]*\]\([^)]*\)\n+/gm, ''));
  await createVSIX({
    cwd: root,
    packagePath: file,
    dependencies: false,
    rewriteRelativeLinks: false,
    readmePath: '.build/README.md',
    allowMissingRepository: true,
  });
  return file;
}

if (flags.has('--watch')) {
  await Promise.all([font(), gutter(), workers()]);
  for (const options of [extension, panels]) await (await context(options)).watch();
  console.log('Watching src/ and webview/ …');
} else {
  await rm(dist, { recursive: true, force: true });
  await Promise.all([font(), gutter(), workers(), build(extension), build(panels), ...(flags.has('--host') ? [build(hostSuite)] : [])]);
  if (flags.has('--package')) console.log(await vsix());
}
