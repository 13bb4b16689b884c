/** The repositories: what the step asks for, and the commit that it came to. */
import type { FromSandboxPanel, SourceSight } from '../../src/shared/sandbox';
import { html, linkButton, renew, type Child } from '../element';
import { symbol } from '../symbols';
import { shortCommit } from './words';

export class Sources {
  readonly element = html('section', { class: 'sources', 'aria-labelledby': 'sources' });

  constructor(private readonly send: (message: FromSandboxPanel) => void) {}

  show(sources: readonly SourceSight[]): void {
    this.element.hidden = sources.length === 0;
    const moving = sources.filter(({ moves }) => moves).length;
    const pinned =
      moving === 0 ? 'all pinned to a commit' : moving === sources.length ? 'none pinned to a commit' : `${moving} not pinned to a commit`;
    renew(
      this.element,
      html('div', { class: 'over' }, html('h2', { id: 'sources' }, 'Repositories'), html('span', { class: 'quiet' }, pinned)),
      html(
        'table',
        {},
        html('thead', {}, html('tr', {}, ...['Name', 'Asked for', 'Commit'].map((name) => html('th', { scope: 'col' }, name)))),
        html('tbody', {}, ...sources.map((source) => this.#row(source))),
      ),
    );
  }

  #row(source: SourceSight): HTMLElement {
    const { name, url, folder, asked, moves, loose } = source;
    const place = folder === name ? '' : `→ ${folder === '' ? '.' : folder}/`;
    return html(
      'tr',
      {},
      html('th', { scope: 'row', title: url }, name, place !== '' && html('span', { class: 'quiet' }, ` ${place}`)),
      html('td', { title: moves ? `${asked} may come to another commit tomorrow` : asked }, loose && symbol('warning'), asked),
      html('td', {}, ...this.#commit(source)),
    );
  }

  #commit({ name, commit, before }: SourceSight): Child[] {
    if (commit === undefined) return [html('span', { class: 'quiet' }, 'not fetched yet')];
    const copy = linkButton(shortCommit(commit), `commit ${name}`, () => this.send({ type: 'copy', text: commit }), {
      class: 'link plain mono',
      title: `Copy ${commit}`,
      'aria-label': `Copy the commit of ${name}, ${commit}`,
    });
    const older =
      before === undefined
        ? undefined
        : html('span', { class: 'quiet', title: `published: ${before}` }, ' was ', html('span', { class: 'mono' }, shortCommit(before)));
    return [copy, older];
  }
}
