/** What a sandbox is known by: where it goes, how big it is, its checksums. */
import { plural, sizeOf } from '../../src/core/wording';
import type { FromSandboxPanel, SandboxSight, Size } from '../../src/shared/sandbox';
import { html, linkButton, renew, type Child } from '../element';
import { shortSum } from './words';

export class Facts {
  readonly element = html('dl', { class: 'facts' });

  constructor(private readonly send: (message: FromSandboxPanel) => void) {}

  show({ target, size, sums, compared }: SandboxSight): void {
    const { location, note } = target;
    const place =
      location === undefined ? [html('span', { class: 'quiet' }, note)] : [this.#copied(location), html('span', { class: 'quiet' }, note)];
    renew(
      this.element,
      ...fact('Target', ...place),
      ...(size === undefined
        ? []
        : fact('Size', sizeWords(size), told(compared, size.before === undefined ? undefined : sizeWords(size.before)))),
      ...(sums === undefined
        ? []
        : [
            ...fact(
              'SHA-256',
              this.#copied(sums.sha256, shortSum(sums.sha256)),
              told(compared, sums.before === undefined ? undefined : shortSum(sums.before), 'mono'),
            ),
            ...fact('ADLER32', this.#copied(sums.adler32)),
          ]),
    );
  }

  /** What is right of it copies it whole. A place that is not known yet has nothing to copy. */
  #copied(text: string, shown = text): HTMLElement {
    const words = html('span', { class: 'mono', title: text === shown ? undefined : text }, shown);
    if (text.includes('<')) return words;
    const copy = linkButton('Copy', `copy ${text}`, () => this.send({ type: 'copy', text }), { 'aria-label': `Copy ${text}` });
    return html('span', { class: 'copied' }, words, ' ', copy);
  }
}

function fact(name: string, ...value: readonly Child[]): HTMLElement[] {
  return [html('dt', {}, name), html('dd', {}, ...value)];
}

function told(what: string, words: string | undefined, name = ''): Child {
  return words === undefined ? undefined : html('span', { class: 'quiet' }, `(${what}: `, html('span', { class: name }, words), ')');
}

function sizeWords({ bytes, files }: Size): string {
  return `${sizeOf(bytes)}, ${plural(files, 'file')}`;
}
