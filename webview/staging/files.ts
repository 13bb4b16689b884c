/** The table of files: those that the filter lets through, trouble first, with what can be done with the selected ones. */
import { fileWord, isTrouble, type FileState } from '../../src/core/staging/state';
import { count } from '../../src/core/wording';
import { fileShape } from '../../src/shared/shape';
import type { CampaignHead, FromStagingPanel } from '../../src/shared/staging';
import { dotted, html, linkButton, renew, type Child } from '../element';
import { symbol } from '../symbols';
import { Table } from '../table';
import { field } from '../control';
import type { Campaign } from './campaign';
import { reservedLetters, type Filter } from './filter';
import { fullMoment } from '../words';
import { clock, filterWords } from './words';

export interface FilesOptions {
  readonly campaign: Campaign;
  /** Whether the page is too narrow for all columns. */
  narrow(): boolean;
  send(message: FromStagingPanel): void;
  text(text: string): void;
  /** Takes the scope, or all of the filter, away. */
  clear(): void;
  changed(): void;
}

/** A file in this state can be asked for once more. */
function canRetry(state: FileState): boolean {
  return (isTrouble(state) && state !== 'lost') || state === 'cancelled';
}

export class Files {
  readonly element = html('section', { class: 'files', 'aria-labelledby': 'files' });
  readonly table: Table;
  readonly field = field('Filter by name or message', 'files', (text) => this.options.text(text));
  readonly #words = html('span', { class: 'quiet' });
  readonly #clear = html('span');
  readonly #chosen = html('span', { class: 'chosen' });
  readonly #export = linkButton('Export list…', 'export', () => this.#send('export', [...this.#rows]));
  readonly #none = html('p', { class: 'quiet none' });
  #rows: Int32Array = new Int32Array();
  #now = 0;

  constructor(private readonly options: FilesOptions) {
    const { campaign } = options;
    this.table = new Table({
      label: 'Files',
      description: 'Letters of states filter, a shows all, capitals and digits lead to a name. Enter shows a message in full.',
      kind: 'filed',
      columns: [{ name: 'File' }, { name: 'Site' }, { name: 'State' }, { name: 'Since' }, { name: 'Message', class: 'secondary' }],
      reserved: reservedLetters,
      name: (file) => campaign.name(file),
      cells: (file) => this.#cells(file),
      detail: (file) => this.#detail(file),
      follows: () => options.narrow(),
      selected: () => this.#choose(),
      copy: (files) => this.#send('copyLinks', files),
    });
    const title = html('div', { class: 'over' }, html('h2', { id: 'files' }, 'Files'), this.#words, this.#clear, this.#chosen);
    title.append(html('span', { class: 'aside' }, this.field.element, this.#export));
    this.element.append(title, this.table.element, this.#none);
  }

  /**
   * @param rows files that pass the filter, in order.
   * @param scope what the scope points at, in words.
   * @param changed files to be drawn anew; all when left out.
   */
  show(head: CampaignHead, filter: Filter, rows: Int32Array, scope: string | undefined, changed?: ReadonlySet<number>): void {
    this.#now = head.now;
    this.#rows = rows;
    const words = filterWords(filter, scope);
    const { size } = this.options.campaign;
    this.#words.textContent = words === '' ? count(size) : `${count(rows.length)} of ${count(size)}: ${words}`;
    renew(this.#clear, words !== '' && linkButton('Show all', 'clear', () => this.options.clear()));
    this.#export.hidden = rows.length === 0;
    this.#none.hidden = rows.length > 0;
    this.#none.textContent = `No file is ${words}.`.replace('is matching', 'matches');
    this.table.element.hidden = rows.length === 0;
    this.#forget();
    this.table.setRows(rows, changed);
    this.#choose();
  }

  /** What is not shown any more is not selected any more: nobody retries what they do not see. */
  #forget(): void {
    if (this.table.selection.size === 0) return;
    const shown = new Uint8Array(this.options.campaign.size);
    for (const file of this.#rows) shown[file] = 1;
    this.table.selection.retain((file) => shown[file] === 1);
  }

  #cells(file: number): Child[] {
    const { campaign } = this.options;
    const state = campaign.state(file);
    const since = campaign.since(file);
    const message = campaign.message(file);
    return [
      html('span', { class: 'mono', title: campaign.name(file) }, campaign.name(file)),
      campaign.site(file),
      html('span', {}, symbol(fileShape(state)), fileWord(state)),
      since > 0 ? html('span', { title: fullMoment(since) }, clock(since, this.#now)) : '',
      message === '' ? '' : html('span', { title: message }, message),
    ];
  }

  /** The row in full: the name is never cut here, nor is the message. */
  #detail(file: number): HTMLElement {
    const { campaign } = this.options;
    const message = campaign.message(file);
    const state = campaign.state(file);
    const link = (label: string, verb: 'retry' | 'copyLinks' | 'copySupport') =>
      linkButton(label, `${verb} ${file}`, () => this.#send(verb, [file]));
    return html(
      'div',
      { class: 'full' },
      html('p', { class: 'mono' }, campaign.name(file)),
      html('p', {}, message === '' ? 'No message.' : message),
      html(
        'p',
        {},
        ...dotted(
          canRetry(state) && link('Retry', 'retry'),
          link('Copy link', 'copyLinks'),
          isTrouble(state) && link('Copy for support', 'copySupport'),
        ),
      ),
    );
  }

  /** What can be done with the selected ones, each action with its number. */
  #choose(): void {
    const { selection } = this.table;
    const files = selection.keys;
    const { campaign } = this.options;
    const again = files.filter((file) => canRetry(campaign.state(file)));
    const trouble = files.filter((file) => isTrouble(campaign.state(file)));
    const number = (items: readonly number[]) => (items.length === files.length ? '' : ` ${count(items.length)}`);
    renew(
      this.#chosen,
      ...(files.length === 0
        ? []
        : dotted(
            html('span', {}, `${count(files.length)} selected`),
            again.length > 0 && linkButton(`Retry${number(again)}`, 'retry chosen', () => this.#send('retry', again)),
            linkButton(files.length === 1 ? 'Copy link' : 'Copy links', 'copy chosen', () => this.#send('copyLinks', files)),
            trouble.length > 0 &&
              linkButton(`Copy${number(trouble)} for support`, 'support chosen', () => this.#send('copySupport', trouble)),
          )),
    );
  }

  #send(verb: 'retry' | 'export' | 'copySupport' | 'copyLinks', indices: readonly number[]): void {
    this.options.send({ type: 'files', verb, indices: [...indices].sort((a, b) => a - b) });
  }
}
