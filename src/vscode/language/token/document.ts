/** An open token: read once for each version of its text, for everyone who asks. */
import { Range, type TextDocument } from 'vscode';
import { parseJson } from '../../../core/config/json';
import type { Span, Tree } from '../../../core/config/tree';
import { revisionIn } from '../../../core/tokens/edited';
import { lintTree, type Saved } from '../../../core/tokens/rules/lint';
import type { Problem } from '../../../core/tokens/rules/rule';
import { compact, valueIn } from '../../../core/tokens/verbatim';
import type { TokenFiles } from '../../tokens/files';
import { placeIn } from '../../tokens/uri';

/** Longer texts are not read: each key would take too long. In characters. */
const longestText = 2_000_000;

export class TokenText {
  #reading: { readonly version: number; readonly tree: Tree } | undefined;

  constructor(
    readonly document: TextDocument,
    private readonly files: TokenFiles,
    private readonly clock: () => number,
  ) {}

  get now(): number {
    return this.clock();
  }

  /** The tree of the text as it is now; undefined for one that is too long. */
  get tree(): Tree | undefined {
    const { version } = this.document;
    if (this.#reading?.version === version) return this.#reading.tree;
    const text = this.document.getText();
    if (text.length > longestText) return undefined;
    this.#reading = { version, tree: parseJson(text) };
    return this.#reading.tree;
  }

  /** Problems of the text as it is now. */
  get problems(): readonly Problem[] {
    const { tree } = this;
    if (tree === undefined) return [];
    const saved = this.#saved(tree.text);
    return lintTree(tree, { now: this.now, ...(saved === undefined ? {} : { saved }) });
  }

  /** What the pool holds, for a document of a pool. */
  #saved(text: string): Saved | undefined {
    const place = placeIn(this.document.uri);
    const lineage = this.files.shelf.recordOf(this.document.uri)?.lineage;
    if (place?.kind !== 'document' || lineage === undefined) return undefined;
    const rev = revisionIn(text) ?? '';
    // A text that was read before the window was opened anew is of a version that this window does not know.
    const known = lineage.version(rev);
    const versions = known === undefined ? [] : [known, lineage.version(lineage.tipOf(rev))];
    const attachments = versions.flatMap((version) => {
      if (version === undefined) return [];
      const stubs = valueIn(version, '_attachments');
      return [stubs === undefined ? undefined : (JSON.parse(compact(stubs)) as unknown)];
    });
    return { id: place.id, isRead: (each) => /^\d+-./.test(each), attachments };
  }

  rangeOf({ start, end }: Span): Range {
    return new Range(this.document.positionAt(start), this.document.positionAt(end));
  }
}
