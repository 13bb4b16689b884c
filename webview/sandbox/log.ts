/** What git and the storage said: of the step that is chosen, else of all. */
import type { FromSandboxPanel, LogLine, StepSight } from '../../src/shared/sandbox';
import { html, linkButton, renew } from '../element';

/** Lines in the page; the host's own log has all. */
const most = 1000;

export class Log {
  readonly element = html('section', { 'aria-labelledby': 'log' });
  readonly #told = html('span', { class: 'quiet' });
  readonly #all = html('span');
  readonly #lines = html('div', { class: 'log mono', role: 'log', tabindex: 0, 'aria-labelledby': 'log' });
  #known: readonly LogLine[] = [];
  #step: string | undefined;
  #titles = new Map<string, string>();

  constructor(
    send: (message: FromSandboxPanel) => void,
    private readonly showAll: () => void,
  ) {
    const open = linkButton('Open full log', 'open log', () => send({ type: 'openLog' }));
    this.element.append(
      html('div', { class: 'over' }, html('h2', { id: 'log' }, 'Log'), this.#told, this.#all, html('span', { class: 'aside' }, open)),
      this.#lines,
    );
    this.#draw();
  }

  show(steps: readonly StepSight[]): void {
    this.#titles = new Map(steps.map(({ id, title }) => [id, title]));
    this.#told.textContent = this.#step === undefined ? '' : (this.#titles.get(this.#step) ?? '');
  }

  choose(step: string | undefined): void {
    this.#step = step;
    this.#told.textContent = step === undefined ? '' : (this.#titles.get(step) ?? '');
    renew(this.#all, step !== undefined && linkButton('All steps', 'all steps', this.showAll));
    this.#draw();
  }

  say(anew: boolean, lines: readonly LogLine[]): void {
    this.#known = [...(anew ? [] : this.#known), ...lines].slice(-most);
    if (anew) return this.#draw();
    this.#append(lines);
  }

  #draw(): void {
    this.#lines.replaceChildren();
    this.#append(this.#known);
  }

  /** Who reads further up is left there. */
  #append(lines: readonly LogLine[]): void {
    const mine = lines.filter(({ step }) => this.#step === undefined || step === this.#step);
    const { scrollHeight, scrollTop, clientHeight } = this.#lines;
    const follows = scrollHeight - scrollTop - clientHeight < 24;
    this.#lines.append(...mine.map(lineOf));
    while (this.#lines.childElementCount > most) this.#lines.firstElementChild?.remove();
    this.element.hidden = this.#known.length === 0;
    this.#lines.dataset.empty = mine.length === 0 && this.#lines.childElementCount === 0 ? 'This step said nothing.' : '';
    if (follows) this.#lines.scrollTop = this.#lines.scrollHeight;
  }
}

function lineOf({ at, text }: LogLine): HTMLElement {
  const time = new Date(at).toTimeString().slice(0, 8);
  return html('p', {}, html('span', { class: 'quiet' }, `${time} `), text);
}
