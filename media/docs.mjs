/**
 * Writes what is made from the schema and the rules of step configuration: `npm run docs`. The files are kept beside
 * the sources, because an editor reads them as they are; a test says when they are no longer what would be written.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { jsonSchema } from '../src/core/config/docs/jsonSchema.ts';
import { stepPage } from '../src/core/config/docs/page.ts';

const json = (value) => `${JSON.stringify(value, null, 1)}\n`;

/** Text by file name. */
export const documents = {
  'step.schema.json': () => json(jsonSchema('yaml')),
  'stepJson.schema.json': () => json(jsonSchema('json')),
  'step.md': () => stepPage(),
};

// No await at the top: a test reads this file as CommonJS.
if (process.argv[1] === import.meta.filename) {
  void Promise.all(Object.entries(documents).map(([name, text]) => writeFile(join(import.meta.dirname, name), text())));
}
