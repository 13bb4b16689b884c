/** v1 → ours: the template that GRID_LRT's builder reads, taken apart again. */
import { type Data, isData, mapIn, same, without } from './plain';
import { type Conversion } from './superset';
import { withDollar } from './versionOne';

const variable = /^\$[A-Za-z_]\w*$/;
const placed = ['$schema', 'PicasApiVersion', '_apiVersion', 'Job', 'Token', 'container', 'sandbox', 'downloader'];
/** Fields that a free token has; the tools of v0.5 set them whatever stands there, and their files show them. */
const free = { lock: 0, done: 0, hostname: '', output: '', scrub_count: 0 };

/** @param to v0.5 shows the fields of a free token; for ours the tool alone knows them. */
export function fromVersionOne(data: Data, to: 'v0.5' | 'workbench'): Conversion {
  const lost: string[] = [];
  const job = mapIn(data, 'Job', lost);
  const launched = without(job, 'variables');
  const template = mapIn(data, 'Token', lost);
  const token = tokenOf(without(template, '_id', 'variables'), without(mapIn(job, 'variables', lost), '_id'), to, lost);
  const rest = Object.entries(data).filter(([key]) => !placed.includes(key));
  return {
    data: {
      apiVersion: 2,
      Token: token,
      Sandbox: sandboxOf(mapIn(data, 'sandbox', lost), token, lost),
      Shell_variables: shellOf(mapIn(template, 'variables', lost), lost),
      ...(Object.keys(launched).length === 0 ? {} : { Job: launched }),
      ...(data.container === undefined ? {} : { container: data.container }),
      ...(data.downloader === undefined ? {} : { downloader: data.downloader }),
      ...Object.fromEntries(rest),
    },
    lost,
  };
}

function tokenOf(fields: Data, named: Data, to: 'v0.5' | 'workbench', lost: string[]): Data {
  for (const [field, value] of Object.entries(named)) {
    if (!Object.hasOwn(fields, field) || same(fields[field], value)) continue;
    lost.push(`“${field}” stands in Token and in Job.variables; the builder takes the latter, and so it is here.`);
  }
  return { ...named, ...(to === 'v0.5' ? free : {}), ...fields, ...named };
}

/** `"$VARIABLE": "FIELD"` → `FIELD: "$VARIABLE"`. */
function shellOf(variables: Data, lost: string[]): Data {
  const turned = (map: Data, what: string): Map<string, string> => {
    const named = new Map<string, string>();
    for (const [key, value] of Object.entries(map)) {
      const [name, of] =
        typeof value === 'string' && value.startsWith('$') && !key.startsWith('$') ? [value, key] : [withDollar(key), value];
      if (typeof of !== 'string' || of === '' || (what === 'field' && of === '_attachments'))
        lost.push(`${name} names no ${what}, and is left out.`);
      else if (!variable.test(name)) lost.push(`“${key}” is no name of a shell variable, and is left out.`);
      else if (named.has(of)) {
        lost.push(`“${of}” goes to ${named.get(of) ?? ''} and to ${name}; here it goes to one, and ${name} is left out.`);
      } else named.set(of, name);
    }
    return named;
  };
  for (const key of Object.keys(without(variables, '_token_keys', '_attachments')))
    lost.push(`“${key}” of Token.variables has no place here, and is left out.`);
  const attachments = turned(mapIn(variables, '_attachments', lost), 'attachment');
  return {
    ...Object.fromEntries(turned(mapIn(variables, '_token_keys', lost), 'field')),
    ...(attachments.size === 0 ? {} : { _attachments: Object.fromEntries(attachments) }),
  };
}

function sandboxOf(sandbox: Data, token: Data, lost: string[]): Data {
  const { git, scripts, ...others } = sandbox;
  const tools = new Map<string, unknown>();
  const items: readonly unknown[] = Array.isArray(scripts) ? scripts : [];
  if (scripts !== undefined && !(Array.isArray(scripts) && items.every(isData)))
    lost.push('“scripts” is no list of maps, and what is none is left out.');
  const lists = [...items.filter(isData), others].flatMap((each) => Object.entries(each));
  for (const [name, tool] of lists) {
    if (tools.has(name)) lost.push(`Two repositories are called “${name}”; the first is taken.`);
    else tools.set(name, isData(tool) ? toolOf(name, tool, lost) : tool);
  }
  return {
    ...placeOf(token, lost),
    ...(git === undefined ? {} : { git: isData(git) ? address(git, 'location') : git }),
    git_scripts: Object.fromEntries(tools),
    remove_when_done: true,
  };
}

function toolOf(name: string, tool: Data, lost: string[]): Data {
  const { checkout_dir: folder, ...rest } = tool;
  if (folder === undefined)
    lost.push(`v1 puts the content of “${name}” at the top of the sandbox; here it goes into the folder “${name}”.`);
  return address(folder === undefined || folder === name ? rest : tool, 'git_url');
}

function address(repository: Data, key: string): Data {
  return Object.fromEntries(Object.entries(repository).map(([name, value]) => [name === 'url' ? key : name, value]));
}

/** A name and a folder that every tool takes. */
const safe = /^[A-Za-z0-9][A-Za-z0-9._+-]*$/;

/** Where the tar is put: as the token says, else a proposal. */
function placeOf(token: Data, lost: string[]): Data {
  const told = typeof token.SBXloc === 'string' ? token.SBXloc : '';
  const steps = told
    .replace(/^[a-z]+:\/\/[^/]*/i, '')
    .split('/')
    .filter((step) => step !== '');
  const name = steps.pop()?.replace(/\.tar$/, '') ?? '';
  if (safe.test(name) && steps.every((step) => safe.test(step) && !step.includes('..'))) {
    // Of a whole address nothing says where the sandbox root ends; its last folder is below it.
    return { name, loc: (told.includes('://') ? steps.slice(-1) : steps).join('/') };
  }
  const step = typeof token.PIPELINE_STEP === 'string' && safe.test(token.PIPELINE_STEP) ? token.PIPELINE_STEP : 'sandbox';
  lost.push(`v1 does not say where the sandbox is put: Sandbox.name and Sandbox.loc are proposals. Look at them before you build.`);
  return { name: step, loc: step };
}
