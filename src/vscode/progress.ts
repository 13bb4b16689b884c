/** Long tasks: a message that comes late, shows how far it is, and can stop them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ProgressLocation, window, type Progress } from 'vscode';
import { count } from '../core/wording';

/** What is done sooner shows its result only: of more than three messages the editor hides the last. */
const patienceMs = 700;

/** Runs a task; once it has taken its time, with a message that shows how far it is and can stop it. */
export async function withProgress<T>(title: string, task: (signal: AbortSignal, progress: Telling) => Promise<T>): Promise<T> {
  const control = new AbortController();
  let told: Progressed = {};
  let tell = ({ message, increment = 0 }: Progressed): void => {
    told = { ...(message === undefined ? {} : { message }), increment: (told.increment ?? 0) + increment };
  };
  const work = task(control.signal, { report: (value) => tell(value) });
  const done = work.then(
    () => true,
    () => true,
  );
  if (await Promise.race([done, sleep(patienceMs, false)])) return work;
  return window.withProgress({ location: ProgressLocation.Notification, title, cancellable: true }, (progress, token) => {
    token.onCancellationRequested(() => control.abort());
    progress.report(told);
    tell = (value) => progress.report(value);
    return work;
  });
}

interface Progressed {
  readonly message?: string;
  readonly increment?: number;
}

type Telling = Progress<Progressed>;

export function telling(progress: Telling, total: number): (settled: number) => void {
  let before = 0;
  return (settled) => {
    progress.report({ message: `${count(settled)} of ${count(total)}`, increment: (100 * (settled - before)) / Math.max(1, total) });
    before = settled;
  };
}
