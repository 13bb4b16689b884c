/** Every problem of a step configuration. */
import { sites, type SiteTable } from '../../links/site';
import { checkFormats, checkUpload } from './destination';
import { dialectOf } from '../dialect';
import { Findings } from './findings';
import { type Dialect } from '../key';
import { checkSandbox } from './repository';
import { checkTexts } from './retired';
import { rules, type Problem } from './rule';
import { schemas } from '../schema';
import { checkReserved, checkShape } from './shape';
import { checkSurprises } from './surprise';
import { parseConfig } from '../syntax';
import { asMap, type Fault, type Syntax, type Tree } from '../tree';
import { checkTabs } from './tab';
import { checkVariables, placesOf } from './variables';

export interface LintOptions {
  readonly sites?: SiteTable;
  /** Another service reads our schema: what a schema can say is left to it. */
  readonly withoutSchema?: boolean;
}

/** Reads and judges a document; never throws, whatever the text is. By place, then by severity. */
export function lintConfig(text: string, syntax: Syntax, options: LintOptions = {}): Problem[] {
  return lintTree(parseConfig(text, syntax), options);
}

/** Judges a document that was read. */
export function lintTree(tree: Tree, options: LintOptions = {}): Problem[] {
  const dialect = dialectOf(tree);
  const findings = new Findings(tree, dialect, options.sites ?? sites().table);
  if (dialect === 'legacy') {
    const end = tree.text.search(/\r|\n|$/);
    findings.add(rules.legacy, { start: 0, end: Math.max(1, end) }, rules.legacy.message());
    return findings.problems;
  }
  for (const fault of tree.faults) addFault(findings, fault);
  const damaged = tree.faults.some(({ kind }) => kind === 'syntax');
  if (tree.syntax === 'yaml' && !damaged) checkTabs(findings);
  const spec = schemas[dialect];
  if (spec !== undefined && tree.root !== undefined) {
    const root = asMap(tree.root);
    const places = placesOf(root, dialect);
    checkShape(findings, spec);
    checkReserved(findings, places.token, dialect === 'token' ? spec : spec.keys?.Token);
    checkSurprises(findings, spec);
    checkVariables(findings, places, checkFormats(findings, spec));
    checkUpload(findings, root);
    checkSandbox(findings, root);
    checkTexts(findings);
  }
  // What lacks may stand where the file cannot be read.
  const problems = damaged ? findings.problems.filter(({ code }) => !absences.has(code)) : findings.problems;
  return told(problems, options.withoutSchema === true);
}

const absences: ReadonlySet<string> = new Set([rules.missingKey.code, rules.noGit.code]);
const bySchema: ReadonlySet<string> = new Set(
  Object.values(rules)
    .filter((rule) => 'schema' in rule)
    .map(({ code }) => code),
);
const weight = { error: 0, warning: 1, information: 2, hint: 3 };

function told(problems: readonly Problem[], withoutSchema: boolean): Problem[] {
  const mine = withoutSchema ? problems.filter(({ code }) => !bySchema.has(code)) : [...problems];
  return mine.sort((a, b) => a.start - b.start || weight[a.severity] - weight[b.severity] || (a.code < b.code ? -1 : 1));
}

function addFault(findings: Findings, { kind, start, end, message }: Fault): void {
  const place = { start, end: Math.max(end, start) };
  if (kind === 'syntax') findings.add(rules.syntax, place, message);
  else if (kind === 'duplicate-key') findings.add(rules.duplicateKey, place, rules.duplicateKey.message(message));
  else if (kind === 'unknown-anchor') findings.add(rules.unknownAnchor, place, rules.unknownAnchor.message(message));
  else if (kind === 'foreign-tag') findings.add(rules.foreignTag, place, rules.foreignTag.message(message));
  else if (kind === 'odd-key') findings.add(rules.oddKey, place, rules.oddKey.message());
  else findings.add(rules.severalDocuments, place, rules.severalDocuments.message());
}

/** The form a text has, for titles and conversions. */
export function dialectOfText(text: string, syntax: Syntax): Dialect {
  return dialectOf(parseConfig(text, syntax));
}
