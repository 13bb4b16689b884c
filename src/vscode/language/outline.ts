/** Folds and outline of a list, by observation. */
import {
  DocumentSymbol,
  FoldingRange,
  FoldingRangeKind,
  Range,
  SymbolKind,
  type DocumentSymbolProvider,
  type FoldingRangeProvider,
  type TextDocument,
} from 'vscode';
import type { ObservationFact, SeriesFact } from '../../core/links/list';
import { foldsOf, outlineOf, type Entry, type Stretch } from '../../core/links/outline';
import { bandRange, missingBands } from '../../core/links/series';
import { count, plural } from '../../core/wording';
import type { OpenLists } from './openLists';

/** More entries than anybody reads; the editor keeps all of them. */
const entriesAtMost = 1000;

export class ListOutline implements DocumentSymbolProvider, FoldingRangeProvider {
  constructor(private readonly lists: OpenLists) {}

  provideFoldingRanges(document: TextDocument): FoldingRange[] {
    const list = this.lists.of(document);
    if (list === undefined) return [];
    const { links, remarks } = foldsOf(list.rows);
    return [
      ...links.map(({ first, last }) => new FoldingRange(first, last)),
      ...remarks.map(({ first, last }) => new FoldingRange(first, last, FoldingRangeKind.Comment)),
    ];
  }

  provideDocumentSymbols(document: TextDocument): DocumentSymbol[] {
    const list = this.lists.of(document);
    if (list === undefined) return [];
    const facts = new Map(list.facts().observations.map((fact) => [fact.id, fact]));
    const entries = outlineOf(list.rows);
    const symbols = entries.slice(0, entriesAtMost).map((entry) => observationSymbol(document, entry, facts.get(entry.name)));
    const [next] = entries.slice(entriesAtMost);
    if (next !== undefined) symbols.push(symbol(document, 'and more', plural(entries.length - entriesAtMost, 'observation'), next.range));
    return symbols;
  }
}

function observationSymbol(document: TextDocument, entry: Entry, fact: ObservationFact | undefined): DocumentSymbol {
  const series = fact?.series ?? [];
  const [only] = series;
  const links = plural(fact?.links ?? 0, 'link');
  const detail = series.length === 1 && only !== undefined && only.links === fact?.links ? rangeText(only) : links;
  const found = symbol(document, entry.name ?? 'No observation', detail, entry.range);
  found.children = entry.children.slice(0, entriesAtMost).map(({ name = '', range }) => {
    const own = series.find((each) => each.name === name);
    return symbol(
      document,
      name.replace(/_?(SB|ABN_)$/, ''),
      own === undefined ? '' : `${rangeText(own)}, ${count(own.links)}`,
      range,
      SymbolKind.Array,
    );
  });
  return found;
}

/** "SB100–150, none missing"; of a single subband nothing can be missing. */
function rangeText({ bands }: SeriesFact): string {
  return bands.count === 1 ? bandRange(bands) : `${bandRange(bands)}, ${missingBands(bands)}`;
}

function symbol(document: TextDocument, name: string, detail: string, { first, last }: Stretch, kind = SymbolKind.Package): DocumentSymbol {
  const begin = document.lineAt(first).range;
  return new DocumentSymbol(name, detail, kind, new Range(begin.start, document.lineAt(last).range.end), begin);
}
