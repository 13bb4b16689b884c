/**
 * The split files of 2017 (token, sandbox, tokvar and notes about a step) as one step configuration of today. What says
 * something is taken over; the rest stands below as comments, so that nothing is lost.
 */
import { GridError } from '../../errors';
import { dialectOf } from '../dialect';
import { tokenFields } from '../fields';
import { type Leaf, readNotes } from './notes';
import { parseConfig } from '../syntax';
import { writeYaml } from './writer';

export interface LegacyFile {
  readonly name: string;
  readonly text: string;
}

export interface Imported {
  /** YAML in the form of Grid Workbench. */
  readonly text: string;
  /** Sentences about what has to be looked at. */
  readonly notes: readonly string[];
}

/** Token fields that have another name since v0.3. */
const newNames: Readonly<Record<string, string>> = {
  start_SB: 'STARTSB',
  START_SB: 'STARTSB',
  lofar_sw_dir: 'LOFAR_PATH',
  results_dir: 'RESULTS_DIR',
  pipeline: 'PIPELINE_STEP',
};

/**
 * @throws GridError `rejected` when a file has a form of today, or when none of them says anything about a step.
 */
export function importLegacy(files: readonly LegacyFile[]): Imported {
  const step = new Step();
  const left: string[] = [];
  for (const { name, text } of files) {
    const dialect = dialectOf(parseConfig(text, 'yaml'));
    const head = /^\uFEFF?["']?(Token|Sandbox|Shell_variables)["']?\s*:/m.test(text) || text.trimStart().startsWith('{');
    if (dialect === 'v1' || dialect === 'workbench' || (dialect === 'v0.5' && head)) {
      throw new GridError('rejected', `${name} has a form of today already.`, { hint: 'Convert it instead.' });
    }
    const { leaves, comments } = readNotes(text);
    const rest = leaves.filter((leaf) => !step.take(leaf, dialect === 'token') && leaf.text !== '');
    const lines = [...comments.map((comment) => comment.replace(/^#+\s?/, '')), ...rest.map(written)].filter((line) => line.trim() !== '');
    if (lines.length === 0) continue;
    left.push(`# From ${oneLine(name)}, as notes:`);
    for (const line of lines) left.push(`#   ${oneLine(line)}`);
    left.push('#');
  }
  if (!step.says) {
    throw new GridError('rejected', 'These files say nothing about a step of 2017.', {
      hint: 'Choose the token, sandbox and step files of one step.',
    });
  }
  const notes = step.finish();
  left.pop();
  const below = left.length === 0 ? '' : `\n${left.join('\n')}\n`;
  return { text: writeYaml(step.data()) + below, notes };
}

function written({ path, text }: Leaf): string {
  return path.length === 0 ? text : `${path.join('.')}: ${text}`;
}

/** Characters that would end a comment, or that YAML refuses in one. */
function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]+/gu, ' ');
}

type Fields = Map<string, unknown>;

/** The configuration as it grows, leaf by leaf. The first file to name a thing wins. */
class Step {
  readonly #token: Fields = new Map();
  readonly #sandbox: Fields = new Map();
  readonly #tools = new Map<string, Fields>();
  readonly #shell: Fields = new Map();
  readonly #attachments: Fields = new Map();
  readonly #notes = new Set<string>();
  #software: { folder?: string; version?: string } = {};
  says = false;

  /** Whether a leaf has its place; it is a note otherwise. @param flat the file is a token, and its keys are fields. */
  take(leaf: Leaf, flat: boolean): boolean {
    const taken = flat ? this.#field(leaf.path, leaf) : this.#taken(leaf);
    this.says ||= taken;
    return taken;
  }

  #taken(leaf: Leaf): boolean {
    const { path, value } = leaf;
    const [first = '', second = '', ...more] = path;
    if (first === 'LRT') return this.#option([second, ...more], leaf);
    if (first === 'sandbox') return path.length === 1 ? this.#set(this.#sandbox, 'name', value) : this.#inSandbox([second, ...more], value);
    if (first === 'reduction_params')
      return (second === 'OBSID' || second === 'START_SB') && more.length === 0 && this.#field([second], leaf);
    if (first === 'token' && second === 'keys') return this.#key(more, leaf);
    if (first === 'tokvar') return this.#variable([second, ...more], value);
    if (first === 'results' && second === 'UL_loc') return typeof value === 'string' && this.#set(this.#token, 'RESULTS_DIR', value.trim());
    if (first === 'options') return this.#option([second, ...more], leaf);
    if (first === 'step_name') return this.#set(this.#token, 'PIPELINE_STEP', value);
    // A file of variables by itself.
    if (typeof value === 'string' && value.startsWith('$') && path.length === 1) return this.#variable(path, value);
    return first === '_attachments' && this.#variable(path, value);
  }

  #set(map: Fields, key: string, value: unknown): boolean {
    if (value === '' || value === null) return false;
    if (map.has(key)) return map.get(key) === value;
    map.set(key, value);
    return true;
  }

  #field(path: readonly string[], { value, text }: Leaf): boolean {
    const [field = '', ...more] = path;
    const name = newNames[field] ?? field;
    if (more.length > 0 || name === '_id' || name === '_attachments' || name === '') return false;
    // The observation that nothing has; and subbands keep their zeros.
    const meant =
      name === 'OBSID' && value === 'L000000' ? '' : (name === 'STARTSB' || name === 'ABN') && /^0\d+$/.test(text) ? text : value;
    if (this.#token.has(name)) return this.#token.get(name) === meant;
    this.#token.set(name, meant);
    return true;
  }

  /** `keys` of a token: bare words there are often names of variables of the program, and no values. */
  #key(path: readonly string[], leaf: Leaf): boolean {
    const [field = ''] = path;
    const { value, literal } = leaf;
    const meant = literal || (/^[A-Z][A-Z0-9_]+$/.test(field) && typeof value === 'string' && /^\w+$/.test(value) && value !== field);
    if (leaf.text === '' || leaf.text.includes('self.') || leaf.text === 'default') return false;
    return (meant || Object.hasOwn(newNames, field)) && this.#field(path, leaf);
  }

  #inSandbox(path: readonly string[], value: unknown): boolean {
    const [key = '', name = '', below = '', ...more] = path;
    if (key === 'git_scripts' && ['git_url', 'branch', 'commit'].includes(below) && more.length === 0) {
      const tool = this.#tools.get(name) ?? new Map<string, unknown>();
      this.#tools.set(name, tool);
      return this.#set(tool, below, value);
    }
    if (path.length > 1) return false;
    if (key === 'remove_when_done') return typeof value === 'boolean' && this.#set(this.#sandbox, key, value);
    if (key === 'loc2' && value === 'None') return true;
    return (key === 'name' || key === 'loc') && typeof value === 'string' && this.#set(this.#sandbox, key, value);
  }

  #variable(path: readonly string[], value: unknown): boolean {
    const [key = '', name = '', ...more] = path;
    if (typeof value !== 'string' || more.length > 0) return false;
    if (key === '_attachments') {
      const shared = value.startsWith('$') && !this.#attachments.has(name) && [...this.#attachments.values()].includes(value);
      return name !== '' && !shared && this.#set(this.#attachments, name, value);
    }
    return name === '' && this.#set(this.#shell, newNames[key] ?? key, value);
  }

  /** Options of the notes; dashes and underscores are the same. */
  #option(path: readonly string[], leaf: Leaf): boolean {
    const { value, text } = leaf;
    const names = path.map((each) => each.replaceAll('-', '_'));
    const name = names.findLast((each) => !/^\d*$/.test(each)) ?? '';
    if (names[0] === 'token' && names[1] === 'keys') return this.#key(path.slice(2), leaf);
    if (name === 'attachments') return this.#attachment(text);
    if (text === '') return false;
    switch (name) {
      case 'name':
        return this.#set(this.#token, 'PIPELINE_STEP', value);
      case 'parset':
        return this.#attachment(text);
      case 'sw_dir':
      case 'software_dir':
        this.#software.folder ??= text;
        return this.#software.folder === text;
      case 'sw_ver':
      case 'software_ver':
        this.#software.version ??= text;
        return this.#software.version === text;
      case 'num_per_node':
      case 'srms_per_node':
        this.#notes.add(
          `Each node took ${text} ${text === '1' ? 'link' : 'links'}: cut the list into slices of ${text} when you make tokens.`,
        );
        return false;
      case 'smrfile':
        this.#attachment('srmlist');
        this.#notes.add(`The list of links was ${text}: choose it when you make tokens.`);
        return false;
      default:
        return false;
    }
  }

  /** A parset goes to `$PARSET`; the list of links is always called srm.txt. */
  #attachment(name: string): boolean {
    if (/^srm(list|file|\.txt)$/.test(name)) return this.#attachments.has('srm.txt') || this.#set(this.#attachments, 'srm.txt', 'srm.txt');
    if (!/\.\w+$/.test(name) || /[/\s]/.test(name)) return false;
    if (this.#attachments.has(name)) return true;
    return this.#set(this.#attachments, name, [...this.#attachments.values()].includes('$PARSET') ? name : '$PARSET');
  }

  /** Adds what the form asks for; returns what a person has to look at. */
  finish(): readonly string[] {
    const { folder, version } = this.#software;
    if (folder !== undefined) {
      this.#set(this.#token, 'LOFAR_PATH', version === undefined ? folder : `${folder.replace(/\/+$/, '')}/${version}`);
    } else if (version !== undefined) this.#notes.add(`The software was version ${version}: set Token.LOFAR_PATH to its folder.`);
    for (const field of ['OBSID', 'STARTSB']) if (!this.#token.has(field)) this.#token.set(field, '');
    const step = this.#token.get('PIPELINE_STEP');
    const name = this.#sandbox.get('name');
    if (name === undefined) {
      this.#sandbox.set('name', typeof step === 'string' && /^[A-Za-z0-9][\w.+-]*$/.test(step) ? step : 'sandbox');
      this.#notes.add('No file names the sandbox: Sandbox.name is a proposal.');
    }
    const loc = this.#sandbox.get('loc');
    if (loc === undefined) {
      this.#sandbox.set('loc', this.#sandbox.get('name'));
      this.#notes.add('No file says where the sandbox is put: Sandbox.loc is a proposal.');
    } else if (typeof loc === 'string' && loc.includes('://')) {
      this.#notes.add('Sandbox.loc is a whole address; today it is a folder below the sandbox root. Shorten it before you upload.');
    }
    this.#notes.add('Sandboxes are made of a repository today: add “git” to Sandbox, with the repository that holds master.sh.');
    if (this.#shell.size === 0) this.#notes.add('No file says which fields the worker gets: fill Shell_variables, FIELD: "$VARIABLE".');
    return [...this.#notes];
  }

  data(): Readonly<Record<string, unknown>> {
    const reserved = (field: string): boolean => Object.hasOwn(tokenFields, field) && tokenFields[field]?.reserved === true;
    const fields = [...this.#token].sort(([a], [b]) => Number(reserved(a)) - Number(reserved(b)));
    const tools = [...this.#tools].map(([name, tool]) => [name, Object.fromEntries(tool)] as const);
    const { name, loc, remove_when_done } = Object.fromEntries(this.#sandbox);
    return {
      apiVersion: 2,
      Token: Object.fromEntries(fields),
      Sandbox: { name, loc, git_scripts: Object.fromEntries(tools), remove_when_done: remove_when_done ?? true },
      Shell_variables: {
        ...Object.fromEntries(this.#shell),
        ...(this.#attachments.size === 0 ? {} : { _attachments: Object.fromEntries(this.#attachments) }),
      },
    };
  }
}
