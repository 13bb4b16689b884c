/** The pool panel of one token type: its sections, from the first glance to the oldest lock. */
import type { FromPoolPanel, PoolSight } from '../../src/shared/pool';
import { html } from '../element';
import { Errors } from './errors';
import { Header } from './header';
import { History } from './history';
import { Locks } from './locks';
import { Overviews } from './overviews';
import { Steps } from './steps';
import { totalOf } from './words';

const narrow = matchMedia('(max-width: 760px)');

export class PoolPanel {
  readonly element = html('div', { class: 'panel' });
  readonly #header: Header;
  readonly #nothing = html('p', { class: 'nothing' });
  readonly #overviews = new Overviews();
  readonly #errors: Errors;
  readonly #history = new History();
  readonly #steps: Steps;
  readonly #locks: Locks;
  readonly #columns: HTMLElement;

  constructor(send: (message: FromPoolPanel) => void) {
    const options = { send, narrow: () => narrow.matches };
    this.#header = new Header(send);
    this.#errors = new Errors(options);
    this.#steps = new Steps(send);
    this.#locks = new Locks(options);
    this.#columns = html('div', { class: 'columns even' }, this.#history.element, this.#steps.element);
    const sections = [this.#nothing, this.#overviews.element, this.#errors.element, this.#columns, this.#locks.element];
    this.element.append(this.#header.element, html('main', {}, ...sections));
    narrow.addEventListener('change', () => {
      this.#errors.refresh();
      this.#locks.refresh();
    });
  }

  show(sight: PoolSight): void {
    this.#header.show(sight);
    this.#nothing.textContent = emptyWords(sight);
    this.#nothing.hidden = this.#nothing.textContent === '';
    for (const section of [this.#overviews, this.#errors, this.#history, this.#steps, this.#locks]) section.show(sight);
    const beside = [this.#history.element, this.#steps.element].filter((element) => !element.hidden).length;
    this.#columns.hidden = beside === 0;
    this.#columns.classList.toggle('alone', beside === 1);
  }
}

function emptyWords({ counts, type }: PoolSight): string {
  if (counts === undefined || totalOf(counts) > 0) return '';
  return `No tokens${type === undefined ? '' : ' of this type'}. Create tokens from a step file and a list.`;
}
