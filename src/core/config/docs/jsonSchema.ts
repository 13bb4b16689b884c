/**
 * The keys of step configuration as JSON Schema (draft-07), for services that speak it: completion, hover, types. It
 * says what the rules marked `schema` say, and nothing else: formats, deprecation and a sandbox without repository are
 * the lint's own.
 */
import { fieldLike, legacyKeys, ours } from '../dialect';
import { type Dialect, dialectNames, type Kind, type KeySpec } from '../key';
import { schemas } from '../schema';
import { type Syntax } from '../tree';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Keys that are notes to each other, and what JSON names its schema by. */
const notes = { '^(_|x-|#|//|\\$schema$)': {} };

const types: Readonly<Record<Exclude<Kind, 'any'>, string>> = {
  text: 'string',
  integer: 'integer',
  number: 'number',
  flag: 'boolean',
  nothing: 'null',
  map: 'object',
  list: 'array',
};

/** The schema for documents of one syntax: a form is chosen by the outermost keys, and they decide differently. */
export function jsonSchema(syntax: Syntax): JsonSchema {
  const forms = Object.entries(schemas).flatMap(([dialect, spec]) =>
    spec === undefined ? [] : [[dialect, { title: nameOf(dialect), ...schemaOf(spec) }] as const],
  );
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Step configuration',
    description: 'Token fields, sandbox and variables of one step, in a form of GRID_LRT or of Grid Workbench.',
    ...formBy(syntax),
    definitions: new Shared(forms).definitions,
  };
}

/** So long is a schema that is worth a definition, as text. */
const worthSharing = 150;

/** Forms have most of their keys in common: what occurs more than once becomes a definition of its own. */
class Shared {
  readonly definitions: Record<string, JsonSchema> = {};
  readonly #seen = new Map<string, number>();
  readonly #names = new Map<string, string>();

  constructor(forms: readonly (readonly [string, JsonSchema])[]) {
    for (const [, schema] of forms) this.#count(schema);
    for (const [dialect] of forms) this.definitions[dialect] = {};
    for (const [dialect, schema] of forms) this.definitions[dialect] = below(schema, (each, key) => this.#shared(each, key));
  }

  #count(schema: JsonSchema): void {
    const text = JSON.stringify(schema);
    const times = (this.#seen.get(text) ?? 0) + 1;
    this.#seen.set(text, times);
    // What is inside of a repeated thing is repeated with it.
    if (times === 1) below(schema, (each) => (this.#count(each), each));
  }

  #shared(schema: JsonSchema, key: string): JsonSchema {
    const text = JSON.stringify(schema);
    if (text.length < worthSharing || (this.#seen.get(text) ?? 0) < 2) return below(schema, (each, name) => this.#shared(each, name));
    let name = this.#names.get(text);
    if (name === undefined) {
      name = key;
      for (let n = 2; Object.hasOwn(this.definitions, name); n++) name = `${key}${n}`;
      this.#names.set(text, name);
      this.definitions[name] = {};
      this.definitions[name] = below(schema, (each, under) => this.#shared(each, under));
    }
    return { $ref: `#/definitions/${encodeURIComponent(name)}` };
  }
}

/** A schema with those of its keys, other keys and items replaced. */
function below(schema: JsonSchema, replaced: (schema: JsonSchema, key: string) => JsonSchema): JsonSchema {
  const { properties, additionalProperties, items } = schema as {
    properties?: Record<string, JsonSchema>;
    additionalProperties?: unknown;
    items?: JsonSchema;
  };
  return {
    ...schema,
    ...(properties === undefined
      ? {}
      : { properties: Object.fromEntries(Object.entries(properties).map(([key, each]) => [key, replaced(each, key)])) }),
    ...(typeof additionalProperties !== 'object' ? {} : { additionalProperties: replaced(additionalProperties as JsonSchema, 'other') }),
    ...(items === undefined ? {} : { items: replaced(items, 'item') }),
  };
}

function nameOf(dialect: string): string {
  return dialectNames[dialect as Dialect];
}

/** The form by the outermost keys, as `dialectOf` decides. */
function formBy(syntax: Syntax): JsonSchema {
  const form = (dialect: Dialect): JsonSchema => ({ $ref: `#/definitions/${dialect}` });
  const has = (...keys: readonly string[]): JsonSchema => ({ required: keys });
  const any = (...conditions: readonly JsonSchema[]): JsonSchema => ({ anyOf: conditions });
  const hasAny = (keys: readonly string[]): JsonSchema => any(...keys.map((key) => has(key)));
  const choose = (condition: JsonSchema, yes: JsonSchema, no: JsonSchema): JsonSchema => ({ if: condition, then: yes, else: no });
  const isOurs = any({ ...has('apiVersion'), properties: { apiVersion: { const: 2 } } }, hasAny(ours));
  const oursOrHalf = choose(isOurs, form('workbench'), form('v0.5'));
  const isVariables = { ...has('_id'), properties: { _id: { type: 'string', pattern: '^\\$' } } };
  const isLegacy = any(hasAny(legacyKeys), has('sandbox', 'token'), isVariables);
  const byToken = syntax === 'json' ? form('v1') : choose(hasAny(['sandbox', 'Job']), form('v1'), oursOrHalf);
  const without = choose(
    isLegacy,
    {},
    choose(has('sandbox', 'Job'), form('v1'), choose(hasAny(fieldLike), form('token'), form(syntax === 'json' ? 'v1' : 'v0.5'))),
  );
  const isMap = { type: 'object' };
  return { ...isMap, ...choose(hasAny(['Sandbox', 'Shell_variables']), oursOrHalf, choose(has('Token'), byToken, without)) };
}

function schemaOf(spec: KeySpec): JsonSchema {
  const { kinds, doc, keys, others, item, minimum } = spec;
  return {
    description: doc.replaceAll('`', ''),
    ...(doc.includes('`') ? { markdownDescription: doc } : {}),
    ...valueOf(spec),
    ...(minimum === undefined ? {} : { minimum }),
    ...(item === undefined || !kinds.includes('list') ? {} : { items: schemaOf(item) }),
    ...(kinds.includes('map') ? mapOf(keys, others) : {}),
  };
}

/** Kinds, and values that make sense: closed ones refuse any other, open ones are offered. */
function valueOf({ kinds, values, closed }: KeySpec): JsonSchema {
  if (kinds.includes('any')) return {};
  const named = kinds.flatMap((kind) => (kind === 'any' ? [] : [types[kind]]));
  const type = { type: named.length === 1 ? named[0] : named };
  if (values === undefined) return type;
  const texts = Object.keys(values);
  const known = {
    enum: kinds.includes('text') ? texts : texts.map(Number),
    enumDescriptions: Object.values(values),
  };
  return closed === true ? { ...type, ...known } : { anyOf: [known, type] };
}

function mapOf(keys: KeySpec['keys'], others: KeySpec['others']): JsonSchema {
  const required = Object.entries(keys ?? {}).flatMap(([key, below]) => (below.required === true && key !== 'git' ? [key] : []));
  return {
    ...(keys === undefined ? {} : { properties: Object.fromEntries(Object.entries(keys).map(([key, below]) => [key, schemaOf(below)])) }),
    ...(required.length === 0 ? {} : { required }),
    ...(others !== undefined ? { additionalProperties: schemaOf(others) } : {}),
    ...(keys !== undefined && others === undefined ? { patternProperties: notes, additionalProperties: false } : {}),
  };
}
