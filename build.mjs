/**
 * The one bundler script.
 *
 *   node build.mjs             dist/: what the extension ships
 *   node build.mjs --watch     the same, again on each change
 *   node build.mjs --host      also .build/host/index.js, the suite that runs inside VS Code
 *   node build.mjs --package   dist/ and grid-workbench.vsix
 */
import { build, context } from 'esbuild';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildFont } from './media/font.mjs';

const flags = new Set(process.argv.slice(2));
const root = import.meta.dirname;
const dist = join(root, 'dist');

/**
 * VS Code loads CommonJS, and esbuild splits only ES modules: bundle with splitting, then turn each chunk into
 * CommonJS. So what is imported with `import()` (a library, a panel) is a file of its own that is read at first use, and
 * nothing is bundled twice.
 */
const toCommonJs = {
  name: 'to-commonjs',
  setup(host) {
    host.onEnd(async (result) => {
      if (result.errors.length > 0 || result.metafile === undefined) return;
      await build({
        entryPoints: Object.keys(result.metafile.outputs).map((file) => join(root, file)),
        outdir: dist,
        allowOverwrite: true,
        bundle: false,
        format: 'cjs',
        platform: 'node',
        target: 'node20',
        minify: true,
        supported: { 'dynamic-import': false },
        logLevel: 'warning',
      });
      await mkdir(join(root, '.build'), { recursive: true });
      await writeFile(join(root, '.build', 'meta.json'), JSON.stringify(result.metafile));
    });
  },
};

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
    { in: 'webview/staging/main.ts', out: 'staging' },
    { in: 'webview/pool/main.ts', out: 'pool' },
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
  await Promise.all([font(), workers()]);
  for (const options of [extension, panels]) await (await context(options)).watch();
  console.log('Watching src/ and webview/ …');
} else {
  await rm(dist, { recursive: true, force: true });
  await Promise.all([font(), workers(), build(extension), build(panels), ...(flags.has('--host') ? [build(hostSuite)] : [])]);
  if (flags.has('--package')) console.log(await vsix());
}
