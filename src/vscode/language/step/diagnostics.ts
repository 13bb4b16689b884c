/** Problems of a step as the editor shows them. */
import { DiagnosticRelatedInformation, DiagnosticTag, Location, type Diagnostic } from 'vscode';
import type { Problem, StepCode } from '../../../core/config/rules/rule';
import { plural } from '../../../core/wording';
import { cappedNotice, diagnosticOf } from '../diagnostic';
import type { StepDocument } from './document';

/** The most problems that are shown for one file. */
const most = 1000;

/** Faded, or struck through. */
const tags: Partial<Record<StepCode, DiagnosticTag>> = {
  'unused-key': DiagnosticTag.Unnecessary,
  'reserved-field': DiagnosticTag.Unnecessary,
  retired: DiagnosticTag.Deprecated,
};

export function toDiagnostics(step: StepDocument): Diagnostic[] {
  const { problems } = step;
  const shown = problems.slice(0, most).map((problem) => toDiagnostic(problem, step));
  if (problems.length > most) {
    const more = plural(problems.length - most, 'more problem is', 'more problems are');
    shown.push(cappedNotice(`${more} not shown. Mend some of these, and they appear.`));
  }
  return shown;
}

function toDiagnostic(problem: Problem, step: StepDocument): Diagnostic {
  const diagnostic = diagnosticOf(step.rangeOf(problem), problem);
  const { related } = problem;
  if (related !== undefined) {
    const place = new Location(step.document.uri, step.rangeOf(related));
    diagnostic.relatedInformation = [new DiagnosticRelatedInformation(place, related.message)];
  }
  const tag = tags[problem.code];
  if (tag !== undefined) diagnostic.tags = [tag];
  return diagnostic;
}
