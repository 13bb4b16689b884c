/**
 * Building a sandbox as a task of the editor: `{ "type": "grid", "sandbox": "steps/pref_cal1.cfg" }`. Each problem is one line
 * that the matcher `$grid-sandbox` reads: it stands at the map that says what the sandbox is made of.
 */
import {
  CustomExecution,
  EventEmitter,
  Task,
  TaskGroup,
  tasks,
  Uri,
  workspace,
  type Disposable,
  type Pseudoterminal,
  type TaskDefinition,
  type WorkspaceFolder,
} from 'vscode';
import type { Workbench } from './workbench';

interface SandboxTask extends TaskDefinition {
  readonly type: 'grid';
  readonly sandbox: string;
}

const pattern = '**/{*.cfg,*.step.yaml,*.step.yml,*.step.json}';
const stepName = /\.cfg$|\.step\.(ya?ml|json)$/i;

/** Registers the tasks; what they do is loaded with the first that runs. */
export function registerTasks(workbench: () => Promise<Workbench>): Disposable {
  return tasks.registerTaskProvider('grid', {
    provideTasks: async (token) => {
      const { hasSandbox } = await import('./sandboxTask');
      const found = await workspace.findFiles(pattern, '**/node_modules/**', 100, token).then(
        (uris) => uris,
        () => [], // a window without a search finds those that are open
      );
      const open = workspace.textDocuments.filter(({ uri }) => stepName.test(uri.path)).map(({ uri }) => uri);
      const all = [...new Map([...open, ...found].map((uri) => [uri.toString(), uri])).values()];
      const steps = await Promise.all(all.map(async (uri) => ((await hasSandbox(uri)) ? [uri] : [])));
      return steps.flat().flatMap((uri) => {
        const folder = workspace.getWorkspaceFolder(uri);
        return folder === undefined ? [] : [taskOf({ type: 'grid', sandbox: workspace.asRelativePath(uri, false) }, folder, workbench)];
      });
    },
    resolveTask: ({ definition, scope }) => {
      const folder = typeof scope === 'object' ? scope : workspace.workspaceFolders?.[0];
      if (typeof definition.sandbox !== 'string' || folder === undefined) return undefined;
      return taskOf(definition as SandboxTask, folder, workbench);
    },
  });
}

/** The definition has to be the same object that the editor asked about. */
function taskOf(definition: SandboxTask, folder: WorkspaceFolder, workbench: () => Promise<Workbench>): Task {
  const execution = new CustomExecution(() => Promise.resolve(terminalOf(Uri.joinPath(folder.uri, definition.sandbox), workbench)));
  const name = `sandbox of ${definition.sandbox.slice(definition.sandbox.lastIndexOf('/') + 1)}`;
  const task = new Task(definition, folder, name, 'grid', execution, '$grid-sandbox');
  task.group = TaskGroup.Build;
  return task;
}

function terminalOf(uri: Uri, workbench: () => Promise<Workbench>): Pseudoterminal {
  const written = new EventEmitter<string>();
  const closed = new EventEmitter<number>();
  const stop = new AbortController();
  return {
    onDidWrite: written.event,
    onDidClose: closed.event,
    open: () => {
      const line = (text: string): void => {
        written.fire(`${text.replaceAll('\n', '\r\n')}\r\n`);
      };
      void (async () => {
        const [{ runSandboxTask }, ports] = await Promise.all([import('./sandboxTask'), workbench()]);
        closed.fire(await runSandboxTask(uri, ports, stop.signal, line));
      })();
    },
    close: () => {
      stop.abort();
    },
  };
}
