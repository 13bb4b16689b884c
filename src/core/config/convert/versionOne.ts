/**
 * v0.5 and ours → v1, the form that GRID_LRT's builder reads: fields of the token that reach the environment stand in
 * `Job.variables`, and variables name fields and attachments, not the other way round.
 */
import { type Data, isData, mapIn, without } from './plain';
import { tokenFields } from '../fields';
import { type Conversion } from './superset';

const variable = /^\$[A-Za-z_]\w*$/;
/** Maps of v0.5 and ours that have a place of their own in v1, or none; what else stands there is the person's. */
const placed = ['apiVersion', 'Token', 'Sandbox', 'Shell_variables', 'Submit', 'Job', 'container', 'downloader', 'outputs'];
const ofVersionOne = ['PicasApiVersion', '_apiVersion', 'sandbox'];

export function toVersionOne(data: Data, from: 'v0.5' | 'workbench'): Conversion {
  const lost: string[] = [];
  const shell = mapIn(data, 'Shell_variables', lost);
  const variables = variablesOf(shell, lost);
  const { token, jobVariables, image } = fieldsOf(mapIn(data, 'Token', lost), shell, from);
  const job = mapIn(data, data.Job === undefined ? 'Submit' : 'Job', lost);
  const container = data.container ?? (image === undefined ? undefined : { singularity: image });
  if (data.outputs !== undefined) lost.push('v1 has no place for “outputs”: Token.upload sends one tar.');
  const rest = Object.entries(data).filter(([key]) => !placed.includes(key));
  for (const [key] of rest) if (ofVersionOne.includes(key)) lost.push(`“${key}” means something else in v1, and is left out.`);
  const sandbox = data.Sandbox === undefined ? undefined : sandboxOf(mapIn(data, 'Sandbox', lost), lost);
  return {
    data: {
      PicasApiVersion: 0.5,
      Job: { ...without(job, 'variables'), variables: { ...mapIn(job, 'variables', lost), ...jobVariables } },
      Token: { ...token, variables },
      ...(container === undefined ? {} : { container }),
      ...(sandbox === undefined ? {} : { sandbox }),
      ...(data.downloader === undefined ? {} : { downloader: data.downloader }),
      ...Object.fromEntries(rest.filter(([key]) => !ofVersionOne.includes(key))),
    },
    lost,
  };
}

/** Fields of the token by their place; of the reserved ones none: the builder makes them. */
function fieldsOf(token: Data, shell: Data, from: 'v0.5' | 'workbench'): { token: Data; jobVariables: Data; image: Data | undefined } {
  const job: [string, unknown][] = [];
  const kept: [string, unknown][] = [];
  const image: [string, unknown][] = [];
  for (const [field, value] of Object.entries(token)) {
    if (Object.hasOwn(tokenFields, field) && tokenFields[field]?.reserved === true) continue;
    const isImage = (field === 'SIMG' || field === 'SIMG_COMMIT') && typeof value === 'string' && value !== '' && token.SIMG !== '';
    // v0.5 has the image on the token; in v1 the worker looks for it in the container.
    if (from === 'v0.5' && isImage && typeof token.SIMG === 'string') {
      image.push([field, value]);
      if (!Object.hasOwn(shell, field)) continue;
    }
    // A field that is called as one of v1's own maps is safe among the variables of the job.
    const taken = field === 'variables' || (field === 'upload' && !isData(value));
    if (taken || (Object.hasOwn(shell, field) && field !== '_attachments')) job.push([field, value]);
    else kept.push([field, value]);
  }
  return {
    token: Object.fromEntries(kept),
    jobVariables: Object.fromEntries(job),
    image: image.length === 0 ? undefined : Object.fromEntries(image),
  };
}

/** `FIELD: "$VARIABLE"` → `"$VARIABLE": "FIELD"`, and likewise for attachments, which all need a variable here. */
function variablesOf(shell: Data, lost: string[]): Data {
  const keys = new Map<string, string>();
  const attachments = new Map<string, string>();
  const claim = (map: Map<string, string>, name: string, of: string): void => {
    const first = keys.get(name) ?? attachments.get(name);
    if (first === undefined) map.set(name, of);
    else lost.push(`${name} is set from “${first}” and from “${of}”; v1 takes one, and “${of}” is left out.`);
  };
  for (const [field, value] of Object.entries(shell)) {
    if (field === '_attachments') continue;
    const name = typeof value === 'string' ? withDollar(value) : '';
    if (variable.test(name)) claim(keys, name, field);
    else lost.push(`Shell_variables.${field} names no shell variable, and is left out.`);
  }
  const bare: string[] = [];
  for (const [name, value] of Object.entries(mapIn(shell, '_attachments', lost))) {
    if (typeof value !== 'string') lost.push(`The attachment “${name}” names neither a variable nor a file, and is left out.`);
    else if (variable.test(value)) claim(attachments, value, name);
    else if (variable.test(name)) claim(attachments, name, value);
    else {
      bare.push(name);
      if (value !== name) lost.push(`The attachment “${name}” is kept under this name; v1 has no place for “${value}”.`);
    }
  }
  // Names are invented when all others are known.
  for (const name of bare) {
    const invented = inventedName(name, (taken) => keys.has(taken) || attachments.has(taken));
    attachments.set(invented, name);
    if (invented !== listVariable) lost.push(`v1 wants a variable for each attachment: “${name}” gets the name ${invented}.`);
  }
  return { _token_keys: Object.fromEntries(keys), _attachments: Object.fromEntries(attachments) };
}

/** What files of v1 call the variable of `srm.txt`. */
const listVariable = '$SRMFILE';

function inventedName(attachment: string, taken: (name: string) => boolean): string {
  if (attachment === 'srm.txt' && !taken(listVariable)) return listVariable;
  for (let n = 1; ; n++) if (!taken(`$ATTACHMENT_${n}`)) return `$ATTACHMENT_${n}`;
}

export function withDollar(name: string): string {
  return name.startsWith('$') ? name : `$${name}`;
}

function sandboxOf(sandbox: Data, lost: string[]): Data {
  const { git } = sandbox;
  const names = Object.keys(without(sandbox, 'git', 'git_scripts', 'loc2', 'type'));
  if (names.length > 0) lost.push(`v1 has no place for ${names.map((name) => `Sandbox.${name}`).join(', ')}.`);
  const scripts = Object.entries(mapIn(sandbox, 'git_scripts', lost)).map(([name, tool]) => {
    // v0.5 clones into a folder of the key's name; v1 only where it is told to.
    return { [name]: isData(tool) ? { ...address(tool, 'git_url'), checkout_dir: tool.checkout_dir ?? name } : tool };
  });
  return {
    ...(git === undefined ? {} : { git: isData(git) ? address(git, 'location') : git }),
    ...(scripts.length === 0 ? {} : { scripts }),
  };
}

/** The repository with its address under the name that v1 gives it. */
function address(repository: Data, key: string): Data {
  return Object.fromEntries(Object.entries(repository).map(([name, value]) => [name === key ? 'url' : name, value]));
}
