/** Plain words that YAML 1.1, and so Python, takes for something else than they seem. */
import { type Severity } from '../../rules';
import { type Findings, quoteFix, replaceFix } from './findings';
import { type KeySpec } from '../key';
import { rules, type Fix } from './rule';
import { specAt } from '../schema';
import { type Node, type ScalarNode, type Step } from '../tree';

/** Fields that the key of a token set replaces, so that their zeros do not matter. */
const keyFields = new Set(['STARTSB', 'ABN', 'start_SB', 'start_AB', 'SUBBAND_NUM']);

export function checkSurprises(findings: Findings, root: KeySpec): void {
  if (findings.tree.syntax !== 'yaml' || findings.tree.root === undefined) return;
  walk(findings, findings.tree.root, [], root);
}

function walk(findings: Findings, node: Node, path: Step[], root: KeySpec): void {
  if (node.kind === 'scalar') {
    if (node.style === 'plain' && node.tag === '' && node.text !== '') judge(findings, node, specAt(root, path), path.at(-1));
    return;
  }
  if (node.kind === 'map') {
    for (const { key, value } of node.entries) {
      path.push(key.text);
      walk(findings, value, path, root);
      path.pop();
    }
  } else if (node.kind === 'list') {
    node.items.forEach((item, index) => {
      path.push(index);
      walk(findings, item, path, root);
      path.pop();
    });
  }
}

function judge(findings: Findings, node: ScalarNode, spec: KeySpec | undefined, step: Step | undefined): void {
  const { value, text } = node;
  if (typeof value === 'string') {
    if (text === 'None')
      findings.add(rules.noneWord, node, rules.noneWord.message(), { fixes: [replaceFix('Write null', node, 'null', false)] });
    return;
  }
  if (value === null || findings.judged.has(node)) return;
  const asText = quoteFix(node);
  const tell = (rule: { code: Told; severity: Severity }, message: string, fixes: Fix[] = [asText], severity = rule.severity): void =>
    findings.add(rule, node, message, { fixes, severity });
  if (value instanceof Date) return tell(rules.date, rules.date.message(text));
  if (typeof value === 'boolean') {
    if (/^(true|false)$/i.test(text)) return plain(findings, node, spec, step);
    if (spec?.kinds.includes('flag')) return;
    // Both are as likely, so neither is done unasked.
    const word = [quoteFix(node, false), replaceFix(`Write ${String(value)}`, node, String(value), false)];
    return tell(rules.truthWord, rules.truthWord.message(text, value), word);
  }
  if (typeof value !== 'number') return;
  const mild: Severity | undefined = (typeof step === 'string' && keyFields.has(step)) || spec?.reserved === true ? 'hint' : undefined;
  if (/^[-+]?0[0-7_]+$/.test(text)) {
    const same = Math.abs(value) === Number(text.replace(/[-+_]/g, ''));
    if (same) return tell(rules.lostZeros, rules.lostZeros.message(text, value), [asText], mild);
    return tell(rules.octal, rules.octal.message(text, value), [asText], mild);
  }
  if (text.includes(':')) return tell(rules.baseSixty, rules.baseSixty.message(text, value));
  if (/_|^[-+]?0[xb]|\.(inf|nan)$/i.test(text)) return tell(rules.oddNumber, rules.oddNumber.message(text, String(value)));
  plain(findings, node, spec, step);
}

type Told = Parameters<Findings['add']>[0]['code'];

/** A number or truth value as people write it, where text belongs. */
function plain(findings: Findings, node: ScalarNode, spec: KeySpec | undefined, step: Step | undefined): void {
  if (
    spec === undefined ||
    !spec.kinds.includes('text') ||
    spec.kinds.some((kind) => kind === 'any' || kind === 'integer' || kind === 'number')
  )
    return;
  if (typeof node.value === 'boolean' && spec.kinds.includes('flag')) return;
  findings.add(rules.numberForText, node, rules.numberForText.message(String(step ?? 'The item'), node.text), { fixes: [quoteFix(node)] });
}
