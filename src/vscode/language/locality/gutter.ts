/**
 * The shape of each checked line in the gutter, and its colour in the overview ruler. Neighbours in one state are one
 * decoration. Of a list with too many changes of state the gutter gets what is in view, and the ruler what each stretch
 * of lines needs most.
 */
import {
  OverviewRulerLane,
  Range,
  ThemeColor,
  Uri,
  window,
  type Disposable,
  type TextDocument,
  type TextEditor,
  type TextEditorDecorationType,
} from 'vscode';
import { overview, runsOf, type Run } from '../../../core/staging/run';
import { fileStates, type FileState } from '../../../core/staging/state';
import { colours, fileShape, type Shape } from '../../../shared/shape';
import { Store } from '../../disposable';
import type { Sight, Sights } from './sights';

/** Decorations of one editor that cost nothing to type beside. */
const runsAtMost = 2000;
/** Lines above and below what is in view, so that scrolling shows no bare ones. */
const margin = 200;

interface Types {
  readonly gutter: TextEditorDecorationType;
  readonly ruler: TextEditorDecorationType;
}

export class Gutter implements Disposable {
  readonly #store = new Store();
  readonly #types = new Map<FileState, Types>();
  /** The states that an editor shows, which have to be taken away again. */
  readonly #shown = new WeakMap<TextEditor, { readonly sight: Sight; readonly whole: boolean }>();

  constructor(
    private readonly sights: Sights,
    private readonly drawings: Uri,
  ) {
    this.#store.add(sights.onChange((document) => this.#draw(document)));
    this.#store.add(window.onDidChangeVisibleTextEditors((editors) => editors.forEach((editor) => this.#paint(editor))));
    this.#store.add(
      window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
        if (this.#shown.get(textEditor)?.whole === false) this.#paint(textEditor);
      }),
    );
    for (const editor of window.visibleTextEditors) this.#paint(editor);
  }

  #draw(document: TextDocument): void {
    for (const editor of window.visibleTextEditors) if (editor.document === document) this.#paint(editor);
  }

  #paint(editor: TextEditor): void {
    const sight = this.sights.of(editor.document);
    if (sight === undefined) return;
    const { codes } = sight;
    const before = this.#shown.get(editor);
    const all = before?.sight === sight && !before.whole ? undefined : runsOf(codes);
    const whole = all !== undefined && all.length <= runsAtMost;
    this.#shown.set(editor, { sight, whole });
    this.#set(editor, 'gutter', all !== undefined && whole ? all : inView(editor).flatMap(([from, to]) => runsOf(codes, from, to)));
    if (all !== undefined) this.#set(editor, 'ruler', whole ? all : overview(codes, runsAtMost));
  }

  /** One call a state: those without a line lose what they had. */
  #set(editor: TextEditor, where: keyof Types, runs: readonly Run[]): void {
    const ranges = new Map<FileState, Range[]>();
    for (const { state, from, to } of runs) {
      const own = ranges.get(state);
      const range = new Range(from, 0, to, 0);
      if (own === undefined) ranges.set(state, [range]);
      else own.push(range);
    }
    for (const state of fileStates) {
      const own = ranges.get(state);
      if (own !== undefined) editor.setDecorations(this.#typesOf(state)[where], own);
      else if (this.#types.has(state)) editor.setDecorations(this.#typesOf(state)[where], []);
    }
  }

  #typesOf(state: FileState): Types {
    let types = this.#types.get(state);
    if (types === undefined) {
      const shape = fileShape(state);
      const icon = (theme: string) => ({ gutterIconPath: Uri.joinPath(this.drawings, `${shape}-${theme}.svg`) });
      types = {
        gutter: this.#store.add(window.createTextEditorDecorationType({ light: icon('light'), dark: icon('dark') })),
        ruler: this.#store.add(
          window.createTextEditorDecorationType({
            overviewRulerColor: new ThemeColor(rulerColour(shape)),
            overviewRulerLane: OverviewRulerLane.Left,
          }),
        ),
      };
      this.#types.set(state, types);
    }
    return types;
  }

  dispose(): void {
    this.#store.dispose();
  }
}

/** The high-contrast themes have no colour for a failed test, and the ruler no outline to fall back on. */
function rulerColour(shape: Shape): string {
  return colours[shape] === 'testing.iconFailed' ? 'errorForeground' : colours[shape];
}

function inView(editor: TextEditor): readonly (readonly [number, number])[] {
  const last = editor.document.lineCount - 1;
  let end = -1;
  return editor.visibleRanges.flatMap(({ start, end: { line } }) => {
    const from = Math.max(end + 1, start.line - margin);
    end = Math.min(last, line + margin);
    return from <= end ? [[from, end] as const] : [];
  });
}
