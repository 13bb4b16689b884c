/** What went wrong, by meaning: how often, since when, and what can be done about it. */
import { count, plural } from '../../src/core/wording';
import type { ErrorKey, FromPoolPanel, PoolSight } from '../../src/shared/pool';
import { dotted, html, linkButton, renew, type Child } from '../element';
import { Keys } from '../keys';
import { spark } from '../spark';
import { Table } from '../table';
import { codeWords, spanWords, stepName, stepsWords, type Group } from './words';

export interface ErrorsOptions {
  /** Whether the page is too narrow for all columns. */
  narrow(): boolean;
  send(message: FromPoolPanel): void;
}

/** Remedies after which the same token may well succeed. */
const resettable: ReadonlySet<string> = new Set(['Retry', 'Retry once staged', 'Give more memory']);

export class Errors {
  readonly element = html('section', { class: 'errors', 'aria-labelledby': 'errors' });
  readonly #words = html('span', { class: 'quiet' });
  readonly #chosen = html('span', { class: 'chosen' });
  readonly #keys = new Keys<Group>(({ code, field }) => `${code ?? ''} ${field ?? ''}`);
  readonly #table: Table;
  #now = 0;

  constructor(private readonly options: ErrorsOptions) {
    this.#table = new Table({
      label: 'Errors',
      description: 'Enter shows the tokens, Space selects for an action above.',
      kind: 'erred',
      columns: [
        { name: 'Tokens', class: 'number' },
        { name: 'Meaning' },
        { name: 'Code', class: 'number' },
        { name: 'Step', class: 'secondary' },
        { name: '24 h', class: 'hours' },
        { name: 'When', class: 'secondary' },
        { name: 'Retry', class: 'secondary' },
        { name: '' },
      ],
      reserved: '',
      name: (key) => this.#keys.get(key)?.meaning ?? '',
      cells: (key) => this.#cells(this.#keys.get(key)),
      detail: (key) => this.#detail(this.#keys.get(key)),
      enter: (key) => this.#send('show', [key]),
      follows: () => options.narrow(),
      selected: () => this.#choose(),
    });
    const title = html('div', { class: 'over' }, html('h2', { id: 'errors' }, 'Errors'), this.#words, this.#chosen);
    const all = linkButton('Export their links…', 'export errors', () => options.send({ type: 'errors', verb: 'export', groups: [] }));
    title.append(html('span', { class: 'aside' }, all));
    this.element.append(title, this.#table.element);
  }

  show({ errors = [], now }: PoolSight): void {
    this.#now = now;
    this.element.hidden = errors.length === 0;
    const total = errors.reduce((sum, group) => sum + group.count, 0);
    this.#words.textContent = `${plural(total, 'token')}, ${plural(errors.length, 'meaning')}`;
    const keys = this.#keys.renew(errors);
    this.#table.selection.retain((key) => this.#keys.get(key) !== undefined);
    this.#table.setRows(keys);
    this.#choose();
  }

  /** Draws again, as after a change of width. */
  refresh(): void {
    this.#table.refresh();
  }

  #cells(group: Group | undefined): Child[] {
    if (group === undefined) return [];
    const { count: number, meaning, code, steps, hours, span, remedy } = group;
    const when = span === undefined ? '' : spanWords(span, this.#now);
    return [
      html('b', {}, count(number)),
      html('span', { title: meaning }, meaning, group.once === undefined ? '' : html('span', { class: 'quiet' }, ` · ${onceWords(group)}`)),
      code === null ? html('span', { class: 'quiet', title: 'The job left no exit code' }, 'none') : codeWords(code),
      html('span', { title: steps.map(stepWords).join('\n') }, stepsWords(steps)),
      hours === undefined ? '' : html('span', { title: hoursWords(hours) }, spark([{ counts: hours }], 16)),
      html('span', { class: span?.kind === 'rising' ? 'warning' : 'quiet', title: when }, when),
      remedy,
      this.#action(group),
    ];
  }

  /** The one most useful thing; the others stand above the table once the row is selected. */
  #action(group: Group): HTMLElement {
    const verb = resettable.has(group.remedy) ? 'reset' : 'show';
    const words = verb === 'reset' ? `Reset ${count(group.count)}…` : 'Show';
    return linkButton(words, `${verb} ${group.code ?? ''} ${group.field ?? ''}`, () => this.#tell(verb, [group]), {
      'aria-description': group.meaning,
    });
  }

  #detail(group: Group | undefined): HTMLElement {
    if (group === undefined) return html('div');
    const { meaning, span, remedy, steps, field } = group;
    const when = span === undefined ? undefined : spanWords(span, this.#now);
    return html(
      'div',
      { class: 'full' },
      html('p', {}, meaning, group.once === undefined ? '' : ` · ${onceWords(group)}`),
      html(
        'p',
        { class: 'quiet' },
        ...dotted(remedy, when, field === null ? undefined : `code in ${field}`, steps.map(stepWords).join(', ')),
      ),
    );
  }

  /** What can be done with the selected rows, each action with its number of tokens. */
  #choose(): void {
    const keys = this.#table.selection.keys;
    const groups = keys.flatMap((key) => this.#keys.get(key) ?? []);
    const tokens = groups.reduce((sum, group) => sum + group.count, 0);
    const link = (words: string, verb: 'show' | 'reset' | 'export') => linkButton(words, `${verb} chosen`, () => this.#tell(verb, groups));
    renew(
      this.#chosen,
      ...(groups.length === 0
        ? []
        : dotted(
            html('span', {}, `${plural(tokens, 'token')} selected`),
            link('Show', 'show'),
            link(`Reset ${count(tokens)}…`, 'reset'),
            link('Export links…', 'export'),
          )),
    );
  }

  #send(verb: 'show' | 'reset' | 'export', keys: readonly number[]): void {
    this.#tell(
      verb,
      keys.flatMap((key) => this.#keys.get(key) ?? []),
    );
  }

  #tell(verb: 'show' | 'reset' | 'export', groups: readonly ErrorKey[]): void {
    this.options.send({ type: 'errors', verb, groups: groups.map(({ code, field }) => ({ code, field })) });
  }
}

function onceWords({ once }: Group): string {
  return once === undefined ? '' : `${plural(once.count, 'token')} from before March 2018: ${once.meaning}`;
}

function stepWords({ step, count: number }: Group['steps'][number]): string {
  return `${stepName(step)}: ${count(number)}`;
}

function hoursWords(hours: readonly number[]): string {
  const total = hours.reduce((sum, number) => sum + number, 0);
  return `${count(total)} in the last 24 h, at most ${count(Math.max(...hours))} in an hour`;
}
