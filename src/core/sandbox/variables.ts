/** The map from token fields to shell variables that a sandbox carries as tokvar.cfg, and what the token lacks for it. */
import { dataOf, isData, type Data } from '../config/convert/plain';
import { tokenFields } from '../config/fields';

/** Fields that are filled in when tokens are made. */
const filledIn: ReadonlySet<string> = new Set(['_id', '_rev', '_attachments', 'OBSID', 'STARTSB', 'ABN', 'SBXloc']);

/** Fields that `Shell_variables` names and that no token of this template will have. */
export function missingFields(variables: Data | undefined, token: unknown): readonly string[] {
  const fields = dataOf(token);
  return Object.keys(dataOf(variables)).filter(
    (field) => !Object.hasOwn(fields, field) && !filledIn.has(field) && tokenFields[field]?.reserved !== true,
  );
}

/** Fields of a token that the worker exports; `_id` and whatever else begins so every token has. */
export function exportedFields(variables: Data | undefined): readonly string[] {
  return Object.keys(dataOf(variables)).filter((field) => !field.startsWith('_'));
}

/** The variables of a v1 file, the way round that tokvar.cfg has them; undefined when it has none. */
export function shellVariables(data: Data): Data | undefined {
  const told = dataOf(dataOf(data.Token).variables);
  const fields = turned(told._token_keys);
  const attachments = turned(told._attachments);
  if (fields.length === 0 && attachments.length === 0) return undefined;
  return { ...Object.fromEntries(fields), ...(attachments.length === 0 ? {} : { _attachments: Object.fromEntries(attachments) }) };
}

function turned(value: unknown): readonly (readonly [string, string])[] {
  if (!isData(value)) return [];
  return Object.entries(value).flatMap(([variable, field]) => (typeof field === 'string' ? [[field, variable] as const] : []));
}
