/** The sandbox panel: where it goes and what differs first, then how far it is, what is in it, and what git said. */
import type { FromSandboxPanel, LogLine, SandboxContent, SandboxSight } from '../../src/shared/sandbox';
import { html } from '../element';
import { Heading } from '../heading';
import { Content } from './content';
import { Facts } from './facts';
import { Findings } from './findings';
import { Log } from './log';
import { Sources } from './sources';
import { Steps } from './steps';

const narrow = matchMedia('(max-width: 760px)');

export class SandboxPanel {
  readonly element = html('div', { class: 'panel' });
  readonly #heading: Heading<SandboxSight['actions'][number]['id']>;
  readonly #facts: Facts;
  readonly #steps: Steps;
  readonly #sources: Sources;
  readonly #content: Content;
  readonly #findings: Findings;
  readonly #log: Log;
  readonly #left: HTMLElement;
  readonly #right: HTMLElement;

  constructor(send: (message: FromSandboxPanel) => void) {
    this.#heading = new Heading({
      act: (id) => send({ type: 'act', id }),
      answer: (notice, answer) => send({ type: 'answer', notice, answer }),
    });
    this.#facts = new Facts(send);
    this.#log = new Log(send, () => this.#steps.choose(undefined));
    this.#steps = new Steps((step) => this.#log.choose(step));
    this.#sources = new Sources(send);
    this.#content = new Content(
      () => narrow.matches,
      () => send({ type: 'compare' }),
    );
    this.#findings = new Findings(send);
    this.#left = html('div', {}, this.#steps.element);
    this.#right = html('div', {}, this.#content.element, this.#findings.element);
    this.element.append(
      html('header', {}, ...this.#heading.elements, this.#facts.element),
      html('main', {}, html('div', { class: 'columns even' }, this.#left, this.#right), this.#log.element),
    );
    this.#arrange();
    narrow.addEventListener('change', () => this.#content.refresh());
  }

  show(sight: SandboxSight): void {
    this.#heading.show(sight);
    this.#facts.show(sight);
    this.#steps.show(sight);
    this.#sources.show(sight.sources);
    this.#findings.show(sight.findings);
    this.#log.show(sight.steps);
  }

  fill(content: SandboxContent | undefined): void {
    this.#content.fill(content);
    this.#arrange();
  }

  /** Before there is content its column is free for the pins. */
  #arrange(): void {
    const { element } = this.#sources;
    const place = this.#content.element.hidden ? this.#right : this.#left;
    if (element.parentElement === place) return;
    if (place === this.#left) place.append(element);
    else place.prepend(element);
  }

  say(anew: boolean, lines: readonly LogLine[]): void {
    this.#log.say(anew, lines);
  }
}
