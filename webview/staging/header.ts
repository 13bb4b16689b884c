/** The first glance: name and state in words, what can be done, the figure, its parts, its deadlines, its bar. */
import { fileWord, stateLetters, type FileCounts } from '../../src/core/staging/state';
import { percent } from '../../src/core/wording';
import { fileShape } from '../../src/shared/shape';
import type { CampaignHead, FromStagingPanel, Notice, Phrase } from '../../src/shared/staging';
import { Announcer } from '../announcer';
import { bar } from '../bar';
import { deadlines } from '../deadlines';
import { dotted, html, linkButton, renew } from '../element';
import { legend, type Entry } from '../legend';
import { symbol } from '../symbols';
import { button } from '../ui';
import type { Filter } from './filter';
import { stalledLetter } from './filter';
import { barSentence, capitalised, deadlineSentence, fullMoment, pace, parts, shownStates } from './words';

export interface HeaderOptions {
  send(message: FromStagingPanel): void;
  toggle(letter: string): void;
}

export class Header {
  readonly element: HTMLElement;
  readonly #name = html('h1');
  readonly #sentence = html('p', { class: 'sentence' });
  readonly #actions = html('div', { class: 'actions' });
  readonly #notices = html('div', { class: 'notices' });
  readonly #figure = html('p', { class: 'figure' });
  readonly #facts = html('div', { class: 'facts' });
  readonly #strip = html('div', { class: 'until' });
  readonly #bar = html('div');
  readonly #legend = html('div');
  readonly #announcer = new Announcer();
  #head: CampaignHead | undefined;
  #drawn = '';
  /** px of the deadline strip; told by the page, for asking makes it lay everything out. */
  #width = 0;

  constructor(private readonly options: HeaderOptions) {
    this.element = html(
      'header',
      {},
      html('div', { class: 'title' }, this.#name, this.#sentence, this.#actions),
      this.#announcer.element,
      this.#notices,
      html('div', { class: 'glance' }, this.#figure, this.#facts, this.#strip),
      this.#bar,
      this.#legend,
    );
    new ResizeObserver(([change]) => {
      this.#width = change?.contentRect.width ?? 0;
      this.#drawDeadlines();
    }).observe(this.#strip);
  }

  /** @param stalled number of files waiting in stalled observations. */
  show(head: CampaignHead, filter: Filter, stalled: number): void {
    this.#head = head;
    this.#name.textContent = head.name;
    this.#sentence.replaceChildren(...phrases(head.sentence));
    this.#announcer.say(head.sentence.map(({ text }) => text).join(''));
    const drawn = JSON.stringify([head.actions, head.notices]);
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      renew(this.#actions, ...head.actions.map((action) => this.#action(action)));
      renew(this.#notices, ...head.notices.map((notice) => this.#notice(notice)));
    }
    this.#figure.replaceChildren(percent(head.percent), html('small', {}, ' online'));
    this.#facts.replaceChildren(
      html('p', {}, parts(head.counts.online ?? 0, head.total)),
      html('p', { class: 'quiet', title: head.asOf > 0 ? `Last heard ${fullMoment(head.asOf)}` : undefined }, pace(head)),
    );
    this.#drawDeadlines();
    const states = shownStates.map((state) => ({ shape: fileShape(state), count: head.counts[state] ?? 0 }));
    this.#bar.replaceChildren(bar(states, barSentence(head)));
    this.filter(filter, stalled);
  }

  /** Draws the legend for what is filtered now. */
  filter(filter: Filter, stalled: number): void {
    const counts: FileCounts = this.#head?.counts ?? {};
    const entries: Entry[] = shownStates.map((state) => ({
      letter: stateLetters[state],
      shape: fileShape(state),
      word: capitalised(fileWord(state)),
      count: counts[state] ?? 0,
      pressed: filter.letters.includes(stateLetters[state]),
    }));
    entries.push({
      letter: stalledLetter,
      shape: 'warning',
      word: 'Stalled',
      count: stalled,
      pressed: filter.letters.includes(stalledLetter),
    });
    renew(
      this.#legend,
      legend('Filter by state', entries, (letter) => this.options.toggle(letter)),
    );
  }

  #action({ id, label, primary, disabled }: CampaignHead['actions'][number]): HTMLElement {
    return button({
      label,
      key: `action ${id}`,
      ...(primary === undefined ? {} : { primary }),
      ...(disabled === undefined ? {} : { disabled }),
      act: () => this.options.send({ type: 'act', id }),
    });
  }

  #notice({ id, tone, sentence, answers }: Notice): HTMLElement {
    const links = answers.map((answer) =>
      linkButton(answer.label, `notice ${id} ${answer.id}`, () => this.options.send({ type: 'answer', notice: id, answer: answer.id })),
    );
    const shape = tone === 'error' ? 'cross' : 'warning';
    return html(
      'p',
      { class: `notice ${tone}` },
      tone === 'plain' ? undefined : symbol(shape),
      html('span', { class: tone }, sentence),
      links.length > 0 ? html('span', { class: 'answers' }, ...dotted(...links)) : undefined,
    );
  }

  #drawDeadlines(): void {
    const head = this.#head;
    if (head === undefined) return;
    const done = head.end === undefined && head.deadlines.length === 0;
    this.#strip.replaceChildren();
    if (done || this.#width === 0) return;
    const endings = head.deadlines.map(({ name, at }) => ({ name, in: at - head.now }));
    const range = head.end === undefined ? undefined : { from: head.end.from - head.now, to: head.end.to - head.now };
    this.#strip.append(deadlines(endings, range, this.#width, deadlineSentence(head.deadlines, head.end, head.now)));
  }
}

/** The state sentence, each run of words in its tone. */
function phrases(sentence: readonly Phrase[]): HTMLElement[] {
  return sentence.map(({ text, tone }) => html('span', { class: tone }, text));
}
