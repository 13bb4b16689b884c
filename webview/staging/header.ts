/** The first glance: name and state in words, what can be done, the figure, its parts, its deadlines, its bar. */
import { fileWord, stateLetters, type FileCounts } from '../../src/core/staging/state';
import { capitalised, percent } from '../../src/core/wording';
import { fileShape } from '../../src/shared/shape';
import type { CampaignHead, FromStagingPanel, StagingAction } from '../../src/shared/staging';
import { bar } from '../bar';
import { deadlines } from '../deadlines';
import { html, renew } from '../element';
import { Heading } from '../heading';
import { legend, type Entry } from '../legend';
import { fullMoment } from '../words';
import type { Filter } from './filter';
import { stalledLetter } from './filter';
import { barSentence, deadlineSentence, pace, parts, shownStates } from './words';

export interface HeaderOptions {
  send(message: FromStagingPanel): void;
  toggle(letter: string): void;
}

export class Header {
  readonly element: HTMLElement;
  readonly #heading: Heading<StagingAction['id']>;
  readonly #figure = html('p', { class: 'figure' });
  readonly #facts = html('div', { class: 'facts' });
  readonly #strip = html('div', { class: 'until' });
  readonly #bar = html('div');
  readonly #legend = html('div');
  #head: CampaignHead | undefined;
  /** px of the deadline strip; told by the page, for asking makes it lay everything out. */
  #width = 0;

  constructor(private readonly options: HeaderOptions) {
    this.#heading = new Heading({
      act: (id) => options.send({ type: 'act', id }),
      answer: (notice, answer) => options.send({ type: 'answer', notice, answer }),
    });
    this.element = html(
      'header',
      {},
      ...this.#heading.elements,
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
    this.#heading.show(head);
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
