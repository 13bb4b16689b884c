/** Problems of a step as the editor shows them. */
import { Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location, Range } from 'vscode';
import type { Problem, StepCode } from '../../../core/config/rules/rule';
import { plural } from '../../../core/wording';
import type { StepDocument } from './document';

/** The most problems that are shown for one file. */
const most = 1000;

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** Faded, or struck through. */
const tags: Partial<Record<StepCode, DiagnosticTag>> = {
  'unused-key': DiagnosticTag.Unnecessary,
  'reserved-field': DiagnosticTag.Unnecessary,
  retired: DiagnosticTag.Deprecated,
};

export function toDiagnostics(step: StepDocument): Diagnostic[] {
  const { problems } = step;
  const shown = problems.slice(0, most).map((problem) => toDiagnostic(problem, step));
  if (problems.length > most) shown.push(cappedNotice(problems.length - most));
  return shown;
}

function toDiagnostic(problem: Problem, step: StepDocument): Diagnostic {
  const diagnostic = new Diagnostic(step.rangeOf(problem), problem.message, severities[problem.severity]);
  diagnostic.source = 'grid';
  diagnostic.code = problem.code;
  const { related } = problem;
  if (related !== undefined) {
    const place = new Location(step.document.uri, step.rangeOf(related));
    diagnostic.relatedInformation = [new DiagnosticRelatedInformation(place, related.message)];
  }
  const tag = tags[problem.code];
  if (tag !== undefined) diagnostic.tags = [tag];
  return diagnostic;
}

function cappedNotice(more: number): Diagnostic {
  const text = `${plural(more, 'more problem is', 'more problems are')} not shown. Mend some of these, and they appear.`;
  const notice = new Diagnostic(new Range(0, 0, 0, 0), text, DiagnosticSeverity.Information);
  notice.source = 'grid';
  notice.code = 'more-problems';
  return notice;
}
