/** grid.views.*: the standard set, views of one's own, and taking them away. Each write rebuilds the indexes of its design document, so each is one write. */
import { window, type InputBoxValidationMessage } from 'vscode';
import { GridError } from '../../core/errors';
import { lintCondition, lintEmit, type ConditionProblem } from '../../core/tokens/condition';
import type { Dialect } from '../../core/tokens/create';
import { designName } from '../../core/tokens/design';
import type { Pool } from '../../core/tokens/pool';
import { typesOf } from '../../core/tokens/stock';
import {
  mapReduceView,
  mapText,
  mergeDesign,
  standardDesign,
  typeIn,
  withoutView,
  type DesignPlan,
  type Merge,
} from '../../core/tokens/views';
import { listing, plural } from '../../core/wording';
import { optionsOf, type Person, type Program } from '../caller';
import { noCancel } from '../cancel';
import { withProgress } from '../progress';
import type { ViewsNode } from '../trees/views';
import type { PoolPorts } from './counts';
import { poolMeant } from './pools';

export interface ViewsResult {
  /** "design/view": the views that stand as wanted now, whether they were written or there already. */
  readonly views: readonly string[];
  /** Views of the same names with another text, left as they are. */
  readonly differing?: readonly string[];
}

const dialects: readonly { readonly dialect: Dialect; readonly label: string; readonly detail: string }[] = [
  {
    dialect: 'picas',
    label: 'PiCaS',
    detail: 'In _design/Monitor, for tokens of the type “token”: todo, locked, done, error, overview_total',
  },
  { dialect: 'lrt', label: 'GRID_LRT', detail: 'In a design document for one type of tokens: todo, locked, done, error, overview_view' },
];

export async function installStandard(call: Person | Program, ports: PoolPorts): Promise<ViewsResult | undefined> {
  if (call.by === 'program') {
    const { pool, type, dialect, replace } = optionsOf(call.options, {
      pool: 'string',
      type: 'string?',
      dialect: 'string',
      replace: 'boolean?',
    });
    const plan = standardDesign(dialectNamed(dialect), { type: type ?? neededType(dialect) });
    return put(ports, pool, plan, replace === true ? Object.keys(plan.views) : [], noCancel);
  }
  const pool = await poolMeant(call, ports.pools, 'Install standard views');
  if (pool === undefined) return undefined;
  const choice = await window.showQuickPick(dialects, { title: `Standard views in ${pool}`, placeHolder: 'For which tools?' });
  if (choice === undefined) return undefined;
  const type = choice.dialect === 'picas' ? 'token' : await askForType(pool, ports);
  if (type === undefined) return undefined;
  return putForPerson(ports, pool, standardDesign(choice.dialect, { type }));
}

function dialectNamed(word: string): Dialect {
  if (word === 'picas' || word === 'lrt') return word;
  throw new GridError('rejected', `The dialect “${word}” is not known.`, { hint: 'There are: picas, lrt.' });
}

/** PiCaS has one type. */
function neededType(dialect: string): string {
  if (dialect === 'picas') return 'token';
  throw new GridError('rejected', 'The type of the tokens is missing.', { hint: 'GRID_LRT has a set of views for each.' });
}

async function askForType(pool: string, { stocks }: PoolPorts): Promise<string | undefined> {
  const known = typesOf(stocks.of(pool).known?.counts ?? []).map(({ type }) => type);
  const typed = { label: 'Another type…' };
  if (known.length > 0) {
    const choice = await window.showQuickPick([...known.map((label) => ({ label })), typed], {
      title: `Standard views in ${pool}`,
      placeHolder: 'For which type of tokens?',
    });
    if (choice === undefined || choice !== typed) return choice?.label;
  }
  return window.showInputBox({
    title: `Standard views in ${pool}`,
    prompt: 'Type of the tokens',
    validateInput: (value) => (value.trim() === '' ? 'A type is needed' : undefined),
  });
}

/** Compares first; what differs is replaced only when the person says so. */
async function putForPerson(ports: PoolPorts, pool: string, plan: DesignPlan): Promise<ViewsResult | undefined> {
  const connection = await ports.pools.open(pool);
  const found = (await connection.designs({ signal: noCancel })).find(({ name }) => name === plan.name)?.document;
  const { added, differing } = mergeDesign(found, plan);
  let replace: readonly string[] = [];
  if (differing.length > 0) {
    const detail = `Pilots and other tools may count on ${plural(differing.length, 'view')} as ${differing.length === 1 ? 'it is' : 'they are'}: ${listing(differing)}.`;
    const [keep, take] = added.length === 0 ? [undefined, 'Replace'] : ['Add What Is Missing', 'Replace'];
    const buttons = keep === undefined ? [take] : [keep, take];
    const answer = await window.showWarningMessage(
      `_design/${plan.name} has views of the same names with another text.`,
      { modal: true, detail },
      ...buttons,
    );
    if (answer === undefined) return undefined;
    if (answer === take) replace = differing;
  } else if (added.length === 0) {
    void window.showInformationMessage(`_design/${plan.name} has these views already.`);
    return { views: namesOf(plan) };
  } else if (!(await agrees(pool, plan, added, found !== undefined))) return undefined;
  const title = `Writing views to ${pool}`;
  const result = await withProgress(title, (signal) => put(ports, pool, plan, replace, signal));
  void window.showInformationMessage(`${plural(added.length + replace.length, 'view')} written to _design/${plan.name} of ${pool}.`);
  return result;
}

async function agrees(pool: string, { name }: DesignPlan, added: readonly string[], exists: boolean): Promise<boolean> {
  const detail = exists
    ? `To _design/${name}, which is there. All its views are indexed anew, and pilots that read them wait meanwhile.`
    : `In a new design document, _design/${name}.`;
  const question = `Add ${listing(added)} to ${pool}?`;
  return (await window.showInformationMessage(question, { modal: true, detail }, 'Add')) === 'Add';
}

async function put(
  { pools, tokensView }: PoolPorts,
  pool: string,
  plan: DesignPlan,
  replace: readonly string[],
  signal: AbortSignal,
): Promise<ViewsResult> {
  const connection = await pools.open(pool);
  let merge: Merge | undefined;
  await connection.reviseDesign(plan.name, (found) => (merge = mergeDesign(found, plan, replace)).document ?? 'keep', { signal });
  tokensView.changed(pool);
  const differing = merge?.differing ?? [];
  const views = namesOf(plan).filter((name) => !differing.some((each) => name === `${plan.name}/${each}`));
  return differing.length === 0 ? { views } : { views, differing };
}

function namesOf({ name, views }: DesignPlan): string[] {
  return Object.keys(views).map((view) => `${name}/${view}`);
}

export async function createView(call: Person | Program, ports: PoolPorts): Promise<ViewsResult | undefined> {
  if (call.by === 'person') return createForPerson(call, ports);
  const { pool, design, name, condition, emit, type, overview, replace } = optionsOf(call.options, {
    pool: 'string',
    design: 'string',
    name: 'string',
    condition: 'string',
    emit: 'string?',
    type: 'string?',
    overview: 'boolean?',
    replace: 'boolean?',
  });
  checkName(design, 'design document');
  checkName(name, 'view');
  refuse('condition', condition, lintCondition(condition));
  if (emit !== undefined) refuse('emit', emit, lintEmit(emit));
  if (emit !== undefined && overview === true) throw new GridError('rejected', 'An overview emits its buckets; leave out “emit”.');
  const kind = type ?? (await typeOf(await ports.pools.open(pool), design));
  const plan = planOf({ design, name, condition, emit, type: kind, overview: overview === true });
  const result = await put(ports, pool, plan, replace === true ? [name] : [], noCancel);
  if (result.differing !== undefined)
    throw new GridError('conflict', `There is a view ${design}/${name} with another text.`, {
      hint: 'Choose another name, or say replace: true.',
    });
  return result;
}

interface NewView {
  readonly design: string;
  readonly name: string;
  readonly condition: string;
  readonly emit: string | undefined;
  readonly type: string;
  readonly overview: boolean;
}

function planOf({ design, name, condition, emit, type, overview }: NewView): DesignPlan {
  return { name: design, views: { [name]: overview ? mapReduceView(type, condition) : { map: mapText(type, condition, emit) } } };
}

async function typeOf(pool: Pool, design: string): Promise<string> {
  const found = (await pool.designs({ signal: noCancel })).find(({ name }) => name === design);
  return typeIn(design, found?.views ?? []);
}

function checkName(name: string, what: string): void {
  if (name === '' || name !== name.trim() || name.startsWith('_'))
    throw new GridError('rejected', `“${name}” is no name for a ${what}.`, {
      hint: 'It is not empty, and does not begin with _ or a blank.',
    });
  if (name === designName)
    throw new GridError('rejected', `_design/${designName} is kept by Grid Workbench itself.`, { hint: 'Choose another design document.' });
}

/** @throws GridError `rejected` with the place in the text */
function refuse(what: string, text: string, problems: readonly ConditionProblem[]): void {
  const fault = problems.find(({ severity }) => severity === 'error');
  if (fault === undefined) return;
  const place = text.slice(fault.start, fault.end);
  throw new GridError('rejected', `The ${what} cannot be sent, at “${place === '' ? text : place}”: ${fault.message}`);
}

async function createForPerson(call: Person, ports: PoolPorts): Promise<ViewsResult | undefined> {
  const pool = await poolMeant(call, ports.pools, 'Create view');
  if (pool === undefined) return undefined;
  const [node] = call.nodes as readonly Partial<{ readonly design: string; readonly type: string }>[];
  const design =
    node?.design ??
    (await ask(
      'Create view (1 of 3)',
      'Name of the design document: Monitor for PiCaS, the type of the tokens for GRID_LRT',
      node?.type ?? 'Monitor',
    ));
  if (design === undefined) return undefined;
  const name = await ask('Create view (2 of 3)', `Name of the view in _design/${design}`, '');
  if (name === undefined) return undefined;
  checkName(design, 'design document');
  checkName(name, 'view');
  const condition = await window.showInputBox({
    title: 'Create view (3 of 3)',
    prompt: 'Which tokens: a condition in the JavaScript of the server (ES5)',
    value: 'doc.lock > 0 && doc.done == 0',
    ignoreFocusOut: true,
    validateInput: (value) => told(lintCondition(value)),
  });
  if (condition === undefined) return undefined;
  const type = await typeOf(await ports.pools.open(pool), design);
  return putForPerson(ports, pool, planOf({ design, name, condition, emit: undefined, type, overview: false }));
}

function ask(title: string, prompt: string, value: string): Thenable<string | undefined> {
  return window.showInputBox({
    title,
    prompt,
    value,
    ignoreFocusOut: true,
    validateInput: (text) => (/^[^_\s]/.test(text) && text === text.trim() ? undefined : 'A name that does not begin with _ or a blank'),
  });
}

function told(problems: readonly ConditionProblem[]): InputBoxValidationMessage | undefined {
  const [first] = [...problems].sort((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'));
  return first === undefined ? undefined : { message: first.message, severity: first.severity === 'error' ? 3 : 2 };
}

export async function deleteView(call: Person | Program, ports: PoolPorts): Promise<ViewsResult | undefined> {
  if (call.by === 'program') {
    const { pool, design, name } = optionsOf(call.options, { pool: 'string', design: 'string', name: 'string' });
    return remove(ports, pool, design, name);
  }
  const node = (call.nodes as readonly ViewsNode[]).find((each) => each.node === 'view');
  if (node?.node !== 'view') throw new GridError('rejected', 'Choose a view in the view Views first.');
  const { pool, design, view } = node;
  const detail = 'No token is deleted. The other views of its design document are indexed anew, and pilots that read them wait meanwhile.';
  if ((await window.showWarningMessage(`Delete the view ${design}/${view} of ${pool}?`, { modal: true, detail }, 'Delete')) !== 'Delete')
    return undefined;
  return remove(ports, pool, design, view);
}

async function remove({ pools, tokensView }: PoolPorts, pool: string, design: string, name: string): Promise<ViewsResult> {
  const connection = await pools.open(pool);
  let there = false;
  await connection.reviseDesign(
    design,
    (found) => {
      const revision = withoutView(found, name);
      there = revision !== 'keep';
      return revision;
    },
    { signal: noCancel },
  );
  if (!there) throw new GridError('notFound', `There is no view ${design}/${name} in ${pool}.`);
  tokensView.changed(pool);
  return { views: [`${design}/${name}`] };
}
