/** Line 1 of a list: its facts, then what can be done with it. Present from the start, so that lines never move. */
import { CodeLens, EventEmitter, Range, workspace, type CodeLensProvider, type Disposable, type TextDocument } from 'vscode';
import type { ListFacts } from '../../core/links/list';
import { bandRange, missingBands } from '../../core/links/series';
import { countsText } from '../../core/staging/verdict';
import { count, moment, plural } from '../../core/wording';
import { Store } from '../disposable';
import type { Sites } from '../sites';
import type { Stagers } from '../stagers';
import type { Localities } from './localities';
import type { Sight } from './locality/sights';
import type { OpenLists } from './openLists';

export interface LensPorts {
  readonly lists: OpenLists;
  readonly sites: Sites;
  readonly stagers: Stagers;
  readonly localities: Localities;
  readonly clock: () => number;
}

export class ListLens implements CodeLensProvider, Disposable {
  readonly #store = new Store();
  readonly #changed = this.#store.add(new EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(private readonly ports: LensPorts) {
    const changed = (): void => this.#changed.fire();
    this.#store.add(ports.sites.onChange(changed));
    this.#store.add(ports.localities.onChange(changed));
    this.#store.add(workspace.onDidGrantWorkspaceTrust(changed));
    this.#store.add(workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('grid.staging.stagers') && changed()));
  }

  provideCodeLenses(document: TextDocument): CodeLens[] {
    const found = this.ports.lists.of(document)?.facts();
    if (found === undefined) return [];
    const line = new Range(0, 0, 0, 0);
    const lens = (title: string, command: string) => new CodeLens(line, { title, command, arguments: [document.uri, [document.uri]] });
    const sight = this.ports.localities.of(document);
    const seen = sight === undefined || found.total === 0 ? [] : [seenText(sight, this.ports.clock())];
    // A lens without a command is text.
    const summary = new CodeLens(line, { title: [summaryOf(found), ...seen].join(' · '), command: '' });
    if (found.total === 0) return [summary];
    const { tape = 0 } = sight?.counts ?? {};
    const stage = tape === 0 ? lens('Stage…', 'grid.staging.stage') : lens(`Stage ${count(tape)}…`, 'grid.staging.stageOnTape');
    const check = this.ports.stagers.tellers.length === 0 ? [] : [lens('Check', 'grid.links.check')];
    return [
      summary,
      ...(workspace.isTrusted ? [stage, ...check] : []),
      ...(sight === undefined ? [] : [lens('Export…', 'grid.links.exportChecked')]),
      lens('Convert…', 'grid.links.convert'),
      lens('Split…', 'grid.links.split'),
    ];
  }

  dispose(): void {
    this.#store.dispose();
  }
}

/** "34 online, 13 on tape at 14:31"; of a list that was edited or staged since, as it is now. */
function seenText({ counts, at }: Sight, now: number): string {
  const text = countsText(counts);
  return text === '' ? 'to be checked again' : `${text} at ${moment(at, now)}`;
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
