/** How far the tokens of each step are; all bars on one scale. */
import { tokenShape } from '../../src/shared/shape';
import { count } from '../../src/core/wording';
import type { FromPoolPanel, PoolSight, StepCounts } from '../../src/shared/pool';
import type { TokenState } from '../../src/core/tokens/state';
import { bar } from '../bar';
import { html, linkButton, renew, svg } from '../element';
import { shownStates, stepName, tally, totalOf } from './words';

/** Steps shown before "Show all". */
const few = 8;

export class Steps {
  readonly element = html('section', { class: 'steps', 'aria-labelledby': 'steps' });
  #all = false;
  #sight: PoolSight | undefined;

  constructor(private readonly send: (message: FromPoolPanel) => void) {}

  show(sight: PoolSight): void {
    this.#sight = sight;
    const { steps = [] } = sight;
    // One step for all says nothing that the head does not say.
    this.element.hidden = steps.length < 2;
    if (this.element.hidden) return;
    const most = Math.max(...steps.map(({ counts }) => totalOf(counts)));
    const shown = this.#all ? steps : steps.slice(0, few);
    renew(
      this.element,
      html(
        'div',
        { class: 'over' },
        html('h2', { id: 'steps' }, 'Steps'),
        html('span', { class: 'quiet' }, `full width = ${count(most)} tokens`),
      ),
      html(
        'table',
        {},
        html(
          'thead',
          {},
          html('tr', {}, heading('Step'), html('td'), ...['Done', 'Locked', 'Error'].map((name) => heading(name, 'number'))),
        ),
        html('tbody', {}, ...shown.map((step) => this.#row(step, most))),
      ),
      steps.length > few &&
        linkButton(this.#all ? 'Show fewer' : `Show all ${count(steps.length)} steps`, 'all steps', () => {
          this.#all = !this.#all;
          if (this.#sight !== undefined) this.show(this.#sight);
        }),
    );
  }

  #row({ step, counts }: StepCounts, most: number): HTMLElement {
    const parts = shownStates.map((state) => ({ shape: tokenShape(state), count: counts[state] ?? 0 }));
    const width = `${Math.max(0.5, (totalOf(counts) * 100) / most)}%`;
    const name = stepName(step);
    return html(
      'tr',
      {},
      html('th', { scope: 'row', title: name }, step === null ? html('span', { class: 'quiet' }, name) : name),
      html('td', {}, svg('svg', { width, height: 10, class: 'own' }, bar(parts, `${name}: ${tally(counts)}`))),
      ...(['done', 'locked', 'error'] satisfies TokenState[]).map((state) => this.#cell(step, state, counts[state] ?? 0)),
    );
  }

  #cell(step: string | null, state: TokenState, number: number): HTMLElement {
    const words = count(number);
    if (number === 0) return html('td', { class: 'number quiet' }, words);
    const name = `${stepName(step)}, ${state}`;
    const link = linkButton(words, `step ${step ?? ''} ${state}`, () => this.send({ type: 'show', state, step }), {
      class: state === 'error' ? 'link strong' : 'link plain',
      'aria-label': `${name}: show ${words}`,
      title: `Show them`,
    });
    return html('td', { class: 'number' }, link);
  }
}

function heading(words: string, name?: string): HTMLElement {
  return html('th', { scope: 'col', class: name }, words);
}
