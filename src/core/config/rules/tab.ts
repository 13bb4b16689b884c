/** Tabs that YAML allows and Python's reader does not: anywhere but in quotes, blocks and comments. */
import { type Findings } from './findings';
import { rules } from './rule';
import { scalarsOf } from '../tree';

export function checkTabs(findings: Findings): void {
  const { text, root } = findings.tree;
  if (!text.includes('\t')) return;
  const scalars = [...scalarsOf(root)].filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start);
  let next = 0;
  let line = 0;
  let isComment = false;
  /** Column of the block that ended last, as long as only blank lines follow: what is indented like it belongs to it. */
  let block = Infinity;
  for (let at = 0; at < text.length;) {
    const scalar = scalars[next];
    if (scalar !== undefined && scalar.start <= at) {
      next++;
      if (scalar.style === 'plain') inWords(findings, at, scalar.end);
      block = scalar.style === 'block' ? (/^ */.exec(text.slice(scalar.start, scalar.start + 200))?.[0].length ?? 0) : Infinity;
      at = Math.max(at, scalar.end);
      continue;
    }
    const code = text.charCodeAt(at);
    if (code === 10 || code === 13) {
      line = at + 1;
      isComment = false;
    } else if (code === 35 && (at === line || isBlank(text.charCodeAt(at - 1)))) isComment = true;
    else if (code === 9 && !isComment && at - line < block) {
      at = between(findings, line, at);
      continue;
    } else if (!isBlank(code)) block = Infinity;
    at++;
  }
}

/** Words without quotes end for Python at a tab. What was meant nobody knows: quotes would keep the tab. */
function inWords(findings: Findings, start: number, end: number): void {
  const tab = findings.tree.text.slice(start, end).indexOf('\t');
  if (tab >= 0) findings.add(rules.tab, { start: start + tab, end: start + tab + 1 }, rules.tab.message());
}

/** Between words and before a comment a blank does what the tab was to do; at the end of a line nothing does. */
function between(findings: Findings, line: number, tab: number): number {
  const { text } = findings.tree;
  let [start, end] = [tab, tab];
  while (start > line && text.charCodeAt(start - 1) === 32) start--;
  while (isBlank(text.charCodeAt(end))) end++;
  const put = end === text.length || /[\r\n]/.test(text.charAt(end)) ? '' : ' ';
  const title = put === '' ? 'Remove the tab' : 'Write a blank';
  findings.add(rules.tab, { start: tab, end }, rules.tab.message(), {
    fixes: [{ title, edits: [{ start, end, text: put }], certain: true }],
  });
  return end;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}
