/** The table of sites with what the setting adds; made when first asked for, and again when the setting changes. */
import { EventEmitter, workspace, type Disposable } from 'vscode';
import { siteSetting as settingId, sites, type SiteTable } from '../core/links/site';
import { failure } from './log';
import { siteSetting } from './settings';

export class Sites implements Disposable {
  #table: SiteTable | undefined;
  #problems: readonly string[] = [];
  readonly #changed = new EventEmitter<void>();
  readonly onChange = this.#changed.event;
  readonly #watch = workspace.onDidChangeConfiguration((event) => {
    if (!event.affectsConfiguration(settingId)) return;
    this.#table = undefined;
    this.#changed.fire();
  });

  get table(): SiteTable {
    if (this.#table !== undefined) return this.#table;
    const { table, problems } = sites(siteSetting());
    for (const problem of problems) failure(problem, undefined);
    this.#problems = problems;
    return (this.#table = table);
  }

  /** One sentence for each entry of the setting that is left out. */
  get problems(): readonly string[] {
    void this.table;
    return this.#problems;
  }

  dispose(): void {
    this.#watch.dispose();
    this.#changed.dispose();
  }
}
