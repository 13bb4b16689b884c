/** What can be asked of the practice StageIT in GraphQL, and what it says to everything else. */
import type { PracticeStageIt } from './stageit';
import { typeNamed } from './stageitIntrospection';
import { letterEnum, letterWords, listPage, requestNode } from './stageitNode';
import { parseQuery, QueryError, type Selection, type Value } from './stageitQuery';

/** A field: the type of its value (none for a leaf), and its arguments with their types. */
export interface Field {
  readonly type?: string;
  readonly args?: Readonly<Record<string, string>>;
}

export function schemaOf(pages: boolean): Readonly<Record<string, Readonly<Record<string, Field>>>> {
  const filters = { when_Gte: 'DateTime', currentStatusCode: letterEnum, currentStatusCode_Ne: letterEnum };
  const node = {
    ...leaves('id', 'currentStatus', 'currentStatusCode', 'requestToken', 'requestType', 'when', 'response'),
    surls: { type: 'SurlType' },
    macaroons: { type: 'MacaroonType' },
  };
  return {
    Query: {
      request: { type: 'RequestType', args: { id: 'Int!' } },
      requests: { type: 'RequestTypeConnection', args: pages ? { ...filters, first: 'Int', after: 'String' } : filters },
      __type: { type: '__Type', args: { name: 'String!' } },
    },
    RequestType: node,
    RequestTypeConnection: { ...(pages ? { pageInfo: { type: 'PageInfo' } } : {}), edges: { type: 'RequestTypeEdge' } },
    RequestTypeEdge: { cursor: {}, node: { type: 'RequestType' } },
    PageInfo: leaves('hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor'),
    SurlType: leaves('surl'),
    MacaroonType: { ...leaves('content', 'validUntil'), ltaSite: { type: 'LtaSiteType' } },
    LtaSiteType: leaves('name'),
    __Type: { ...leaves('name', 'kind'), fields: { type: '__Field' }, enumValues: { type: '__EnumValue' }, ofType: { type: '__Type' } },
    __Field: { ...leaves('name'), args: { type: '__InputValue' }, type: { type: '__Type' } },
    __InputValue: { ...leaves('name'), type: { type: '__Type' } },
    __EnumValue: leaves('name', 'description'),
  };
}

function leaves(...names: readonly string[]): Readonly<Record<string, Field>> {
  return Object.fromEntries(names.map((name) => [name, {}]));
}

type Schema = ReturnType<typeof schemaOf>;

export interface GraphResult {
  readonly status: number;
  readonly body: { readonly data?: unknown; readonly errors?: readonly { readonly message: string; readonly path?: readonly string[] }[] };
}

/** The root fields of a query, for the log; empty when it cannot be read. */
export function rootFields(text: string): readonly string[] {
  try {
    return parseQuery(text).map(({ name }) => name);
  } catch {
    return [];
  }
}

export function answerQuery(stageit: PracticeStageIt, user: string, text: string): GraphResult {
  const { quirks } = stageit;
  const schema = schemaOf(quirks.pages);
  let root: readonly Selection[];
  try {
    root = parseQuery(text);
    if (!quirks.introspection && root.some(({ name }) => name === '__type'))
      throw new QueryError("Cannot query '__type': introspection is disabled.");
    check(schema, 'Query', root);
  } catch (thrown) {
    if (!(thrown instanceof QueryError)) throw thrown;
    return { status: quirks.errorStatus, body: { errors: [{ message: thrown.message }] } };
  }
  const data: Record<string, unknown> = {};
  const errors: { message: string; path: readonly string[] }[] = [];
  for (const selection of root) {
    try {
      data[selection.alias] = pick(rootValue(stageit, schema, user, selection), selection.fields);
    } catch (thrown) {
      if (!(thrown instanceof QueryError)) throw thrown;
      data[selection.alias] = null;
      errors.push({ message: thrown.message, path: [selection.alias] });
    }
  }
  if (errors.length === 0) return { status: 200, body: { data } };
  return { status: 200, body: { errors, data: quirks.nonNull ? null : data } };
}

/** As graphene does before it runs anything: one mistake, and nothing is answered. */
function check(schema: Schema, type: string, fields: readonly Selection[]): void {
  for (const { name, args, fields: inner } of fields) {
    const field = schema[type]?.[name];
    if (field === undefined) throw new QueryError(`Cannot query field "${name}" on type "${type}".`);
    for (const [arg, value] of args) {
      const wanted = field.args?.[arg];
      if (wanted === undefined) throw new QueryError(`Unknown argument "${arg}" on field "${type}.${name}".`);
      if (!fits(wanted, value)) throw new QueryError(`Expected value of type "${wanted}", found ${JSON.stringify(value)}.`);
    }
    for (const [arg, wanted] of Object.entries(field.args ?? {}))
      if (wanted.endsWith('!') && !args.has(arg))
        throw new QueryError(`Field "${name}" argument "${arg}" of type "${wanted}" is required.`);
    if (field.type === undefined && inner !== undefined) throw new QueryError(`Field "${name}" must not have a selection.`);
    if (field.type !== undefined && inner === undefined)
      throw new QueryError(`Field "${name}" of type "${field.type}" must have a selection.`);
    if (field.type !== undefined && inner !== undefined) check(schema, field.type, inner);
  }
}

function fits(type: string, value: Value): boolean {
  const bare = type.replace('!', '');
  if (bare === 'Int') return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 31;
  if (bare === letterEnum) return typeof value === 'object' && value !== null && value.enum in letterWords;
  if (bare === 'DateTime') return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T[\d:.]+([+-]\d{2}:\d{2}|Z)?$/.test(value);
  return typeof value === 'string';
}

function rootValue(stageit: PracticeStageIt, schema: Schema, user: string, { name, args }: Selection): unknown {
  const named = args.get('name');
  if (name === '__type') return typeNamed(schema, typeof named === 'string' ? named : '');
  if (name === 'requests') return listPage(stageit, user, args);
  const recall = stageit.recalls.get(Number(args.get('id')));
  if (recall?.user !== user) throw new QueryError('Request matching query does not exist.');
  return requestNode(stageit, recall);
}

/** The fields asked for, in their order; lists element by element. */
function pick(value: unknown, fields: readonly Selection[] | undefined): unknown {
  if (fields === undefined || value === null || value === undefined) return value ?? null;
  if (Array.isArray(value)) return value.map((each) => pick(each, fields));
  const from = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(fields.map(({ alias, name, fields: inner }) => [alias, pick(from[name], inner)]));
}
