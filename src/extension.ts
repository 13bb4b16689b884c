/** Wiring only: what is needed is made here, what is slow is made when first used. */
import { join } from 'node:path';
import { workspace, type ExtensionContext } from 'vscode';
import { openLedger } from './adapters/ledger';
import type { Api } from './api';
import { convertList } from './core/links/convert';
import { lint } from './core/links/lint';
import { parseList } from './core/links/list';
import { Desk } from './core/staging/desk';
import { noCancel } from './vscode/cancel';
import { registerCommands } from './vscode/commands/table';
import { registerLanguage } from './vscode/language/links';
import { closeLog, failure } from './vscode/log';
import { Sites } from './vscode/sites';
import { Stagers } from './vscode/stagers';
import { Status } from './vscode/status';
import { StagingView } from './vscode/view';
import { Watch } from './vscode/watch';

export function activate(context: ExtensionContext): Api {
  const own = <T extends { dispose(): unknown }>(thing: T): T => {
    context.subscriptions.push(thing);
    return thing;
  };
  const clock = Date.now;
  const sites = own(new Sites());
  const stagers = new Stagers(context.secrets);
  const ledger = openLedger(join(context.globalStorageUri.fsPath, 'requests'));
  const desk = new Desk({ open: (name) => stagers.open(name), ledger, clock });
  const view = own(new StagingView(desk, stagers, sites, clock));
  own(new Status(desk, clock));
  const watch = own(new Watch(desk, view.view, clock));
  context.subscriptions.push(...registerCommands({ desk, stagers, sites, view }), ...registerLanguage(sites, desk, context.globalState), {
    dispose: closeLog,
  });
  void desk.load({ signal: noCancel }).catch((error: unknown) => failure('The staging requests on record could not be read.', error));
  own(workspace.onDidGrantWorkspaceTrust(() => watch.plan()));

  return {
    version: 1,
    lintLinks: (text) => lint(text, sites.table),
    convertLinks: (text, form) => convertList(parseList(text, sites.table), form),
    stagingRequests: () => desk.requests,
    onDidChangeStaging: (listener) => ({ dispose: desk.onChange(listener) }),
  };
}
