/** One line in the language status: which form the step in view has, how many problems, and why something is off. */
import { languages, LanguageStatusSeverity, window, type Disposable, type LanguageStatusItem, type TextDocument } from 'vscode';
import { dialectNames } from '../../../core/config/key';
import { count, plural } from '../../../core/wording';
import { Store } from '../../disposable';
import { selectorOf } from '../owned';
import { longestText, type StepDocument } from './document';

export class StepStatus implements Disposable {
  readonly #store = new Store();
  #item: LanguageStatusItem | undefined;

  constructor(private readonly stepOf: (document: TextDocument) => StepDocument | undefined) {
    this.#store.add(window.onDidChangeActiveTextEditor(() => this.show()));
    this.#store.add({ dispose: () => this.#item?.dispose() });
  }

  /** Says what there is to say about the step in view. */
  show(): void {
    const document = window.activeTextEditor?.document;
    const step = document === undefined ? undefined : this.stepOf(document);
    if (step === undefined) {
      this.#item?.dispose();
      this.#item = undefined;
      return;
    }
    const selector = selectorOf(step.document);
    const item = (this.#item ??= languages.createLanguageStatusItem('grid.step', selector));
    item.selector = selector;
    item.name = 'Step configuration';
    Object.assign(item, words(step));
  }

  dispose(): void {
    this.#store.dispose();
  }
}

function words(step: StepDocument): Pick<LanguageStatusItem, 'text' | 'detail' | 'severity'> {
  const { dialect, problems, duty } = step;
  if (dialect === undefined) {
    const detail = `Longer than ${count(longestText)} characters, so it is not checked`;
    return { text: 'Step configuration', detail, severity: LanguageStatusSeverity.Warning };
  }
  const severity = LanguageStatusSeverity.Information;
  if (dialect === 'legacy') return { text: dialectNames[dialect], detail: 'Nothing reads it any more; it can be imported', severity };
  const found = problems.length === 0 ? 'No problems' : plural(problems.length, 'problem');
  const left =
    duty.other === undefined
      ? ''
      : duty.withoutSchema
        ? `keys and types are checked by ${duty.other}`
        : `syntax is checked by ${duty.other}`;
  return { text: dialectNames[dialect], detail: [found, left].filter((each) => each !== '').join('; '), severity };
}
