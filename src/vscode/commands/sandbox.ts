/** grid.sandbox.build: the plan first, then the tar, then what to do with it. */
import { commands, env, Uri, window, workspace } from 'vscode';
import type { Built, StepNews } from '../../adapters/sandboxBuild';
import { GridError } from '../../core/errors';
import type { SandboxProblem } from '../../core/sandbox/check';
import { planBuild, planText, type BuildStep } from '../../core/sandbox/plan';
import { count, plural, sizeOf } from '../../core/wording';
import { optionsOf, urisOf, type Person, type Program } from '../caller';
import { noCancel } from '../cancel';
import { nameOf } from '../lists';
import { showLog } from '../log';
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
    optionsOf(call.options, {});
    const [uri] = urisOf(call.subject);
    if (uri === undefined) throw new GridError('rejected', 'A step configuration is missing: pass its Uri first, then the options.');
    return resultOf(await build(await openRecipe(uri), ports, noCancel, () => undefined));
  }
  const uri = await stepMeant(call, 'Build a sandbox');
  if (uri === undefined) return undefined;
  const built = await buildForPerson(await openRecipe(uri), ports);
  if (built === undefined) return undefined;
  tell(built, uri);
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
  return withProgress(`Building ${recipe.name}`, (signal, progress) =>
    build(open, ports, signal, (news) => {
      progress.report({ message: messageOf(steps, news) });
    }),
  );
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
  const [upload, copy, log] = ['Upload…', 'Copy Path', 'Show Log'];
  const show = first === undefined ? window.showInformationMessage : window.showWarningMessage;
  void show(sentence, upload, copy, ...(first === undefined ? [] : [log])).then(async (answer) => {
    if (answer === upload) await commands.executeCommand('grid.sandbox.upload', uri);
    else if (answer === copy) await env.clipboard.writeText(file);
    else if (answer === log) showLog();
  });
}

const stepName = /\.(?:cfg|ya?ml|jsonc?)$/i;

/** The step configuration that the menu passed, or that is shown; else one is asked for. */
export async function stepMeant({ uris }: Person, title: string): Promise<Uri | undefined> {
  const [given] = uris;
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
