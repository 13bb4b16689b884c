/** What is written down about the rules of a language, and the table that tells a person of them. */

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** A rule as it is documented, whatever language it belongs to. */
export interface RuleDoc<Code extends string = string> {
  /** The stable word under which people look a problem up, silence and count it. Several rules may share one. */
  readonly code: Code;
  readonly severity: Severity;
  /** Why it matters and what can be done about it: one or two sentences. */
  readonly documentation: string;
  /** A text that breaks this rule and no other; as few lines as show it. */
  readonly example: string;
}

const head = ['code', 'severity', 'why it matters'];

/** The rules as a table in Markdown, laid out as the formatter of the house does it; ends with a line break. */
export function renderRules(rules: readonly RuleDoc[]): string {
  const rows = [head, ...rules.map(({ code, severity, documentation }) => [`\`${code}\``, severity, cell(documentation)])];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) => `| ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |\n`;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  const [first = '', ...others] = rows.map(line);
  return [first, rule, ...others].join('');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
}

/**
 * A page with `content` between its markers `<!-- rules:name -->` and `<!-- /rules:name -->`.
 * @returns undefined when the page has no such place.
 */
export function withRules(page: string, name: string, content: string): string | undefined {
  const [open, close] = [`<!-- rules:${name} -->`, `<!-- /rules:${name} -->`];
  const start = page.indexOf(open);
  const end = page.indexOf(close);
  if (start < 0 || end < start) return undefined;
  return `${page.slice(0, start + open.length)}\n\n${content}\n${page.slice(end)}`;
}
