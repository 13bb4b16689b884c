/** Numbers before consent, progress with a way to stop, and what came of it: the same for every bulk action. */
import { window } from 'vscode';
import { changeTokens, type ChangeOptions, type ChangeReport, type Tally } from '../../core/tokens/bulk/change';
import type { Edit } from '../../core/tokens/bulk/edit';
import { gapsOf, lossOf, statesOf, summaryOf } from '../../core/tokens/bulk/preview';
import { freshLocks, surveyOf, thoseSeen, type Survey } from '../../core/tokens/bulk/survey';
import { type GridError } from '../../core/errors';
import type { Pool } from '../../core/tokens/pool';
import { count } from '../../core/wording';
import { failure, showLog } from '../log';
import { telling, withProgress } from '../progress';
import { stuckHours } from '../settings';
import type { Selection } from './selection';

export interface Consent {
  readonly question: string;
  readonly button: string;
  /** What is done, in sentences. */
  readonly lines: readonly string[];
}

/** What the action would be about. */
export function counted(pool: Pool, { whiches, pool: name }: Selection): Promise<Survey> {
  return withProgress(`Counting tokens of ${name}`, (signal, progress) =>
    surveyOf(pool, whiches, { signal, progress: (tokens) => progress.report({ message: count(tokens) }) }),
  );
}

/** The tokens that the person agrees to: all, those without a young lock, or undefined. */
export async function agreedTokens(survey: Survey, { question, button, lines }: Consent): Promise<Survey | undefined> {
  const now = Date.now() / 1000;
  const hours = stuckHours();
  const loss = lossOf(survey, now, hours);
  const fresh = freshLocks(survey, now, hours);
  const detail = [statesOf(survey), ...lines, ...(loss === undefined ? [] : [`⚠ ${loss}`]), ...gapsOf(survey)].filter(
    (line) => line !== '',
  );
  const spare = fresh.length > 0 && fresh.length < survey.seen.size ? [`${button} All But ${count(fresh.length)}`] : [];
  // What comes first is what Enter does.
  const answer = await window.showWarningMessage(question, { modal: true, detail: detail.join('\n\n') }, ...spare, button);
  if (answer === undefined) return undefined;
  if (answer === button) return survey;
  const left = new Set(fresh.map(({ id }) => id));
  return { ...survey, seen: new Map([...survey.seen].filter(([id]) => !left.has(id))) };
}

/** What would be lost, as things are now. */
export function warningsOf(survey: Survey): readonly string[] {
  const loss = lossOf(survey, Date.now() / 1000, stuckHours());
  return loss === undefined ? [] : [`⚠ ${loss}`];
}

export function changeWithProgress(
  pool: Pool,
  survey: Survey,
  edit: Edit,
  title: string,
  options: Pick<ChangeOptions, 'write'> = {},
): Promise<ChangeReport> {
  return withProgress(title, (signal, progress) =>
    changeTokens(pool, thoseSeen(survey), edit, { signal, ...options, progress: telling(progress, survey.seen.size) }),
  );
}

/** Lines of the log; of what failed all in one way the first ones say it. */
const mostLogged = 500;

/** A sentence, and every token that was not done in the log. Not awaited: the command has ended. */
export function tellTally(pool: string, tally: Tally & { readonly ended?: GridError }, done: string): void {
  const { ended, conflicts, failed } = tally;
  const lost = [...failed, ...conflicts];
  logFailures(`Tokens of ${pool} that were not ${done}:`, lost);
  const sentence = `${pool}: ${summaryOf(tally, done)}.`;
  if (lost.length === 0) {
    void window.showInformationMessage(sentence);
    return;
  }
  const why = ended === undefined ? '' : ended.kind === 'cancelled' ? ' You stopped it.' : ` ${ended.sentence}`;
  const again = ' Repeat it when you like: what is done has nothing to do.';
  void window.showWarningMessage(`${sentence}${why}${again}`, 'Show Log').then((answer) => {
    if (answer !== undefined) showLog();
  });
}

export function logFailures(heading: string, failures: readonly { readonly id: string; readonly message: string }[]): void {
  if (failures.length === 0) return;
  const lines = failures.slice(0, mostLogged).map(({ id, message }) => `  ${id === '' ? '' : `${id}: `}${message}`);
  const rest = failures.length > mostLogged ? [`  and ${count(failures.length - mostLogged)} more`] : [];
  failure([heading, ...lines, ...rest].join('\n'), undefined);
}
