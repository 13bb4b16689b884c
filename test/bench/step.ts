import assert from 'node:assert/strict';
import { lintConfig } from '../../src/core/config/rules/lint';
import { sites } from '../../src/core/links/site';
import { median, timed, type Figure } from './figure';

const rounds = 25;
const lineCount = 5000;

/** A step file of exactly so many lines with fields, variables, attachments and repositories, every 50th of them wrong. */
export function bigStep(lines: number): { readonly text: string; readonly seeded: number } {
  const n = Math.floor((lines - 16) / 7);
  const rows = (of: (k: number) => readonly string[]): string[] => Array.from({ length: n }, (_, k) => of(k)).flat();
  const every = (k: number): boolean => k % 50 === 7;
  const fields = rows((k) => [`    FIELD_${k}: ${every(k) ? '0755' : `"value ${k}"`} # note ${k}`]);
  const variables = rows((k) => [`    FIELD_${k}: '${every(k) ? '' : '$'}FIELD_${k}'`]);
  const attachments = rows((k) => [`        file_${k}.parset: ${every(k) ? 'FILE' : '$FILE'}_${k}`]);
  const tools = rows((k) => [
    `        tool_${k}:`,
    `            git_url: "https://git.example.org/survey/tool_${k}.git"`,
    every(k) ? `            comit: "0c91f3a7"` : `            commit: "0c91f3a7"`,
    '            # a comment of some length, as people write them between the entries of a map',
  ]);
  const head = [
    'apiVersion: 0',
    'Token:',
    '    OBSID: ""',
    '    RESULTS_DIR: "gsiftp://gridftp.grid.sara.nl:2811/pnfs/grid.sara.nl/data/x"',
  ];
  const sandbox = [
    'Sandbox:',
    '    name: big',
    '    loc: "big"',
    '    git:',
    '        location: https://git.example.org/x.git',
    '        branch: b',
    '    remove_when_done: true',
    '    git_scripts:',
  ];
  const all = [...head, ...fields, ...sandbox, ...tools, 'Shell_variables:', ...variables, '    _attachments:', ...attachments];
  while (all.length < lines - 1) all.push('# the end');
  return { text: `${all.join('\n')}\n`, seeded: 4 * Array.from({ length: n }, (_, k) => k).filter(every).length };
}

/** config.lint: from the text of a step file to its problems, syntax and rules, without an editor. */
export function measure(): Promise<Figure> {
  const { table } = sites();
  const { text, seeded } = bigStep(lineCount);
  assert.equal(text.split('\n').length, lineCount);
  const found = lintConfig(text, 'yaml', { sites: table }).filter(({ severity }) => severity === 'error' || severity === 'warning');
  assert.equal(found.length, seeded);
  for (let warm = 0; warm < 10; warm++) lintConfig(text, 'yaml', { sites: table });
  const ours = Array.from({ length: rounds }, () => timed(() => lintConfig(text, 'yaml', { sites: table })));
  const note = `${found.length} problems found, ${seeded} seeded; median of ${rounds}`;
  return Promise.resolve({ ours: median(ours), peer: null, ratio: null, unit: 'ms', n: lineCount, note });
}
