/** A row of a table from a token's document, as our view on the server makes it (design.ts); a test holds them together. */
import { codeFieldOf, jobOf, stubsOf } from './document';
import type { TokenRow } from './pool';
import { exitCode, standingOf, type TokenDocument } from './state';

export function rowOf(document: TokenDocument): TokenRow {
  const { _id: id, type, lock, done, status, hostname, scrub_count: scrubs, PIPELINE_STEP: step, workflow } = document;
  return {
    id: String(id),
    type: typeof type === 'string' ? type : '',
    state: standingOf(document).state,
    lock: numberIn(lock),
    done: numberIn(done),
    code: exitCode(document) ?? null,
    codeField: codeFieldOf(document) ?? null,
    status: textIn(status),
    hostname: textIn(hostname),
    scrubCount: numberIn(scrubs),
    job: jobOf(document) ?? null,
    step: textIn(step) ?? textIn(workflow),
    attachments: stubsOf(document).length,
  };
}

function numberIn(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function textIn(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
