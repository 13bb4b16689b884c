/** Which part of the language is ours where another extension speaks for the same document: nothing is said twice. */
import { hasStepName } from '../dialect';
import { type StepCode } from '../rules/rule';

export interface Duty {
  /** What the contributed schema says is left to the one who reads it: problems, and keys and values in completion and hover. */
  readonly withoutSchema: boolean;
  /** Problems that the other one finds in any document of the language. */
  readonly silent: ReadonlySet<StepCode>;
  /** Outline, folding and formatting are ours. */
  readonly structure: boolean;
  /** Who the other one is, for a sentence; undefined when all is ours. */
  readonly other: string | undefined;
}

const yamlCodes: ReadonlySet<StepCode> = new Set(['syntax', 'duplicate-key', 'unknown-anchor', 'foreign-tag']);
const jsonCodes: ReadonlySet<StepCode> = new Set(['syntax', 'duplicate-key']);
const none: ReadonlySet<StepCode> = new Set();

/**
 * @param name of the file: by its name it gets the contributed schema
 * @param language the editor's name of the language
 * @param yamlExtension whether Red Hat's YAML extension is there
 */
export function dutyFor(name: string, language: string, yamlExtension: boolean): Duty {
  const withoutSchema = hasStepName(name);
  if (language === 'json' || language === 'jsonc') {
    return { withoutSchema, silent: jsonCodes, structure: false, other: 'the editor’s JSON service' };
  }
  if (language !== 'yaml' || !yamlExtension)
    return { withoutSchema: false, silent: none, structure: language === 'yaml', other: undefined };
  return { withoutSchema, silent: yamlCodes, structure: false, other: 'the YAML extension' };
}
