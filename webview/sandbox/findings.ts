/** What pilots may stumble over, one line a fault, with what can be done about it. */
import { count } from '../../src/core/wording';
import type { Finding, FromSandboxPanel } from '../../src/shared/sandbox';
import { html, linkButton, renew } from '../element';
import { symbol } from '../symbols';

export class Findings {
  readonly element = html('section', { class: 'findings', 'aria-label': 'Findings' });
  readonly #opened = new Set<string>();
  #findings: readonly Finding[] = [];

  constructor(private readonly send: (message: FromSandboxPanel) => void) {}

  show(findings: readonly Finding[]): void {
    this.#findings = findings;
    this.element.hidden = findings.length === 0;
    renew(this.element, html('ul', {}, ...findings.map((finding) => this.#item(finding))));
  }

  #item({ code, severity, sentence, others, more, remedy }: Finding): HTMLElement {
    const open = this.#opened.has(code);
    const turn = (): void => {
      if (!this.#opened.delete(code)) this.#opened.add(code);
      this.show(this.#findings);
    };
    const rest = more - others.length;
    return html(
      'li',
      {},
      symbol(severity === 'error' ? 'cross' : 'warning'),
      html(
        'div',
        {},
        html('span', { class: severity === 'error' ? 'error' : undefined }, sentence),
        ...[
          more > 0 && linkButton(open ? 'Fewer' : `And ${count(more)} more`, `more ${code}`, turn, { 'aria-expanded': String(open) }),
          remedy !== undefined && linkButton(remedy, `mend ${code}`, () => this.send({ type: 'mend', code })),
        ].map((link, k) => link !== false && html('span', {}, k === 1 && more > 0 ? ' · ' : ' ', link)),
        open &&
          html(
            'ul',
            { class: 'others' },
            ...others.map((each) => html('li', {}, each)),
            rest > 0 && html('li', { class: 'quiet' }, `and ${count(rest)} more`),
          ),
      ),
    );
  }
}
