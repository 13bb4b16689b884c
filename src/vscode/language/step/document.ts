/** An open step: read once for each version of its text, for everyone who asks. */
import { extensions, Range, type TextDocument } from 'vscode';
import { dialectOf } from '../../../core/config/dialect';
import { dutyFor, type Duty } from '../../../core/config/edit/duty';
import type { Dialect } from '../../../core/config/key';
import { lintTree } from '../../../core/config/rules/lint';
import type { Problem } from '../../../core/config/rules/rule';
import { parseConfig } from '../../../core/config/syntax';
import type { Span, Syntax, Tree } from '../../../core/config/tree';
import type { Sites } from '../../sites';

/** Longer texts are not read: each key would take too long. In characters. */
export const longestText = 2_000_000;

const yamlExtension = 'redhat.vscode-yaml';

interface Reading {
  readonly version: number;
  readonly tree: Tree;
  problems: readonly Problem[] | undefined;
}

export class StepDocument {
  readonly syntax: Syntax;
  /** What is ours here, as long as no other extension comes or goes. */
  readonly duty: Duty;
  #reading: Reading | undefined;

  constructor(
    readonly document: TextDocument,
    private readonly sites: Sites,
  ) {
    const { languageId, uri } = document;
    this.syntax = languageId === 'json' || languageId === 'jsonc' ? 'json' : 'yaml';
    // It starts with the first YAML document, so that it is there says that it speaks.
    this.duty = dutyFor(uri.path, languageId, extensions.getExtension(yamlExtension) !== undefined);
  }

  /** The tree of the text as it is now; undefined for one that is too long. */
  get tree(): Tree | undefined {
    return this.#read()?.tree;
  }

  get dialect(): Dialect | undefined {
    return this.tree === undefined ? undefined : dialectOf(this.tree);
  }

  /** Problems of the text as it is now, those of others left out. */
  get problems(): readonly Problem[] {
    const reading = this.#read();
    if (reading === undefined) return [];
    const { withoutSchema, silent } = this.duty;
    reading.problems ??= lintTree(reading.tree, { sites: this.sites.table, withoutSchema }).filter(({ code }) => !silent.has(code));
    return reading.problems;
  }

  rangeOf({ start, end }: Span): Range {
    return new Range(this.document.positionAt(start), this.document.positionAt(end));
  }

  /** Judges the same text anew: the table of sites has changed. */
  forget(): void {
    this.#reading = undefined;
  }

  #read(): Reading | undefined {
    const { version } = this.document;
    if (this.#reading?.version === version) return this.#reading;
    const text = this.document.getText();
    this.#reading = text.length > longestText ? undefined : { version, tree: parseConfig(text, this.syntax), problems: undefined };
    return this.#reading;
  }
}
