/** Every rule of step configuration, in one table. */
import { type RuleDoc, type Severity } from '../../rules';
import { meaning } from './meaning';
import { reading } from './reading';
import { type Span } from '../tree';

/** Change of the text: `text` comes in place of the span. */
export interface Edit extends Span {
  readonly text: string;
}

export interface Fix {
  readonly title: string;
  readonly edits: readonly Edit[];
  /** There is no other way to mend it: "fix all" may do it unasked. */
  readonly certain: boolean;
}

/** Something a person should know about one place of a document. Offsets count UTF-16 units. */
export interface Problem extends Span {
  readonly code: StepCode;
  readonly severity: Severity;
  readonly message: string;
  readonly related?: Span & { readonly message: string };
  readonly fixes?: readonly Fix[];
}

export type StepCode = (typeof rules)[keyof typeof rules]['code'];

export interface Rule extends RuleDoc {
  /** A schema can say this too, so it is left to the service that reads our schema, where there is one. */
  readonly schema?: true;
  readonly message: (...facts: never[]) => string;
}

/**
 * `error`: the tools stop, or a pilot fails. `warning`: they go on with something nobody meant. `information`: worth
 * knowing. `hint`: untidy, or of the past.
 */
export const rules = { ...reading, ...meaning } as const;
