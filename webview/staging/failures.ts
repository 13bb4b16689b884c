/** What went wrong, by reason, with what can be done about each. */
import { fileWord } from '../../src/core/staging/state';
import { count, plural } from '../../src/core/wording';
import { fileShape } from '../../src/shared/shape';
import type { FromStagingPanel } from '../../src/shared/staging';
import { dotted, html, linkButton, renew } from '../element';
import { symbol } from '../symbols';
import type { Reason } from './reason';
import { sitesWords } from './words';

/** Reasons shown before "Show all". */
const few = 8;

export interface FailuresOptions {
  send(message: FromStagingPanel): void;
  show(reason: Reason): void;
}

export class Failures {
  readonly element = html('section', { class: 'failures', 'aria-labelledby': 'failures' });
  #all = false;
  #reasons: readonly Reason[] = [];

  constructor(private readonly options: FailuresOptions) {}

  show(reasons: readonly Reason[]): void {
    this.#reasons = reasons;
    this.element.hidden = reasons.length === 0;
    const files = reasons.reduce((sum, reason) => sum + reason.files.length, 0);
    const shown = this.#all ? reasons : reasons.slice(0, few);
    renew(
      this.element,
      html(
        'div',
        { class: 'over' },
        html('h2', { id: 'failures' }, 'Failures'),
        html('span', { class: 'quiet' }, `${plural(files, 'file')}, ${plural(reasons.length, 'reason')}`),
      ),
      html('ul', { class: 'reasons' }, ...shown.map((reason) => this.#reason(reason))),
      reasons.length > few &&
        linkButton(this.#all ? 'Show fewer' : `Show all ${count(reasons.length)} reasons`, 'all reasons', () => {
          this.#all = !this.#all;
          this.show(this.#reasons);
        }),
    );
  }

  #reason(reason: Reason): HTMLElement {
    const { key, words, state, files, sites } = reason;
    const named = { 'aria-description': words };
    const act = (label: string, verb: 'retry' | 'copySupport') =>
      linkButton(label, `${verb} ${state} ${key}`, () => this.options.send({ type: 'files', verb, indices: files }), named);
    return html(
      'li',
      {},
      html('b', {}, count(files.length)),
      symbol(fileShape(state)),
      html(
        'div',
        {},
        html('p', { class: 'words', title: words }, html('span', { class: 'heard' }, `${fileWord(state)}: `), words),
        html(
          'p',
          { class: 'quiet' },
          ...dotted(
            sitesWords(sites),
            // There is nothing on tape to be asked for again.
            state === 'lost' ? html('span', {}, 'not retried') : act('Retry these', 'retry'),
            act('Copy for support', 'copySupport'),
            linkButton('Show', `show ${state} ${key}`, () => this.options.show(reason), named),
          ),
        ),
      ),
    );
  }
}
