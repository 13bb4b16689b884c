/** Tools and hosts of the past, and passwords: what any text of the document may hold. */
import { longestText, type Findings, partOf } from './findings';
import { rules } from './rule';
import { type Node, type ScalarNode } from '../tree';

interface Retired {
  readonly pattern: RegExp;
  readonly what: string;
  readonly instead: string;
}

/** Programs and services that GRID_LRT and Ganga called; all patterns are tried on lower-case text of one line. */
const retired: readonly Retired[] = [
  { pattern: /\buberftp\b/, what: 'uberftp', instead: 'Use gfal-ls, gfal-copy and gfal-rm.' },
  { pattern: /\bglobus-url-copy\b/, what: 'globus-url-copy', instead: 'Use gfal-copy.' },
  { pattern: /\bglite-[a-z-]+\b/, what: 'gLite', instead: 'Launch pilots on Slurm.' },
  { pattern: /\blcg-(cp|cr|del|ls|rep)\b/, what: 'lcg-utils', instead: 'Use gfal-copy, gfal-ls and gfal-rm.' },
  { pattern: /\b(srmcp|srmls|srm-bring-online)\b/, what: 'The SRM client', instead: 'Use gfal-copy, gfal-ls and gfal-bringonline.' },
  { pattern: /\b(rfcp|nsls|nsmkdir)\b/, what: 'CASTOR', instead: 'Use gfal-copy, gfal-ls and gfal-mkdir.' },
  { pattern: /\bdq2-(put|get|ls)\b/, what: 'DQ2', instead: 'Use rucio.' },
  { pattern: /\bshub:\/\//, what: 'Singularity Hub', instead: 'Put the image on /cvmfs or on grid storage, and name it by its path.' },
  { pattern: /\bpicas-lofar\.grid\.sara\.nl\b/, what: 'This host of PiCaS', instead: 'Write picas-lofar.grid.surfsara.nl.' },
  { pattern: /\b(wms2?|gina)\.(grid\.)?sara\.nl\b/, what: 'This gLite host', instead: 'Launch pilots on Slurm.' },
];

/** Any retired word begins with one of these; most texts hold none, and need no further look. */
const perhaps = /uberftp|globus-|glite-|lcg-|srm|rfcp|nsls|nsmkdir|dq2|shub|\.sara\.nl/i;

const secretKey = /(^|_)(pass(wd|word|phrase)?|pwd|secret|api_?key|macaroon)$/i;

export function checkTexts(findings: Findings): void {
  const { root } = findings.tree;
  if (root !== undefined) walk(findings, root, '');
}

function walk(findings: Findings, node: Node, key: string): void {
  if (node.kind === 'scalar') {
    if (typeof node.value === 'string') checkText(findings, node, key);
  } else if (node.kind === 'map') for (const entry of node.entries) walk(findings, entry.value, entry.key.text);
  else if (node.kind === 'list') for (const item of node.items) walk(findings, item, key);
}

function checkText(findings: Findings, node: ScalarNode, key: string): void {
  const { text } = node;
  if (secretKey.test(key) && text !== '' && !text.startsWith('$')) findings.add(rules.secret, node, rules.secret.message());
  if (text.length > longestText) return;
  if (text.includes('://')) checkHosts(findings, node);
  if (!perhaps.test(text)) return;
  const lower = text.toLowerCase();
  for (const { pattern, what, instead } of retired) {
    const match = pattern.exec(lower);
    if (match === null) continue;
    findings.add(rules.retired, partOf(findings.tree, node, match.index, match[0].length), rules.retired.message(what, instead));
  }
}

/** Doors that the table of sites calls retired, and the srm protocol as a place to write to. */
function checkHosts(findings: Findings, node: ScalarNode): void {
  for (const match of node.text.matchAll(/\b([a-z][a-z+]*):\/\/([\w.-]+)/gi)) {
    const [whole, scheme = '', host = ''] = match;
    const fact = findings.sites.host(host);
    const place = partOf(findings.tree, node, match.index + whole.length - host.length, host.length);
    if (fact.retired) {
      const current = scheme.toLowerCase() === 'srm' ? fact.site?.srm : fact.site?.gsiftp;
      findings.add(
        rules.retired,
        place,
        rules.retired.message(`The host ${host}`, current === undefined ? 'Look for its successor.' : `Write ${current.host}.`),
      );
    } else if (scheme.toLowerCase() === 'srm') {
      const at = partOf(findings.tree, node, match.index, scheme.length);
      findings.add(
        rules.retired,
        at,
        rules.retired.message('Writing by SRM', 'Write gsiftp://, https:// or davs:// with the door of the site.'),
      );
    }
  }
}
