/**
 * The choices of Create Tokens…, all on one page: each shows its value and can be changed, and the first row goes on. What
 * the step file and the list say stands there already, so that going on at once is the usual case.
 */
import { window, type QuickPickItem, type Uri } from 'vscode';
import { asGridError } from '../../core/errors';
import { reservedFields, type SharedAttachment } from '../../core/tokens/create';
import type { SetOptions, TokenSet } from '../../core/tokens/plan';
import { listing, plural } from '../../core/wording';

type Row = 'go' | 'slice' | 'type' | 'idAppend' | 'idPrefix' | 'keyName' | 'attach' | 'set';

interface Choice extends QuickPickItem {
  readonly row: Row;
}

const title = 'Create tokens (2 of 2)';

/** @param plan what the choices come to; what it throws is shown, and the choices can be changed */
export async function askForOptions(
  plan: (options: SetOptions) => Promise<TokenSet>,
  read: (uris: readonly Uri[]) => Promise<SharedAttachment[]>,
): Promise<SetOptions | undefined> {
  let options: SetOptions = {};
  for (;;) {
    const [tokens, problem] = await planned(plan, options);
    const choice = await window.showQuickPick(rowsOf(options, tokens, problem), {
      title,
      placeHolder: problem ?? 'Go on, or change something first',
      ignoreFocusOut: true,
    });
    if (choice === undefined) return undefined;
    if (choice.row === 'go') {
      if (tokens !== undefined) return options;
    } else options = { ...options, ...(await ask(choice.row, options, tokens, read)) };
  }
}

async function planned(
  plan: (options: SetOptions) => Promise<TokenSet>,
  options: SetOptions,
): Promise<[TokenSet | undefined, string | undefined]> {
  try {
    return [await plan(options), undefined];
  } catch (thrown) {
    // The step file or the list cannot be read at all: no choice here mends that.
    if (Object.keys(options).length === 0) throw thrown;
    return [undefined, asGridError(thrown).sentence];
  }
}

function rowsOf(options: SetOptions, tokens: TokenSet | undefined, problem: string | undefined): Choice[] {
  const { slice = 10, idPrefix = 'SB', keyName = 'STARTSB', attach = [], set = {} } = options;
  const first = tokens?.ids[0] ?? '';
  const go = tokens === undefined ? 'This cannot be created' : `Preview ${plural(tokens.ids.length, 'token')}…`;
  return [
    {
      row: 'go',
      label: go,
      detail: problem ?? (tokens?.ids.length === 1 ? first : `${first} … ${tokens?.ids.at(-1) ?? ''}`),
    },
    { row: 'slice', label: 'Subbands in a token', description: String(slice) },
    { row: 'type', label: 'Type', description: options.type ?? tokens?.type ?? '' },
    { row: 'idAppend', label: 'Observation in the ids', description: options.idAppend ?? 'as the list says' },
    { row: 'idPrefix', label: 'Before the number in the ids', description: idPrefix },
    { row: 'keyName', label: 'Field that gets the number', description: keyName },
    { row: 'attach', label: 'Attached to each', description: listing(['srm.txt', ...attach.map(({ name }) => name)]) },
    {
      row: 'set',
      label: 'Fields beside those of the step file',
      description: Object.keys(set).length === 0 ? 'none' : JSON.stringify(set),
    },
  ];
}

async function ask(
  row: Exclude<Row, 'go'>,
  options: SetOptions,
  tokens: TokenSet | undefined,
  read: (uris: readonly Uri[]) => Promise<SharedAttachment[]>,
): Promise<SetOptions> {
  switch (row) {
    case 'slice': {
      const slice = await box('Subbands in a token', String(options.slice ?? 10), (value) =>
        /^[1-9]\d{0,5}$/.test(value) ? undefined : 'A whole number of at least 1',
      );
      return slice === undefined ? {} : { slice: Number(slice) };
    }
    case 'type': {
      const prompt = 'GRID_LRT names a type for each run; PiCaS has one, which is called token';
      const type = await box(prompt, options.type ?? tokens?.type ?? '', needed);
      return type === undefined ? {} : { type };
    }
    case 'idAppend': {
      const idAppend = await box('Usually the observation; empty: as the list says', options.idAppend ?? '', () => undefined);
      return idAppend === undefined ? {} : { idAppend: idAppend === '' ? undefined : idAppend };
    }
    case 'idPrefix': {
      const idPrefix = await box('SB for subbands, AB for absolute ones', options.idPrefix ?? 'SB', needed);
      return idPrefix === undefined ? {} : { idPrefix };
    }
    case 'keyName': {
      const taken = new Set(reservedFields(tokens?.dialect ?? 'lrt'));
      const keyName = await box('The field that gets the number of the first subband', options.keyName ?? 'STARTSB', (value) =>
        taken.has(value) ? `“${value}” belongs to the library` : needed(value),
      );
      return keyName === undefined ? {} : { keyName };
    }
    case 'attach': {
      const uris = await window.showOpenDialog({ title: 'Files that every token gets', openLabel: 'Attach', canSelectMany: true });
      return uris === undefined ? {} : { attach: await read(uris) };
    }
    case 'set': {
      const text = await box('Fields as JSON: {"RESULTS_DIR": "gsiftp://…", "cores": 4}', JSON.stringify(options.set ?? {}), (value) =>
        fieldsIn(value) === undefined ? 'An object in JSON, such as {"cores": 4}' : undefined,
      );
      return text === undefined ? {} : { set: fieldsIn(text) };
    }
  }
}

async function box(prompt: string, value: string, refuse: (value: string) => string | undefined): Promise<string | undefined> {
  const answer = await window.showInputBox({ title, prompt, value, ignoreFocusOut: true, validateInput: (text) => refuse(text.trim()) });
  return answer?.trim();
}

function needed(value: string): string | undefined {
  return value === '' ? 'Something is needed here' : undefined;
}

function fieldsIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
