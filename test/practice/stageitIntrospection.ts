/** `__type` of the practice StageIT: enough to find the letters of the status, as graphene tells them. */
import { letterEnum, letterWords } from './stageitNode';
import type { Field } from './stageitSchema';

type Schema = Readonly<Record<string, Readonly<Record<string, Field>>>>;

/** A type as introspection tells it; null for a name that is none. */
export function typeNamed(schema: Schema, name: string): unknown {
  if (name === letterEnum) return leafType(letterEnum);
  const fields = schema[name];
  if (fields === undefined || name.startsWith('__')) return null;
  return {
    name,
    kind: 'OBJECT',
    enumValues: null,
    ofType: null,
    fields: Object.entries(fields)
      .filter(([field]) => !field.startsWith('__'))
      .map(([field, { type, args = {} }]) => ({
        name: field,
        type: { name: type ?? 'String', kind: type === undefined ? 'SCALAR' : 'OBJECT', enumValues: null, ofType: null },
        args: Object.entries(args).map(([arg, kind]) => ({ name: arg, type: argumentType(kind) })),
      })),
  };
}

function argumentType(kind: string): unknown {
  if (!kind.endsWith('!')) return leafType(kind);
  return { name: null, kind: 'NON_NULL', enumValues: null, ofType: leafType(kind.slice(0, -1)) };
}

function leafType(name: string): unknown {
  const values = Object.entries(letterWords).map(([letter, description]) => ({ name: letter, description }));
  return {
    name,
    kind: name === letterEnum ? 'ENUM' : 'SCALAR',
    enumValues: name === letterEnum ? values : null,
    ofType: null,
    fields: null,
  };
}
