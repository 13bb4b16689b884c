/** Says a sentence to who cannot see it: only when its words change, and at most once a minute. */
import { html } from './element';

const pause = 60_000;

/** When a sentence may be said, apart from clocks and pages: ms to wait, or undefined when there is nothing to say. */
export function waitFor(words: string, said: string, saidAt: number, now: number): number | undefined {
  return words === said ? undefined : Math.max(0, saidAt + pause - now);
}

export class Announcer {
  readonly element = html('p', { class: 'heard', 'aria-live': 'polite' });
  #words = '';
  #said = '';
  #saidAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  say(words: string): void {
    this.#words = words;
    const wait = waitFor(words, this.#said, this.#saidAt, Date.now());
    if (wait === undefined || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#words === this.#said) return;
      this.#said = this.#words;
      this.#saidAt = Date.now();
      this.element.textContent = this.#said;
    }, wait);
  }
}
