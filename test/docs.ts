/**
 * npm run docs: writes the tables of rules into the pages that show them, between `<!-- rules:… -->` and
 * `<!-- /rules:… -->`. A unit test fails when a page is not as this would write it.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { renderRules, withRules, type RuleDoc } from '../src/core/rules';
import { rules as linkRules } from '../src/core/links/rule';
import { rules as tokenRules } from '../src/core/tokens/rules/rule';

const root = join(import.meta.dirname, '..');

/** Which rules stand on which page, under which name. */
export const tables: readonly { readonly page: string; readonly name: string; readonly rules: readonly RuleDoc[] }[] = [
  { page: 'README.md', name: 'links', rules: Object.values(linkRules) },
  { page: 'README.md', name: 'tokens', rules: Object.values(tokenRules) },
];

/** A page as it is, and as it should be; the same when nothing has changed. */
export async function pages(): Promise<readonly { readonly page: string; readonly now: string; readonly wanted: string }[]> {
  const names = [...new Set(tables.map(({ page }) => page))];
  return Promise.all(
    names.map(async (page) => {
      const now = await readFile(join(root, page), 'utf8');
      const wanted = tables.filter((table) => table.page === page).reduce(write, now);
      return { page, now, wanted };
    }),
  );
}

function write(text: string, { page, name, rules }: (typeof tables)[number]): string {
  const written = withRules(text, name, renderRules(rules));
  if (written === undefined)
    throw new Error(`${page} has no place for the rules “${name}”: <!-- rules:${name} --> … <!-- /rules:${name} -->`);
  return written;
}

async function main(): Promise<void> {
  for (const { page, now, wanted } of await pages()) {
    if (now !== wanted) await writeFile(join(root, page), wanted);
    console.log(now === wanted ? `${page}: as it should be` : `${page}: written`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) void main();
