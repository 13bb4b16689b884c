/**
 * Wiring only. What the editor must know at once is registered here; everything behind it, the workbench, is loaded
 * when something calls for it: a command, the view, a list that is shown, requests on record.
 */
import { window, type ExtensionContext } from 'vscode';
import type { Api } from './api';
import { openScheme } from './vscode/tokens/scheme';
import { StorageDrag } from './vscode/trees/storageDrag';
import { TokenDrag } from './vscode/trees/tokenDrag';
import { openView } from './vscode/trees/tree';
import { registerTasks } from './vscode/tasks';
import { wake } from './vscode/wake';
import { registerCommands } from './vscode/commands/register';
import type { Workbench, WorkbenchViews } from './vscode/workbench';

let running: Promise<Workbench> | undefined;

export function activate(context: ExtensionContext): Api {
  const own = <T extends { dispose(): unknown }>(thing: T): T => {
    context.subscriptions.push(thing);
    return thing;
  };
  const workbench = (): Promise<Workbench> =>
    (running ??= import('./vscode/workbench').then((loaded) => own(new loaded.Workbench(context, views, scheme))));

  const scheme = own(openScheme(async () => (await workbench()).files()));
  const views: WorkbenchViews = {
    tokens: own(openView('grid.tokens', async () => (await workbench()).tokens, new TokenDrag())),
    views: own(openView('grid.views', async () => (await workbench()).views)),
    staging: own(openView('grid.staging', async () => (await workbench()).source)),
    storage: own(openView('grid.storage', async () => (await workbench()).storageSource, new StorageDrag(workbench))),
  };
  context.subscriptions.push(
    window.registerWebviewPanelSerializer('grid.staging', {
      deserializeWebviewPanel: async (panel, state: unknown) => (await (await workbench()).panels()).restore(panel, state),
    }),
    window.registerWebviewPanelSerializer('grid.locality', {
      deserializeWebviewPanel: async (panel, state: unknown) => (await (await workbench()).localityPanels()).restore(panel, state),
    }),
    window.registerWebviewPanelSerializer('grid.pool', {
      deserializeWebviewPanel: async (panel, state: unknown) => (await (await workbench()).poolPanels()).restore(panel, state),
    }),
    window.registerWebviewPanelSerializer('grid.sandbox', {
      deserializeWebviewPanel: async (panel, state: unknown) => (await (await workbench()).sandboxPanels()).restore(panel, state),
    }),
  );
  context.subscriptions.push(...registerCommands(context, workbench), ...wake(context, workbench), registerTasks(workbench));

  return {
    version: 1,
    lintLinks: async (text) => (await workbench()).api.lintLinks(text),
    convertLinks: async (text, form) => (await workbench()).api.convertLinks(text, form),
    stagingRequests: async () => (await workbench()).api.stagingRequests(),
    onDidChangeStaging: async (listener) => (await workbench()).api.onDidChangeStaging(listener),
  };
}

export async function deactivate(): Promise<void> {
  await (await running)?.close();
  running = undefined;
}
