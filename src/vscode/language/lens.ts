/** Line 1 of a list: its facts, then what can be done with it. Present from the start, so that lines never move. */
import { CodeLens, EventEmitter, Range, workspace, type CodeLensProvider, type Disposable, type TextDocument } from 'vscode';
import type { ListFacts } from '../../core/links/list';
import { bandRange, missingBands } from '../../core/links/series';
import { plural } from '../../core/wording';
import { Store } from '../disposable';
import type { Sites } from '../sites';
import type { OpenLists } from './openLists';

export class ListLens implements CodeLensProvider, Disposable {
  readonly #store = new Store();
  readonly #changed = this.#store.add(new EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(
    private readonly lists: OpenLists,
    sites: Sites,
  ) {
    this.#store.add(sites.onChange(() => this.#changed.fire()));
    this.#store.add(workspace.onDidGrantWorkspaceTrust(() => this.#changed.fire()));
  }

  provideCodeLenses(document: TextDocument): CodeLens[] {
    const found = this.lists.of(document)?.facts();
    if (found === undefined) return [];
    const line = new Range(0, 0, 0, 0);
    const lens = (title: string, command: string) => new CodeLens(line, { title, command, arguments: [document.uri, [document.uri]] });
    // A lens without a command is text.
    const summary = new CodeLens(line, { title: summaryOf(found), command: '' });
    if (found.total === 0) return [summary];
    return [
      summary,
      ...(workspace.isTrusted ? [lens('Stage…', 'grid.staging.stage')] : []),
      lens('Convert…', 'grid.links.convert'),
      lens('Split…', 'grid.links.split'),
    ];
  }

  dispose(): void {
    this.#store.dispose();
  }
}

/** "51 links · L229507 · SARA · SB100–150, none missing"; parts that are not known are left out. */
function summaryOf({ total, observations, sites }: ListFacts): string {
  if (total === 0) return 'No links yet. One link a line: srm://, gsiftp://, https:// or a path.';
  const parts = [plural(total, 'link')];
  const named = observations.filter((each) => each.id !== undefined);
  if (named.length > 0) parts.push(named.length <= 2 ? named.map((each) => each.id).join(', ') : plural(named.length, 'observation'));
  parts.push(sites.map(({ site }) => site?.name ?? 'unknown site').join(', '));
  const series = observations.flatMap((each) => each.series);
  const [only] = series;
  if (series.length === 1 && only !== undefined) {
    // Of a single subband nothing can be missing.
    parts.push(only.bands.count === 1 ? bandRange(only.bands) : `${bandRange(only.bands)}, ${missingBands(only.bands)}`);
  }
  return parts.join(' · ');
}
