/**
 * Tokens from a template and the slices of a list of links, as GRID_LRT's `TokenSet.create_dict_tokens` makes them: the
 * template, the number of the slice under a key, the library's own fields on top, and the links attached as `srm.txt`.
 */
import { GridError } from '../errors';
import type { TokenDocument } from './state';
import type { Fields } from './template';

export type Dialect = 'picas' | 'lrt';

/** What goes with every token beside its links; encoded once, however many tokens there are. */
export interface SharedAttachment {
  readonly name: string;
  readonly contentType: string;
  /** In base64. */
  readonly data: string;
}

export interface LinkSlice {
  /** Digits, as `slices` of core/links/split names a slice. */
  readonly name: string;
  readonly links: readonly string[];
}

export interface TokenPlan {
  readonly dialect: Dialect;
  /** `type` of GRID_LRT's tokens; PiCaS's are all of type `token`, and this is the name of the step, for their ids. */
  readonly type: string;
  readonly template: Fields;
  readonly slices: readonly LinkSlice[];
  /** `SB` when absent; `AB` for absolute subbands. */
  readonly idPrefix?: string;
  /** Usually the observation; GRID_LRT's `L000000` when absent. */
  readonly idAppend?: string;
  /** The field that gets the slice's number, three digits or more; `STARTSB` when absent. */
  readonly keyName?: string;
  /** Fields that replace or join those of the template. */
  readonly set?: Fields;
  readonly attach?: readonly SharedAttachment[];
  /** Name of the attachment with the links; `srm.txt` when absent. */
  readonly linksName?: string;
  /** Seconds since 1970; becomes GRID_LRT's `created`. */
  readonly now: number;
}

const initial: Readonly<Record<Dialect, Fields>> = {
  lrt: { lock: 0, done: 0, hostname: '', scrub_count: 0, output: '' },
  picas: { lock: 0, done: 0, hostname: '', scrub_count: 0, output: {}, uploads: {}, error: [], exit_code: '' },
};

/** Fields that a new token always begins with, whatever a template says. */
export function reservedFields(dialect: Dialect): readonly string[] {
  return ['_id', 'type', ...Object.keys(initial[dialect]), ...(dialect === 'lrt' ? ['created'] : [])];
}

/** Ids of the plan's tokens, in the order of its slices. @throws GridError `rejected` for a plan that cannot be carried out */
export function tokenIds(plan: TokenPlan): string[] {
  const { idAppend = 'L000000', idPrefix = 'SB', type } = plan;
  const { PIPELINE_STEP: step } = fieldsOf(plan);
  const stem = ['t', type, idAppend, ...(typeof step === 'string' && step !== '' ? [step] : [])].join('_');
  return plan.slices.map(({ name }) => `${stem}_${idPrefix}${numbered(name)}`);
}

/**
 * The documents to be written, one a slice, made as they are taken.
 * @throws GridError `rejected` before the first one, when a slice has no number or a field cannot be kept
 */
export function createTokens(plan: TokenPlan): Iterable<TokenDocument> {
  const fields = fieldsOf(plan);
  checkFields(plan, fields);
  const ids = tokenIds(plan);
  const { dialect, keyName = 'STARTSB', linksName = 'srm.txt', attach = [] } = plan;
  const own = { ...initial[dialect], type: dialect === 'lrt' ? plan.type : 'token', ...(dialect === 'lrt' ? { created: plan.now } : {}) };
  const shared = attach.map(({ name, contentType, data }) => [name, { content_type: contentType, data }] as const);
  return {
    *[Symbol.iterator]() {
      for (const [index, { name, links }] of plan.slices.entries()) {
        const list = links.map((link) => `${link}\n`).join('');
        const attachments = Object.fromEntries([...shared, [linksName, { content_type: 'text/plain', data: base64(list) }]]);
        yield { ...fields, [keyName]: numbered(name), ...own, _id: ids[index], _attachments: attachments };
      }
    },
  };
}

function fieldsOf({ template, set = {} }: TokenPlan): Fields {
  return { ...template, ...set };
}

/** Python's "%03d" of a number. */
function numbered(name: string): string {
  if (!/^\d+$/.test(name))
    throw new GridError('rejected', `“${name}” is no number, and a token's subband has to be one.`, {
      hint: 'Slice the list by subbands.',
    });
  return name.replace(/^0+(?=\d)/, '').padStart(3, '0');
}

function checkFields(plan: TokenPlan, fields: Fields): void {
  const reserved = new Set(reservedFields(plan.dialect));
  const { keyName = 'STARTSB' } = plan;
  for (const field of [...Object.keys(plan.set ?? {}), keyName])
    if (reserved.has(field))
      throw new GridError('rejected', `“${field}” of a new token cannot be chosen.`, {
        hint: 'Leave it out; change it once the token is there.',
      });
  for (const [field, value] of Object.entries(fields)) {
    // A template may hold `_id`: it is replaced.
    if ((field.startsWith('_') && !reserved.has(field)) || field === '')
      throw new GridError('rejected', `No token can have a field “${field}”.`, { hint: 'Names that begin with _ belong to CouchDB.' });
    checkValue(field, value);
  }
}

/** YAML knows values that JSON lacks; they would arrive as something else, or as nothing. */
export function checkValue(field: string, value: unknown, depth = 0): void {
  const what =
    value instanceof Date
      ? 'a date'
      : value instanceof Uint8Array
        ? 'binary data'
        : typeof value === 'number' && !Number.isFinite(value)
          ? 'no finite number'
          : typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol'
            ? 'no JSON value'
            : depth > 100
              ? 'nested too deeply'
              : undefined;
  if (what !== undefined)
    throw new GridError('rejected', `“${field}” is ${what}, which no token can hold.`, { hint: 'Write it in quotes to keep the text.' });
  if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) checkValue(field, each, depth + 1);
}

/** Bytes given to one call of `fromCharCode`; its arguments lie on the stack. */
const slice = 0x2000;

/** Text as base64 of its UTF-8. */
export function base64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = '';
  for (let at = 0; at < bytes.length; at += slice) binary += String.fromCharCode(...bytes.subarray(at, at + slice));
  return btoa(binary);
}
