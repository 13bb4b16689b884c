/**
 * Tokens that could not be saved because somebody else had changed them: both versions beside each other, and three
 * ways out. Each of them changes the text of the editor and saves that, so that undo leads back.
 */
import {
  commands,
  Range,
  type Uri,
  ViewColumn,
  window,
  workspace,
  WorkspaceEdit,
  TabInputTextDiff,
  type Disposable,
  type Tab,
  type TextDocument,
} from 'vscode';
import { GridError } from '../../core/errors';
import { encode } from '../../core/tokens/path';
import { changedFields, merge, type Clash } from '../../core/tokens/merge';
import { readEdited } from '../../core/tokens/edited';
import type { Pool } from '../../core/tokens/pool';
import { onTopOf, type Conflict } from '../../core/tokens/saving';
import { standingOf } from '../../core/tokens/state';
import { compact, dataOf, inOrderOf, pretty, withValue, type VerbatimMap } from '../../core/tokens/verbatim';
import { duration, listing, plural } from '../../core/wording';
import { noCancel } from '../cancel';
import { Store } from '../disposable';
import type { Previews } from '../previews';
import type { TokenRecord } from './record';
import { openDocument } from './uri';

export interface ConflictPorts {
  readonly previews: () => Promise<Previews>;
  readonly open: (pool: string) => Promise<Pool>;
  readonly record: (pool: string, id: string) => TokenRecord;
  readonly clock: () => number;
}

interface Open extends Conflict {
  readonly pool: string;
  readonly id: string;
  readonly uri: Uri;
  /** The document that shows theirs. */
  readonly shown: Uri;
}

export type Choice = 'theirs' | 'mine' | 'merge';

/** How a conflict ended. */
export interface Resolved {
  readonly choice: Choice;
  /** Whether the token is saved now; else its text waits for somebody to look at it. */
  readonly saved: boolean;
  /** Fields that both sides have changed; yours stand in the text. */
  readonly clashes: readonly string[];
}

export const conflictWords: Readonly<Record<Choice, string>> = { theirs: 'Take Theirs', mine: 'Write Mine…', merge: 'Merge' };

export class Conflicts implements Disposable {
  readonly #store = new Store();
  readonly #open = new Map<string, Open>();

  constructor(private readonly ports: ConflictPorts) {
    this.#store.add(workspace.onDidCloseTextDocument(({ uri }) => this.settled(uri)));
    // A text that was reverted has nothing to choose any more.
    this.#store.add(workspace.onDidChangeTextDocument(({ document }) => !document.isDirty && this.settled(document.uri)));
  }

  /** Shows both versions, and what can be done. */
  async found(uri: Uri, { pool, id }: { readonly pool: string; readonly id: string }, conflict: Conflict): Promise<void> {
    const { theirs, mine } = conflict;
    const name = `/${encode(id)} in ${encode(pool)}.json`;
    const shown = (await this.ports.previews()).add(name.slice(1), theirs === undefined ? '' : pretty(inOrderOf(theirs, mine)));
    this.#open.set(uri.toString(), { ...conflict, pool, id, uri, shown });
    this.#tell();
    await this.#show(uri, shown, id);
    const words = theirs === undefined ? (['mine'] as const) : (['merge', 'mine', 'theirs'] as const);
    const choice = await window.showWarningMessage(this.#sentence(conflict, id), ...words.map((each) => conflictWords[each]));
    const chosen = words.find((each) => conflictWords[each] === choice);
    if (chosen !== undefined && this.#open.has(uri.toString())) await commands.executeCommand(`grid.tokens.${commandOf[chosen]}`, uri);
  }

  #show(uri: Uri, shown: Uri, id: string): Thenable<unknown> {
    return commands.executeCommand('vscode.diff', shown, uri, `${id}: in the pool ↔ yours`, {
      viewColumn: ViewColumn.Active,
      preview: true,
    });
  }

  #sentence({ base, mine, theirs }: Conflict, id: string): string {
    if (theirs === undefined) return `“${id}” was deleted since it was read. Your text is not saved.`;
    if (base === undefined) return `“${id}” was changed since it was read, and the version you began with is gone. Your text is not saved.`;
    const { clashes } = merge(base, mine, theirs);
    const fields = changedFields(base, theirs);
    const changed = fields.length === 0 ? 'attachments' : named(fields);
    const both = clashes.length === 0 ? 'No field was changed by both.' : `Both have changed ${named(clashNames(clashes))}.`;
    return `“${id}” was changed since it was read (${changed}). Your text is not saved. ${both}`;
  }

  /** The conflict of a document; rejects when it has none. */
  of(uri: Uri): Open {
    const conflict = this.#open.get(uri.toString());
    if (conflict !== undefined) return conflict;
    throw new GridError('notFound', 'There is no conflict in this document.', {
      hint: 'Save it; when somebody else has changed the token, you can choose.',
    });
  }

  /** What writing mine would lose: fields of theirs, and a pilot's work. */
  lossOf({ base, theirs, pool, uri }: Open): string {
    if (theirs === undefined) return `The token is created again in ${pool}, without its attachments.`;
    const mine = currentOf(uri, this.of(uri));
    const fields = changedFields(base, theirs).filter((name) => changedFields(theirs, mine).includes(name));
    const lost = fields.length === 0 ? 'Nothing of theirs is lost.' : `What they have written is lost: ${named(fields, 12)}.`;
    const document = dataOf(theirs);
    if (standingOf(document).state !== 'locked') return lost;
    const held = duration(this.ports.clock() - Number(document.lock) * 1000);
    return `${lost} A pilot has held the token for ${held}; when it ends, its result cannot be saved.`;
  }

  async resolve(uri: Uri, choice: Choice): Promise<Resolved> {
    const conflict = this.of(uri);
    const document = openDocument(uri);
    if (document === undefined)
      throw new GridError('notFound', 'The document is not open any more.', { hint: 'Open the token and edit it again.' });
    const { base, theirs } = conflict;
    const mine = currentOf(uri, conflict);
    if (theirs === undefined) {
      if (choice !== 'mine')
        throw new GridError('rejected', 'The token was deleted, so there is nothing to take or to merge.', {
          hint: 'Write yours, or close the document.',
        });
      await this.#createAgain(conflict, mine);
      return this.#save(document, choice, []);
    }
    if (choice === 'theirs') {
      await replaceText(document, pretty(theirs));
      return this.#save(document, choice, []);
    }
    if (choice === 'mine') {
      await replaceText(document, pretty(onTopOf(mine, theirs)));
      return this.#save(document, choice, []);
    }
    const { document: merged, clashes } = merge(base, mine, theirs);
    await replaceText(document, pretty(merged));
    if (clashes.length === 0) return this.#save(document, choice, []);
    await this.#show(uri, conflict.shown, conflict.id);
    return { choice, saved: false, clashes: clashNames(clashes) };
  }

  async #save(document: TextDocument, choice: Choice, clashes: readonly string[]): Promise<Resolved> {
    const saved = await document.save();
    if (saved) await this.#closeDiff(document.uri);
    return { choice, saved, clashes };
  }

  async #createAgain({ pool, id, uri }: Open, mine: VerbatimMap): Promise<void> {
    const fresh = withValue(withValue(mine, '_rev', undefined), '_attachments', undefined);
    const { rev } = await (await this.ports.open(pool)).write(id, compact(fresh), { signal: noCancel });
    const record = this.ports.record(pool, id);
    record.forget();
    const now = await record.readAgain({ signal: noCancel });
    const document = openDocument(uri);
    if (document !== undefined && now.rev === rev) await replaceText(document, now.text);
  }

  /** The two versions are no longer two. */
  async #closeDiff(uri: Uri): Promise<void> {
    const isOurs = ({ input }: Tab): boolean => input instanceof TabInputTextDiff && input.modified.toString() === uri.toString();
    const diffs = (): readonly Tab[] => window.tabGroups.all.flatMap(({ tabs }) => tabs.filter(isOurs));
    if (diffs().length === 0) return;
    await window.showTextDocument(uri, { preview: false });
    // The document may have taken the place of the comparison already.
    await Promise.resolve(window.tabGroups.close(diffs())).catch(() => undefined);
  }

  /** Saved, reverted or closed. */
  settled(uri: Uri): void {
    if (this.#open.delete(uri.toString())) this.#tell();
  }

  #tell(): void {
    void commands.executeCommand('setContext', 'grid:conflicts', [...this.#open.keys()]);
  }

  dispose(): void {
    this.#store.dispose();
  }
}

export const commandOf: Readonly<Record<Choice, string>> = { theirs: 'takeTheirs', mine: 'writeMine', merge: 'merge' };

/** What the editor holds now; it may have been edited since. */
function currentOf(uri: Uri, { id, mine }: Open): VerbatimMap {
  const document = openDocument(uri);
  return document === undefined ? mine : readEdited(document.getText(), id).document;
}

async function replaceText(document: TextDocument, text: string): Promise<void> {
  const edit = new WorkspaceEdit();
  edit.replace(document.uri, new Range(0, 0, document.lineCount, 0), text);
  if (!(await workspace.applyEdit(edit)))
    throw new GridError('toolFailed', 'The text in the editor could not be changed.', { hint: 'Try again.' });
}

function clashNames(clashes: readonly Clash[]): readonly string[] {
  return clashes.map(({ path }) => path.join('.'));
}

/** "lock, status and 4 more". */
function named(names: readonly string[], most = 5): string {
  if (names.length <= most) return listing(names);
  return `${names.slice(0, most - 1).join(', ')} and ${plural(names.length - most + 1, 'more field', 'more fields')}`;
}
