/** grid.sandbox.build, open and convertLineEnds: the plan first, then the tar, then what to do with it. */
import { join } from 'node:path';
import { commands, env, Uri, window, workspace } from 'vscode';
import { convertFiles } from '../../adapters/lineEnds';
import type { Built, StepNews } from '../../adapters/sandboxBuild';
import { GridError } from '../../core/errors';
import type { SandboxProblem } from '../../core/sandbox/check';
import { localPathOf } from '../../core/sandbox/lineEnds';
import { planBuild, planText, type BuildStep } from '../../core/sandbox/plan';
import { count, listing, plural, sizeOf } from '../../core/wording';
import { optionsOf, urisOf, type Person, type Program } from '../caller';
import { noCancel } from '../cancel';
import { nameOf } from '../lists';
import { failure } from '../log';
import type { SandboxPanels } from '../panels/sandbox';
import type { SandboxRecord } from '../sandboxRuns';
import { build, openRecipe, type BuildPorts, type OpenRecipe } from '../sandboxes';
import { needTrust } from '../trust';
import { withProgress } from '../progress';

export interface BuildResult {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly adler32: string;
  /** Files and links in the tar. */
  readonly entries: number;
  /** What pilots may stumble over; nothing of it kept the sandbox from being packed. */
  readonly problems: readonly SandboxProblem[];
}

export async function buildSandboxOf(call: Person | Program, ports: BuildPorts): Promise<BuildResult | undefined> {
  needTrust('Building a sandbox');
  if (call.by === 'program') {
    const { lineEnds } = optionsOf(call.options, { lineEnds: 'boolean?' });
    const [uri] = urisOf(call.subject);
    if (uri === undefined) throw new GridError('rejected', 'A step configuration is missing: pass its Uri first, then the options.');
    return resultOf(await build(await openRecipe(uri), ports, noCancel, () => undefined, lineEnds));
  }
  const uri = await stepMeant(call, 'Build a sandbox');
  if (uri === undefined) return undefined;
  const open = await openRecipe(uri);
  const built = await (panelOf(call) === undefined ? buildForPerson(open, ports) : buildInPanel(open, ports));
  return built === undefined ? undefined : told(built, uri, ports);
}

/** The panel of a step: its plan before anything was built. */
export async function openSandbox(call: Person | Program, ports: BuildPorts & SandboxPanelsPort): Promise<void> {
  if (call.by === 'program') throw new GridError('rejected', 'This command is for a person.');
  const uri = await stepMeant(call, 'Show a sandbox');
  if (uri !== undefined) (await ports.sandboxPanels()).show(uri);
}

export interface SandboxPanelsPort {
  readonly sandboxPanels: () => Promise<SandboxPanels>;
}

/** Builds once more, with LF in the scripts that have CR LF; their sources stay unless the person says otherwise. */
export async function convertLineEnds(call: Person | Program, ports: BuildPorts): Promise<BuildResult | undefined> {
  needTrust('Building a sandbox');
  if (call.by === 'program') throw new GridError('rejected', 'This command is for a person.', { hint: 'Build with { lineEnds: true }.' });
  const uri = await stepMeant(call, 'Convert line ends');
  if (uri === undefined) return undefined;
  const open = await openRecipe(uri);
  const record = await (await ports.sandboxRuns()).of(uri);
  const files = record.built?.problems.filter(({ code }) => code === 'crlf').map(({ file }) => file) ?? [];
  if (files.length === 0) {
    void window.showInformationMessage(`No script of the sandbox ${open.recipe.name} has CRLF line ends, as it was built last.`);
    return undefined;
  }
  const choice = await askToConvert(open, files);
  if (choice === undefined) return undefined;
  const unsaved = workspace.textDocuments.find(({ isDirty, uri: { fsPath } }) => isDirty && choice.includes(fsPath));
  if (unsaved !== undefined)
    throw new GridError('rejected', `${nameOf(unsaved.uri)} has changes that are not saved.`, { hint: 'Save it, and convert again.' });
  if (choice.length > 0) await convertFiles(choice);
  const left = files.length > choice.length;
  if (left) record.keepLineEnds(true);
  return told(await buildInPanel(open, ports), uri, ports);
}

/** Paths of the person's own files that are to be converted, too: none, where the copies in the sandbox are enough. */
async function askToConvert({ recipe, base }: OpenRecipe, files: readonly string[]): Promise<readonly string[] | undefined> {
  const own = files.flatMap((file) => localPathOf(file, recipe.files) ?? []);
  const named = (names: readonly string[]): string =>
    listing(names.length > 12 ? [...names.slice(0, 12), `${count(names.length - 12)} more`] : names);
  const [copies, both] = ['Convert in the Sandbox', `Convert My ${plural(own.length, 'File')}, Too`];
  const detail = [
    named(files),
    'In the sandbox they get LF, which a shell wants, and MANIFEST.json says so. Repositories stay as they are.',
    ...(own.length === 0 ? [] : [`Of these, your own files can be converted on disk, too: ${named(own)}.`]),
    'Write “convert_line_ends: true” below Sandbox, and every build does it, wherever it is made.',
  ];
  const question = `Convert the line ends of ${plural(files.length, 'script')} and build again?`;
  const answer = await window.showInformationMessage(
    question,
    { modal: true, detail: detail.join('\n\n') },
    copies,
    ...(own.length === 0 ? [] : [both]),
  );
  if (answer === undefined) return undefined;
  return answer === both ? own.map((path) => join(base, path)) : [];
}

/** A node of the panel: its plan has been seen. */
interface PanelNode {
  readonly node: 'sandbox';
  readonly uri: string;
}

/** The step whose panel called. */
export function panelOf({ nodes }: Person): Uri | undefined {
  const [node] = nodes as readonly Partial<PanelNode>[];
  return node?.node === 'sandbox' && typeof node.uri === 'string' ? Uri.parse(node.uri) : undefined;
}

/** The panel shows how far it is, and what went wrong. */
async function buildInPanel(open: OpenRecipe, ports: BuildPorts): Promise<Built | undefined> {
  const record = await (await ports.sandboxRuns()).of(open.uri);
  const work = (signal: AbortSignal): Promise<Built> => build(open, ports, signal, () => undefined, record.lineEnds);
  if (record.watched === 0) return withProgress(`Building ${open.recipe.name}`, work);
  return silent(record, () => work(noCancel));
}

/** What the panel shows is not said once more in a message. */
export async function silent<T>(record: SandboxRecord, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (thrown) {
    if (record.watched === 0) throw thrown;
    failure('The sandbox was not done.', thrown);
    return undefined;
  }
}

async function told(built: Built | undefined, uri: Uri, ports: BuildPorts): Promise<BuildResult | undefined> {
  if (built === undefined) return undefined;
  if ((await (await ports.sandboxRuns()).of(uri)).watched === 0) tell(built, uri);
  return resultOf(built);
}

function resultOf({ file, bytes, sha256, adler32, entries, problems }: Built): BuildResult {
  return { file: Uri.file(file).toString(), bytes, sha256, adler32, entries, problems };
}

/** Nothing runs before the person has seen what would; undefined when they think better of it. */
export async function buildForPerson(open: OpenRecipe, ports: BuildPorts): Promise<Built | undefined> {
  const { recipe, uri } = open;
  const button = 'Build';
  const agreed = await window.showInformationMessage(
    `Build the sandbox ${recipe.name} of ${nameOf(uri)}?`,
    { modal: true, detail: planText(recipe).join('\n\n') },
    button,
  );
  if (agreed !== button) return undefined;
  const steps = planBuild(recipe);
  const { lineEnds } = await (await ports.sandboxRuns()).of(uri);
  return withProgress(`Building ${recipe.name}`, (signal, progress) => {
    const news = (each: StepNews): void => progress.report({ message: messageOf(steps, each) });
    return build(open, ports, signal, news, lineEnds);
  });
}

/** "Clone prefactor (3 of 7): Receiving objects 41 %". */
function messageOf(steps: readonly BuildStep[], { step, detail = '' }: StepNews): string {
  const at = steps.findIndex(({ id }) => id === step);
  return `${steps[at]?.title ?? ''} (${at + 1} of ${steps.length})${detail === '' ? '' : `: ${detail}`}`;
}

/** Not awaited: the command has ended, the message may stand for a while. */
function tell({ file, bytes, entries, problems, cached }: Built, uri: Uri): void {
  const name = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  const [first] = problems;
  const others = problems.length > 1 ? ` And ${plural(problems.length - 1, 'more warning')}.` : '';
  const warning = first === undefined ? '' : ` ${first.message}${others}`;
  const sentence = `${name}: ${count(entries)} files, ${sizeOf(bytes)}${cached ? ', unchanged since it was built' : ''}.${warning}`;
  const [upload, show, copy] = ['Upload…', 'Show', 'Copy Path'];
  const message = first === undefined ? window.showInformationMessage : window.showWarningMessage;
  void message(sentence, upload, show, copy).then(async (answer) => {
    if (answer === upload) await commands.executeCommand('grid.sandbox.upload', { node: 'sandbox', uri: uri.toString() });
    else if (answer === show) await commands.executeCommand('grid.sandbox.open', uri);
    else if (answer === copy) await env.clipboard.writeText(file);
  });
}

const stepName = /\.(?:cfg|ya?ml|jsonc?)$/i;

/** The step configuration that the menu passed, or that is shown; else one is asked for. */
export async function stepMeant(call: Person, title: string): Promise<Uri | undefined> {
  const [given = panelOf(call)] = call.uris;
  if (given !== undefined) return given;
  const shown = window.activeTextEditor?.document;
  if (shown !== undefined && stepName.test(shown.uri.path) && /^["'\s{]*[Ss]andbox["']?\s*:/m.test(shown.getText())) return shown.uri;
  const found = await workspace.findFiles('**/{*.cfg,*.step.yaml,*.step.yml,*.step.json,*.json,*.yaml,*.yml}', '**/node_modules/**', 200);
  const items = found
    .map((uri) => ({ label: nameOf(uri), description: workspace.asRelativePath(uri), uri }))
    .sort((a, b) => a.description.localeCompare(b.description));
  const browse = { label: '$(folder-opened) Another file…', description: '', uri: undefined };
  const choice = await window.showQuickPick([...items, browse], { title, placeHolder: 'Which step configuration?', ignoreFocusOut: true });
  if (choice === undefined || choice.uri !== undefined) return choice?.uri;
  return (await window.showOpenDialog({ title: 'Choose a step configuration', openLabel: 'Choose' }))?.[0];
}
