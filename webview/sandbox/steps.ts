/** What has been done and what is to come, step by step. A step that is chosen has its lines in the log. */
import type { SandboxSight, StepSight } from '../../src/shared/sandbox';
import { html, renew, svg } from '../element';
import { symbol } from '../symbols';
import { stepShapes, stepsDone, stepWords, timeOf } from './words';

const tickMs = 1000;

export class Steps {
  readonly element = html('section', { class: 'steps', 'aria-labelledby': 'steps' });
  readonly #told = html('span', { class: 'quiet' });
  readonly #list = html('ol');
  readonly #failure = html('div', { class: 'failure' });
  #chosen: string | undefined;
  #steps: readonly StepSight[] = [];
  #now = 0;
  #shownAt = 0;

  constructor(private readonly chose: (step: string | undefined) => void) {
    const title = html('div', { class: 'over' }, html('h2', { id: 'steps' }, 'Steps'), this.#told);
    this.element.append(title, this.#list, this.#failure);
    setInterval(() => {
      if (this.#steps.some(({ state }) => state === 'running')) this.#draw();
    }, tickMs);
  }

  show({ steps, now, failure }: SandboxSight): void {
    this.#steps = steps;
    this.#now = now;
    this.#shownAt = performance.now();
    this.#told.textContent = stepsDone(steps);
    this.#draw();
    this.#failure.hidden = failure === undefined;
    if (failure === undefined) return;
    const lines = failure.lines.length === 0 ? undefined : html('pre', { class: 'mono' }, failure.lines.join('\n'));
    renew(this.#failure, html('p', {}, symbol('cross'), html('span', { class: 'error' }, failure.sentence)), lines);
  }

  choose(step: string | undefined): void {
    this.#chosen = step;
    this.#draw();
    this.chose(step);
  }

  #draw(): void {
    const later = performance.now() - this.#shownAt;
    renew(this.#list, ...this.#steps.map((step) => this.#row(step, later)));
  }

  #row(step: StepSight, later: number): HTMLElement {
    const { id, title, detail, state, share } = step;
    const time = timeOf(step, this.#now, later);
    const button = html(
      'button',
      {
        type: 'button',
        class: `step ${state}`,
        'data-key': `step ${id}`,
        'aria-pressed': String(this.#chosen === id),
        'aria-label': [title, stepWords[state], detail, time].filter((word) => word !== '').join(', '),
        'aria-current': state === 'running' ? 'step' : undefined,
      },
      symbol(stepShapes[state]),
      html('span', { class: 'name' }, title),
      html('span', { class: 'quiet', title: detail }, detail),
      html('span', { class: 'quiet number' }, time),
    );
    if (state === 'running' && share !== undefined) {
      const done = `${Math.max(0.5, Math.min(100, share * 100))}%`;
      button.append(
        svg(
          'svg',
          { class: 'way', width: '100%', height: 3, 'aria-hidden': 'true' },
          svg('rect', { class: 'fill-hollow', width: '100%', height: 3 }),
          svg('rect', { class: 'fill-half', width: done, height: 3 }),
        ),
      );
    }
    button.addEventListener('click', () => this.choose(this.#chosen === id ? undefined : id));
    return html('li', {}, button);
  }
}
