/** The first glance: pool and type, state in words, what can be done, the figure, its parts, its bar, its legend. */
import { tokenShape } from '../../src/shared/shape';
import { tokenWord, type TokenState } from '../../src/core/tokens/state';
import { capitalised, count, percent, plural } from '../../src/core/wording';
import type { FromPoolPanel, PoolAction, PoolSight } from '../../src/shared/pool';
import { bar } from '../bar';
import { dropdown } from '../control';
import { html, renew } from '../element';
import { Heading } from '../heading';
import { legend, type Entry } from '../legend';
import { fullMoment } from '../words';
import { barSentence, paceWords, parts, percentDone, shownStates, totalOf } from './words';

/** Letters of states, as everywhere. */
const letters: Record<TokenState, string> = { todo: 't', locked: 's', done: 'o', error: 'f', unclassified: 'n' };
const stuckLetter = 'w';

export class Header {
  readonly element: HTMLElement;
  readonly #heading: Heading<PoolAction['id']>;
  readonly #types = html('div', { class: 'types' });
  readonly #figure = html('p', { class: 'figure' });
  readonly #facts = html('div', { class: 'facts' });
  readonly #glance = html('div', { class: 'glance' }, this.#figure, this.#facts);
  readonly #bar = html('div');
  readonly #legend = html('div');
  #drawn = '';

  constructor(private readonly send: (message: FromPoolPanel) => void) {
    this.#heading = new Heading(
      {
        act: (id) => send({ type: 'act', id }),
        answer: (notice, answer) => send({ type: 'answer', notice, answer }),
      },
      this.#types,
    );
    this.element = html('header', {}, ...this.#heading.elements, this.#glance, this.#bar, this.#legend);
  }

  show(sight: PoolSight): void {
    const { counts, type } = sight;
    this.#heading.show({ ...sight, name: type === undefined ? sight.pool : `${sight.pool} · ${type}` });
    // Where the type can be chosen, it is seen in the dropdown.
    if (type !== undefined && choicesOf(sight).length > 1)
      this.#heading.name.replaceChildren(sight.pool, html('span', { class: 'heard' }, ` · ${type}`));
    this.#showTypes(sight);
    const shown = counts !== undefined && totalOf(counts) > 0;
    for (const each of [this.#glance, this.#bar, this.#legend]) each.hidden = !shown;
    if (!shown) return;
    this.#figure.replaceChildren(percent(percentDone(counts)), html('small', {}, ' done'));
    this.#facts.replaceChildren(
      html('p', {}, parts(counts)),
      html('p', { class: 'quiet', title: sight.asOf > 0 ? `Last heard ${fullMoment(sight.asOf)}` : undefined }, paceWords(sight)),
    );
    const states = shownStates.map((state) => ({ shape: tokenShape(state), count: counts[state] ?? 0 }));
    this.#bar.replaceChildren(bar(states, barSentence(counts)));
    this.#showLegend(counts, sight.locks?.stuck ?? 0);
  }

  #showTypes(sight: PoolSight): void {
    const { type = '' } = sight;
    const types = choicesOf(sight);
    const drawn = JSON.stringify([types, type]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#types.hidden = types.length < 2;
    const choices = types.map((each) => ({ value: each.type, label: `${each.type} (${plural(each.count, 'token')})` }));
    renew(
      this.#types,
      types.length > 1 && dropdown('Type of tokens', 'types', choices, type, (tokens) => this.send({ type: 'choose', tokens })),
    );
  }

  #showLegend(counts: NonNullable<PoolSight['counts']>, stuck: number): void {
    const entries = shownStates.map((state): Entry => {
      const number = counts[state] ?? 0;
      const title = `Show ${number === 1 ? 'the token' : `the ${count(number)} tokens`} that ${number === 1 ? 'is' : 'are'} ${tokenWord(state).replace('error', 'in error')}`;
      return { letter: letters[state], shape: tokenShape(state), word: capitalised(tokenWord(state)), count: number, title };
    });
    entries.push({ letter: stuckLetter, shape: 'warning', word: 'Look stuck', count: stuck, title: 'Find the tokens that look stuck' });
    renew(
      this.#legend,
      legend('Tokens by state', entries, (letter) => {
        const state = shownStates.find((each) => letters[each] === letter);
        this.send(state === undefined ? { type: 'act', id: 'findStuck' } : { type: 'show', state });
      }),
    );
  }
}

/** The types that can be looked at; the one that is shown is among them, also when its last token has gone. */
function choicesOf({ types, type }: PoolSight): PoolSight['types'] {
  return type === undefined || types.some((each) => each.type === type) ? types : [...types, { type, count: 0 }];
}
