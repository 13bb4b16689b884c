/** What a token document holds beside its state: attachments, and the job that has it. */
import { exitCode, type TokenDocument } from './state';

/** An attachment as its document lists it. */
export interface Stub {
  readonly name: string;
  readonly contentType: string;
  /** Of the content; undefined where the document does not tell. */
  readonly bytes: number | undefined;
}

/** Attachments in the order of the document. */
export function stubsOf(document: TokenDocument): Stub[] {
  return Object.entries(recordIn(document._attachments) ?? {}).map(([name, stub]) => {
    const { content_type: type, length } = recordIn(stub) ?? {};
    return {
      name,
      contentType: typeof type === 'string' ? type : 'application/octet-stream',
      bytes: typeof length === 'number' ? length : undefined,
    };
  });
}

/** Fields in which a pilot writes down the job that it runs in. A pilot writes one; ours come first in the order of use today. */
export const jobFields = ['slurm_job_id', 'dirac_job_id', 'wms_job_id', 'cream_job_id', 'pbs_job_id'] as const;

export function jobOf(document: TokenDocument): string | undefined {
  for (const field of jobFields) {
    const id = document[field];
    if (typeof id === 'string' && id !== '') return id;
    if (typeof id === 'number') return String(id);
  }
  return undefined;
}

/** Which field the exit code stands in: GRID_LRT's table of codes holds for `output` only. */
export function codeFieldOf(document: TokenDocument): 'exit_code' | 'output' | undefined {
  if (exitCode({ exit_code: document.exit_code }) !== undefined) return 'exit_code';
  return exitCode({ output: document.output }) === undefined ? undefined : 'output';
}

/** An object with named fields, if that is what it is. */
export function recordIn(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
}

/** Whether two JSON values say the same; the order of an object's fields does not matter. */
export function sameValue(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((each, index) => sameValue(each, other[index]));
  const [a, b] = [recordIn(one), recordIn(other)];
  if (a === undefined || b === undefined) return false;
  const fields = Object.keys(a);
  return fields.length === Object.keys(b).length && fields.every((field) => Object.hasOwn(b, field) && sameValue(a[field], b[field]));
}

/** A number that reading has changed, or may have: beyond 2^53 a program keeps only some of its digits. */
export function holdsLargeNumber(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsLargeNumber);
}
