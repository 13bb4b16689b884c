/** The head of a panel: its name, its state in words, what can be done, and what needs an answer. */
import type { Action, Notice, Phrase } from '../src/shared/panel';
import { Announcer } from './announcer';
import { button } from './control';
import { dotted, html, linkButton, renew } from './element';
import { symbol } from './symbols';

export interface HeadingOptions<Id extends string> {
  act(id: Id): void;
  answer(notice: string, answer: string): void;
}

export interface Headed<Id extends string> {
  readonly name: string;
  readonly sentence: readonly Phrase[];
  readonly actions: readonly Action<Id>[];
  readonly notices: readonly Notice[];
}

export class Heading<Id extends string> {
  readonly name = html('h1');
  readonly #sentence = html('p', { class: 'sentence' });
  readonly #actions = html('div', { class: 'actions' });
  readonly #notices = html('div', { class: 'notices' });
  readonly #announcer = new Announcer();
  /** To stand in the page's header, in this order. */
  readonly elements: readonly HTMLElement[];
  #drawn = '';

  /** @param beside stands between name and sentence */
  constructor(
    private readonly options: HeadingOptions<Id>,
    beside?: HTMLElement,
  ) {
    const title = html('div', { class: 'title' }, this.name, beside, this.#sentence, this.#actions);
    this.elements = [title, this.#announcer.element, this.#notices];
  }

  show({ name, sentence, actions, notices }: Headed<Id>): void {
    this.name.textContent = name;
    this.#sentence.replaceChildren(...sentence.map(({ text, tone }) => html('span', { class: tone }, text)));
    this.#announcer.say(sentence.map(({ text }) => text).join(''));
    const drawn = JSON.stringify([actions, notices]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    // A button that becomes another in its place keeps the focus.
    const at = Array.from(this.#actions.children).findIndex((each) => each === document.activeElement);
    renew(this.#actions, ...actions.map((action) => this.#action(action)));
    if (at >= 0 && !this.#actions.contains(document.activeElement)) (this.#actions.children[at] as HTMLElement | undefined)?.focus();
    renew(this.#notices, ...notices.map((notice) => this.#notice(notice)));
  }

  #action({ id, label, primary, disabled }: Action<Id>): HTMLElement {
    return button({
      label,
      key: `action ${id}`,
      ...(primary === undefined ? {} : { primary }),
      ...(disabled === undefined ? {} : { disabled }),
      act: () => this.options.act(id),
    });
  }

  #notice({ id, tone, sentence, answers }: Notice): HTMLElement {
    const links = answers.map((answer) => linkButton(answer.label, `notice ${id} ${answer.id}`, () => this.options.answer(id, answer.id)));
    const shape = tone === 'error' ? 'cross' : 'warning';
    return html(
      'p',
      { class: `notice ${tone}` },
      tone === 'plain' ? undefined : symbol(shape),
      html('span', { class: tone }, sentence),
      links.length > 0 ? html('span', { class: 'answers' }, ...dotted(...links)) : undefined,
    );
  }
}
