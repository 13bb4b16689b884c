/** The page of keys and rules, in Markdown: made from the schema and the rules, so that it cannot say anything else. */
import { tokenFields } from '../fields';
import { type Dialect, dialectNames, type KeySpec, type Kind } from '../key';
import { rules, type Rule } from '../rules/rule';
import { schemas } from '../schema';

const kindWords: Readonly<Record<Kind, string>> = {
  text: 'text',
  integer: 'whole number',
  number: 'number',
  flag: 'true or false',
  nothing: 'nothing',
  map: 'map',
  list: 'list',
  any: 'anything',
};

interface Row {
  readonly path: string;
  readonly spec: KeySpec;
  /** The keys below stand elsewhere already: at this path of the same table. */
  readonly as?: string;
}

const shown: readonly Exclude<Dialect, 'legacy' | 'token'>[] = ['v0.5', 'workbench', 'v1'];

export function stepPage(): string {
  return [
    '# Step configuration',
    '',
    'One file says how tokens of a step are made, what its sandbox holds, and which variables the worker gets. It has one of three forms;',
    '**Convert Step Configuration…** turns one into another and says what the other cannot hold.',
    '',
    ...shown.map((form) => `- [${dialectNames[form]}](#${anchor(dialectNames[form])}): ${schemas[form]?.doc ?? ''}`),
    '',
    'Fields of the token stand in a [table of their own](#token-fields), since every form has them. What the editor says about a file, and why,',
    'stands under [Rules](#rules).',
    '',
    ...shown.flatMap(formLines),
    '## Token fields',
    '',
    'Names are free: a field of your own is copied into every token. These are known to the tools.',
    '',
    ...table(Object.entries(tokenFields).map(([path, spec]) => ({ path, spec }))),
    '',
    '## Rules',
    '',
    ...ruleLines(),
  ].join('\n');
}

function formLines(form: Dialect): readonly string[] {
  const spec = schemas[form];
  if (spec === undefined) return [];
  const rows: Row[] = [];
  collect(spec, '', rows, new Map());
  return [`## ${dialectNames[form]}`, '', spec.doc, '', ...table(rows), ''];
}

const fields: ReadonlySet<KeySpec> = new Set(Object.values(tokenFields));

/** Rows below a key, in the order of the schema. @param told what stands below a key, by the path where it was first. */
function collect(spec: KeySpec, path: string, rows: Row[], told: Map<object, string>): void {
  const under = (key: string): string => (path === '' ? key : `${path}.${key}`);
  const below: [string, KeySpec][] = [
    ...Object.entries(spec.keys ?? {}).filter(([, each]) => !fields.has(each)),
    ...(spec.others === undefined || (spec.others.kinds.includes('any') && spec.others.keys === undefined)
      ? []
      : [[`<${spec.otherName ?? 'name'}>`, spec.others] satisfies [string, KeySpec]]),
  ];
  for (const [key, each] of below) {
    const keys = each.keys ?? each.item?.keys;
    const as = keys === undefined ? undefined : told.get(keys);
    rows.push(as === undefined ? { path: under(key), spec: each } : { path: under(key), spec: each, as });
    if (as !== undefined) continue;
    if (keys !== undefined) told.set(keys, under(key));
    collect(each, under(key), rows, told);
    if (each.item !== undefined) collect(each.item, `${under(key)}[]`, rows, told);
  }
}

function table(rows: readonly Row[]): readonly string[] {
  return [
    '| key | kind | required | meaning | values |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map(({ path, spec, as }) =>
      line([`\`${path}\``, kindsOf(spec), spec.required === true ? 'yes' : '', meaningOf(spec, as), valuesOf(spec)]),
    ),
  ];
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

function kindsOf({ kinds, item }: KeySpec): string {
  const words = kinds.map((kind) =>
    kind === 'list' && item !== undefined ? `list of ${item.kinds.map((each) => kindWords[each]).join(' or ')}` : kindWords[kind],
  );
  return words.join(', ');
}

function meaningOf({ doc, unused }: KeySpec, as: string | undefined): string {
  const sentences = [
    doc,
    ...(unused === undefined || doc.includes(unused) ? [] : [unused]),
    ...(as === undefined ? [] : [`Keys as under \`${as}\`.`]),
  ];
  return sentences.join(' ');
}

function valuesOf({ values, closed, minimum }: KeySpec): string {
  const known = Object.entries(values ?? {}).map(([value, meaning]) => `\`${value}\` (${meaning})`);
  const list = known.length === 0 ? [] : [`${closed === true ? 'only ' : ''}${known.join(', ')}`];
  return [...list, ...(minimum === undefined ? [] : [`${minimum} or more`])].join('; ');
}

const severities = {
  error: 'the tools stop, or a pilot fails',
  warning: 'they go on with something nobody meant',
  information: 'worth knowing',
  hint: 'untidy, or of the past',
};

function ruleLines(): readonly string[] {
  const all: readonly Rule[] = Object.values(rules);
  return [
    ...Object.entries(severities).map(([severity, meaning]) => `- ${severity}: ${meaning}`),
    '',
    '| code | severity | why |',
    '| --- | --- | --- |',
    ...all.map(({ code, severity, documentation }) => line([`[${code}](#${code})`, severity, documentation])),
    '',
    'Each with a small example; some have further problems.',
    ...all.flatMap(({ code, example }) => [
      '',
      `### ${code}`,
      '',
      `\`\`\`${example.trimStart().startsWith('{') ? 'json' : 'yaml'}`,
      example.trimEnd(),
      '```',
    ]),
    '',
  ];
}

/** How Markdown names a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-');
}
