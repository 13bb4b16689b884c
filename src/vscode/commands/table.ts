/**
 * The table of commands: each id of the manifest and what it does. Who calls, and how a failure is told, is decided here
 * once. What a command needs is loaded when it is first called.
 */
import { commands, env, window, type Disposable } from 'vscode';
import { callerOf, type Person, type Program } from '../caller';
import { showLog } from '../log';
import { forProgram, report } from '../report';
import type { StagingView } from '../view';
import type { StagePorts } from './stage';

type Call = Person | Program;
type Command = (call: Call, args: readonly unknown[]) => unknown;

export interface CommandPorts extends StagePorts {
  readonly view: StagingView;
}

export function registerCommands(ports: CommandPorts): readonly Disposable[] {
  const { desk, stagers, sites, view } = ports;
  const links = () => import('./links');
  const requests = () => import('./requests');
  const accounts = () => import('./stagers');
  const table: Record<string, Command> = {
    'grid.links.convert': async (call) => (await links()).convertLinks(call, sites),
    'grid.links.split': async (call) => (await links()).splitLinks(call, sites),
    'grid.links.copy': (_, [text]) => copyText(text),
    'grid.staging.stage': async (call) => (await import('./stage')).stage(call, ports),
    'grid.staging.addStager': async (call) => (await accounts()).addStager(call, stagers),
    'grid.staging.removeStager': async (call) => (await accounts()).removeStager(call, stagers),
    'grid.staging.signIn': async (call) => (await accounts()).signInToStager(call, stagers),
    'grid.staging.refresh': async (call) => (await requests()).refresh(call, desk, view),
    'grid.staging.abort': async (call) => (await requests()).abort(call, desk),
    'grid.staging.reschedule': async (call) => (await requests()).reschedule(call, desk),
    'grid.staging.forget': async (call) => (await requests()).forget(call, desk),
    'grid.staging.copyOnlineLinks': async (call) => (await requests()).copyOnlineLinks(call, desk),
    'grid.staging.copyLinks': async (call) => (await requests()).copyLinks(call, desk),
    'grid.staging.copyRequestToken': async (call) => (await requests()).copyRequestToken(call, desk),
    'grid.staging.copyId': async (call) => (await requests()).copyId(call, desk),
    'grid.staging.more': async (call) => (await requests()).loadMore(call, view),
    'grid.log.show': () => showLog(),
  };
  return Object.entries(table).map(([id, command]) => commands.registerCommand(id, (...args: unknown[]) => run(id, command, args)));
}

async function run(id: string, command: Command, args: readonly unknown[]): Promise<unknown> {
  let call: Call;
  try {
    call = callerOf(args);
  } catch (error) {
    throw forProgram(error);
  }
  try {
    return await command(call, args);
  } catch (error) {
    if (call.by === 'program') throw forProgram(error);
    // Not awaited: the command has ended, the message may stand for a while.
    void report(`${id} failed.`, error);
    return undefined;
  }
}

/** The links of a hover. */
async function copyText(text: unknown): Promise<void> {
  if (typeof text !== 'string') return;
  await env.clipboard.writeText(text);
  window.setStatusBarMessage('Copied', 3000);
}
