/**
 * What a step file puts into every token. GRID_LRT 0.5 copies its map `Token`; GRID_LRT 1 builds the token from four
 * parts of the file. Its builder changed the file's data as it went (building twice gave two results); this one does not.
 * Source: gridlrt's TokenSet and TokenJsonBuilder.
 */
import { GridError } from '../errors';
import { recordIn } from './document';

export type Fields = Readonly<Record<string, unknown>>;

/**
 * Fields of the tokens of a step.
 * @param step plain data of the whole file, or of a map of fields alone (a token template)
 * @throws GridError `rejected` when there is nothing that could be a token
 */
export function templateOf(step: unknown): Fields {
  const file = recordIn(step);
  if (file === undefined) throw new GridError('rejected', 'The step file holds no fields.', { hint: 'It needs a map “Token”.' });
  const token = recordIn(file.Token);
  if (isVersion1(file)) return version1(file, token ?? {});
  if (token !== undefined) return token;
  if ('Token' in file) throw new GridError('rejected', '“Token” in the step file is no map.', { hint: 'Give it fields, one a line.' });
  if ('Sandbox' in file || 'Shell_variables' in file)
    throw new GridError('rejected', 'The step file has no “Token”.', { hint: 'Add the fields that every token gets.' });
  return file;
}

function isVersion1(file: Fields): boolean {
  return ['Job', 'container', 'sandbox', 'PicasApiVersion'].some((key) => key in file);
}

function version1(file: Fields, token: Fields): Fields {
  const { variables, ...fields } = token;
  const config = { variables, container: file.container, sandbox: file.sandbox };
  const present = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
  return {
    ...(Object.keys(present).length === 0 ? {} : { 'config.json': present }),
    ...fields,
    ...recordIn(recordIn(file.Job)?.variables),
  };
}
