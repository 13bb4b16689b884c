/** How big what ships is. Reads what `node build.mjs --package` has written. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

interface Meta {
  readonly outputs: Record<string, { readonly imports: readonly { readonly path: string; readonly kind: string }[] }>;
}

/** Bytes. */
export interface Sizes {
  /** `extension.js` and every chunk it needs before it can begin. */
  readonly activation: number;
  /** All code of the extension host. */
  readonly host: number;
  /** Scripts and style sheets of all panels. */
  readonly webview: number;
  readonly vsix: number;
}

export async function measureSizes(): Promise<Sizes> {
  const { outputs } = JSON.parse(await readFile(join(root, '.build/meta.json'), 'utf8')) as Meta;
  const needed = new Set<string>();
  const visit = (file: string) => {
    if (needed.has(file)) return;
    needed.add(file);
    for (const { path, kind } of outputs[file]?.imports ?? []) if (kind === 'import-statement' && path in outputs) visit(path);
  };
  visit('dist/extension.js');
  const scripts = (await readdir(join(root, 'dist'))).filter((name) => name.endsWith('.js')).map((name) => `dist/${name}`);
  const panels = (await readdir(join(root, 'dist/webview'))).map((name) => `dist/webview/${name}`);
  return {
    activation: await sum([...needed]),
    host: await sum(scripts),
    webview: await sum(panels),
    vsix: await sum(['grid-workbench.vsix']),
  };
}

async function sum(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(root, file))).size));
  return sizes.reduce((total, size) => total + size, 0);
}
