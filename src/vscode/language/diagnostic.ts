/** A problem as the editor shows it. */
import { Diagnostic, DiagnosticSeverity, Range } from 'vscode';
import type { Severity } from '../../core/rules';

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

export interface Told {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
}

export function diagnosticOf(range: Range, { code, severity, message }: Told): Diagnostic {
  const diagnostic = new Diagnostic(range, message, severities[severity]);
  diagnostic.source = 'grid';
  diagnostic.code = code;
  return diagnostic;
}

/** Stands at the beginning where more was found than is shown. */
export function cappedNotice(message: string): Diagnostic {
  return diagnosticOf(new Range(0, 0, 0, 0), { code: 'more-problems', severity: 'information', message });
}
