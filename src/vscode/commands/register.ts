/** Registers every command of the manifest; what it does is loaded when it is first called (table.ts). */
import { commands, type Disposable, type ExtensionContext } from 'vscode';
import type { Workbench } from '../workbench';

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

export function registerCommands(context: ExtensionContext, workbench: () => Promise<Workbench>): readonly Disposable[] {
  const { contributes } = context.extension.packageJSON as Manifest;
  return contributes.commands.map(({ command }) =>
    commands.registerCommand(command, async (...args: unknown[]) => {
      const [{ run }, ports] = await Promise.all([import('./table'), workbench()]);
      return run(command, args, ports);
    }),
  );
}
