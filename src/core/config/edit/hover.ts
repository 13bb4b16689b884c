/** What a place of a step means: its key, its value, the variable or the storage that it names. */
import { sites as builtIn, type SiteTable } from '../../links/site';
import { definitionsOf, type Definition } from './definition';
import { dialectOf } from '../dialect';
import { tokenFields } from '../fields';
import { dialectNames, type Dialect, type KeySpec } from '../key';
import { partOf } from '../rules/findings';
import { schemas, specAt } from '../schema';
import { wanted } from '../rules/shape';
import { asMap, asScalar, spotAt, valueAt, type ScalarNode, type Span, type Spot, type Tree } from '../tree';

/** What is shown beside a place. */
export interface HoverText extends Span {
  /** A name; plain text. */
  readonly title: string;
  /** Markdown of our own, never of the document. */
  readonly doc: string;
  /** Sentences; plain text, with words of the document in them. */
  readonly facts: readonly string[];
  /** Values that make sense, each with its meaning; plain text. */
  readonly values: readonly (readonly [name: string, meaning: string])[];
}

export interface HoverOptions {
  readonly sites?: SiteTable;
  /** Another service shows what stands in our schema: only what the document itself tells is said here. */
  readonly withoutSchema?: boolean;
}

/** What to show at an offset; undefined where there is nothing to say. */
export function hoverAt(tree: Tree, offset: number, options: HoverOptions = {}): HoverText | undefined {
  const dialect = dialectOf(tree);
  const spot = spotAt(tree, offset);
  if (spot === undefined || schemas[dialect] === undefined) return undefined;
  const variable = variableHover(tree, dialect, spot, offset);
  if (variable !== undefined) return variable;
  const spec = specAt(schemas[dialect], spot.path);
  const withSchema = options.withoutSchema !== true;
  if (spot.at === 'key') return withSchema && spec !== undefined ? keyHover(tree, dialect, spot, spec) : undefined;
  return valueHover(spot, withSchema ? spec : undefined, options.sites ?? builtIn().table);
}

function keyHover(tree: Tree, dialect: Dialect, { node, path }: Spot, spec: KeySpec): HoverText {
  const facts: string[] = [];
  // A whole number is a number: naming both says nothing more.
  const kinds = wanted({ ...spec, kinds: spec.kinds.filter((kind) => kind !== 'integer' || !spec.kinds.includes('number')) });
  facts.push(`${kinds.charAt(0).toUpperCase()}${kinds.slice(1)}${spec.required === true ? ', required' : ''} · ${dialectNames[dialect]}`);
  if (spec.reserved === true) facts.push('The tool writes it when it makes the token; what stands here is not used.');
  if (spec.unused !== undefined) facts.push(spec.unused);
  if (spec.minimum !== undefined) facts.push(`At least ${spec.minimum}.`);
  let { doc } = spec;
  const [top, field, ...rest] = path;
  if (top === 'Shell_variables' && typeof field === 'string' && rest.length === 0 && Object.hasOwn(tokenFields, field) && field !== '_id') {
    doc = tokenFields[field]?.doc ?? doc;
    facts.push(valueOf(asScalar(valueAt(asMap(tree.root), 'Token', field))?.text, 'The token has'));
  }
  if (doc === spec.unused || (spec.unused !== undefined && facts.some((fact) => fact.startsWith(doc)))) doc = '';
  const values = Object.entries(spec.values ?? {});
  if (values.length > 0 && spec.closed !== true) facts.push('Other values are as good. Known are:');
  return { start: node.start, end: node.end, title: clip(node.text), doc, facts: facts.filter((fact) => fact !== ''), values };
}

function valueHover({ node, path }: Spot, spec: KeySpec | undefined, sites: SiteTable): HoverText | undefined {
  const facts: string[] = [];
  const surprise = surpriseOf(node);
  if (surprise !== undefined) facts.push(surprise);
  const { values } = spec ?? {};
  const meaning = values !== undefined && Object.hasOwn(values, node.text) ? values[node.text] : undefined;
  if (meaning !== undefined) facts.push(`${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}.`.replace(/\.\.$/, '.'));
  const place = placeOf(node, sites);
  if (place !== undefined) facts.push(place);
  if (facts.length === 0) return undefined;
  const title = meaning === undefined ? '' : `${String(path.at(-1) ?? '')}: ${clip(node.text)}`;
  return { start: node.start, end: node.end, title, doc: '', facts, values: [] };
}

/** What YAML 1.1 makes of a plain word, where that is not what it looks like. */
function surpriseOf({ value, text, style, tag }: ScalarNode): string | undefined {
  if (style !== 'plain' || tag !== '' || typeof value === 'string') return undefined;
  const read = `YAML 1.1 reads ${quote(text)} as`;
  if (typeof value === 'number') return String(value) === text ? undefined : `${read} the number ${value}.`;
  if (typeof value === 'boolean') return /^(true|false)$/i.test(text) ? undefined : `${read} ${String(value)}.`;
  if (value instanceof Date) return `${read} a date.`;
  return undefined;
}

/** At which site an address of grid storage is. */
function placeOf({ text, value }: ScalarNode, sites: SiteTable): string | undefined {
  if (typeof value !== 'string') return undefined;
  const host = /^[a-z][a-z+]*:\/\/([\w.-]+)/i.exec(text)?.[1];
  const fact = host === undefined ? undefined : sites.host(host);
  const site = fact?.site ?? (text.startsWith('/') ? sites.ofPath(text) : undefined);
  if (site === undefined) {
    return fact !== undefined && /^(gsiftp|srm):/i.test(text) ? `The host ${fact.host} belongs to no site that is known here.` : undefined;
  }
  return fact?.retired === true ? `Grid storage at ${site.name}, by a host that is no longer in use.` : `Grid storage at ${site.name}.`;
}

const variablePattern = /\$(?:\{(\w+)\}|([A-Za-z_]\w*))/g;

function variableHover(tree: Tree, dialect: Dialect, { node }: Spot, offset: number): HoverText | undefined {
  if (!node.text.includes('$') || node.style === 'block' || node.text.length > 4000) return undefined;
  for (const match of node.text.matchAll(variablePattern)) {
    const [whole, braced, bare] = match;
    const span = partOf(tree, node, match.index, whole.length);
    if (offset < span.start || offset > span.end) continue;
    const written = `$${braced ?? bare ?? ''}`;
    const definition = definitionsOf(tree, dialect)
      .filter(({ name }) => written.startsWith(name))
      .sort((a, b) => b.name.length - a.name.length)[0];
    if (definition !== undefined) return { ...span, ...definitionText(definition) };
    if (written === '$DATE')
      return { ...span, title: written, doc: 'The date of the upload, as exact as `date_granularity` says.', facts: [], values: [] };
  }
  return undefined;
}

function definitionText({ name, from, source, value }: Definition): Omit<HoverText, 'start' | 'end'> {
  const known = from === 'field' && Object.hasOwn(tokenFields, source) ? (tokenFields[source]?.doc ?? '') : '';
  const origin =
    from === 'field' ? `From the token field ${quote(source)}.` : `Names the attachment ${quote(source)}, once it is downloaded.`;
  const facts = [origin, from === 'field' ? valueOf(value, 'This file gives') : ''];
  return {
    title: clip(name),
    doc: source === '_id' ? 'Name of the token.' : known,
    facts: facts.filter((fact) => fact !== ''),
    values: [],
  };
}

function valueOf(value: string | undefined, words: string): string {
  if (value === undefined) return '';
  return value === '' ? `${words} nothing yet.` : `${words} ${quote(value)}.`;
}

function quote(text: string): string {
  return `“${clip(text)}”`;
}

/** Long texts are cut in the middle. */
function clip(text: string): string {
  const clean = text.replace(/\s+/g, ' ');
  return clean.length <= 160 ? clean : `${clean.slice(0, 90)}…${clean.slice(-60)}`;
}
