/** v0.5 and the form of Grid Workbench, which is v0.5 and more: what each has that the other has not. */
import { type Data, dataOf, isData } from './plain';

/** Data in another form, and a sentence about each thing that this form cannot hold. */
export interface Conversion {
  readonly data: Data;
  readonly lost: readonly string[];
}

/** Outermost keys that are called otherwise in the form of Grid Workbench. */
export const renamed: Readonly<Record<string, string>> = { Submit: 'Job' };

/** v0.5 → ours: everything has its place. */
export function toWorkbench(data: Data): Conversion {
  const renames = isData(data.Submit) && !Object.hasOwn(data, 'Job');
  const entries = Object.entries(data).map(([key, value]) => [renames ? (renamed[key] ?? key) : key, value] as const);
  const own = isData(dataOf(data.Token).upload)
    ? ['Token.upload is a field of your own in v0.5; here it says how results are uploaded.']
    : [];
  return { data: { ...Object.fromEntries(entries), apiVersion: 2 }, lost: own };
}

/** Ours → v0.5. Token fields are free there, so that `Token.upload` stays, as a field that nothing reads. */
export function toVersionHalf(data: Data): Conversion {
  const lost: string[] = [];
  const kept = new Map(Object.entries(data));
  if (Object.hasOwn(data, 'apiVersion')) kept.set('apiVersion', data.apiVersion === 2 ? 0 : data.apiVersion);
  for (const key of ['Job', 'container', 'downloader', 'outputs']) kept.delete(key);
  if (isData(data.Token)) kept.set('Token', withImage(data.Token, data.container, lost));
  else if (data.container !== undefined) lost.push('v0.5 has no place for “container” without a “Token”.');
  if (isData(data.Sandbox)) kept.set('Sandbox', withoutPins(data.Sandbox, lost));
  if (dataOf(data.Token).upload !== undefined) lost.push('Token.upload stays as a field of the token, but no tool of v0.5 reads it.');
  if (data.Job !== undefined) lost.push(`v0.5 has no place for “Job”: give ${told(data.Job)} to the launcher.`);
  if (data.downloader !== undefined) lost.push('v0.5 has no place for “downloader”.');
  if (data.outputs !== undefined) lost.push('v0.5 has no place for “outputs”: master.sh has to send the files itself.');
  return { data: Object.fromEntries(kept), lost };
}

/** The names of a map's keys, for sentences. */
function told(value: unknown): string {
  const names = Object.keys(dataOf(value));
  return names.length === 0 ? 'what it says' : names.map((name) => `“${name}”`).join(', ');
}

/** The image of the container, on the token: v0.5 looks for it there. */
function withImage(token: Data, container: unknown, lost: string[]): Data {
  const image = dataOf(dataOf(container).singularity);
  const moved: [string, unknown][] = [];
  for (const [key, value] of Object.entries(image)) {
    const own = token[key];
    if (key !== 'SIMG' && key !== 'SIMG_COMMIT') lost.push(`v0.5 has no place for “${key}” of the container.`);
    else if (own === undefined || own === null || own === '') moved.push([key, value]);
    else if (own !== value) lost.push(`Token.${key} stays what it is, and “${key}” of the container goes: the token has room for one.`);
  }
  for (const key of Object.keys(dataOf(container)))
    if (key !== 'singularity') lost.push(`v0.5 has no place for “${key}” of the container.`);
  return { ...token, ...Object.fromEntries(moved) };
}

/** v0.5 pins further repositories by commit, but builds the sandbox from a branch, into folders named by their keys. */
function withoutPins(sandbox: Data, lost: string[]): Data {
  const kept = new Map(Object.entries(sandbox));
  const { git, git_scripts: tools, files } = sandbox;
  if (files !== undefined && files !== null)
    lost.push('v0.5 takes no local files into the sandbox: put those of “files” into the repository.');
  if (sandbox.gzip === true) lost.push('v0.5 does not compress the sandbox: “gzip” is lost.');
  if (sandbox.convert_line_ends === true) lost.push('v0.5 packs scripts as they are: “convert_line_ends” is lost.');
  for (const key of ['files', 'gzip', 'convert_line_ends']) kept.delete(key);
  const inside = 'v0.5 takes no repositories inside another along: “submodules” is lost.';
  if (isData(git)) {
    const { commit, checkout_dir, submodules, ...rest } = git;
    if (submodules === true) lost.push(inside);
    kept.set('git', rest);
    if (commit !== undefined) lost.push(`v0.5 builds the sandbox from a branch: the commit of Sandbox.git is lost.`);
    if (checkout_dir !== undefined) lost.push('v0.5 has no place for “checkout_dir” of Sandbox.git: its content goes to the top.');
    if (rest.branch === undefined) lost.push('v0.5 wants a branch for the sandbox, and none is named: add “branch” to Sandbox.git.');
  }
  if (isData(tools)) {
    const entries = Object.entries(tools).map(([name, tool]): [string, unknown] => {
      if (!isData(tool)) return [name, tool];
      const { checkout_dir = name, submodules, ...rest } = tool;
      if (submodules === true && !lost.includes(inside)) lost.push(inside);
      if (checkout_dir !== name) lost.push(`v0.5 puts “${name}” into the folder “${name}”, not into the one that “checkout_dir” names.`);
      return [name, rest];
    });
    kept.set('git_scripts', Object.fromEntries(entries));
  }
  return Object.fromEntries(kept);
}
