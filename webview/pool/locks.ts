/** The oldest locks: who holds them, and which look as if their pilot were gone. */
import { count, duration, moment } from '../../src/core/wording';
import type { FromPoolPanel, LocksSight, PoolSight } from '../../src/shared/pool';
import { dotted, html, linkButton, renew, type Child } from '../element';
import { Keys } from '../keys';
import { symbol } from '../symbols';
import { Table } from '../table';
import { fullMoment } from '../words';
import { locksWords } from './words';

type Lock = LocksSight['oldest'][number];

export interface LocksOptions {
  narrow(): boolean;
  send(message: FromPoolPanel): void;
}

/** Seconds since 1970; what is less is a mark, not a time. */
const leastTime = 100_000_000;

export class Locks {
  readonly element = html('section', { class: 'locks', 'aria-labelledby': 'locks' });
  readonly #words = html('span', { class: 'quiet' });
  readonly #chosen = html('span', { class: 'chosen' });
  readonly #aside = html('span', { class: 'aside' });
  readonly #keys = new Keys<Lock>(({ id }) => id);
  readonly #table: Table;
  #now = 0;

  constructor(private readonly options: LocksOptions) {
    this.#table = new Table({
      label: 'Oldest locks',
      description: 'Enter shows the token, Space selects for an action above.',
      kind: 'locked',
      columns: [
        { name: 'Token' },
        { name: 'Locked for', class: 'number' },
        { name: 'Judgement' },
        { name: 'Since', class: 'secondary' },
        { name: 'Status', class: 'secondary' },
        { name: 'Job', class: 'secondary' },
        { name: 'Host', class: 'secondary' },
      ],
      reserved: '',
      name: (key) => this.#keys.get(key)?.id ?? '',
      cells: (key) => this.#cells(this.#keys.get(key)),
      detail: (key) => this.#detail(this.#keys.get(key)),
      enter: (key) => this.#send('show', [key]),
      follows: () => options.narrow(),
      selected: () => this.#choose(),
    });
    const title = html('div', { class: 'over' }, html('h2', { id: 'locks' }, 'Oldest locks'), this.#words, this.#chosen, this.#aside);
    this.element.append(title, this.#table.element);
  }

  show({ locks, counts, now }: PoolSight): void {
    this.#now = now;
    this.element.hidden = locks === undefined || locks.oldest.length === 0;
    if (locks === undefined) return;
    // Counts and locks are read one after the other: a lock may have been set in between.
    this.#words.textContent = locksWords(locks, Math.max(counts?.locked ?? 0, locks.oldest.length));
    renew(
      this.#aside,
      locks.stuck > 0 && linkButton(`Unlock ${count(locks.stuck)}…`, 'unlock stuck', () => this.options.send({ type: 'unlockStuck' })),
    );
    const keys = this.#keys.renew(locks.oldest);
    this.#table.selection.retain((key) => this.#keys.get(key) !== undefined);
    this.#table.setRows(keys);
    this.#choose();
  }

  refresh(): void {
    this.#table.refresh();
  }

  #cells(lock: Lock | undefined): Child[] {
    if (lock === undefined) return [];
    const { id, stuck, job, host, step, status } = lock;
    const since = lock.lock * 1000;
    const timed = lock.lock >= leastTime;
    const beside = status ?? step ?? '';
    return [
      html('span', { class: 'mono', title: id }, id),
      timed ? duration(this.#now - since) : html('span', { class: 'quiet', title: `lock is ${lock.lock}, which is no time` }, 'unknown'),
      stuck ? html('span', {}, symbol('warning'), html('span', { class: 'warning' }, 'looks stuck')) : '',
      timed ? html('span', { title: fullMoment(since) }, moment(since, this.#now)) : '',
      html('span', { title: beside }, beside),
      html('span', { title: job ?? '' }, job ?? ''),
      html('span', { title: host ?? '' }, host ?? ''),
    ];
  }

  #detail(lock: Lock | undefined): HTMLElement {
    if (lock === undefined) return html('div');
    const { id, job, host, step, status } = lock;
    const named = (name: string, value: string | null) => (value === null ? undefined : `${name} ${value}`);
    return html(
      'div',
      { class: 'full' },
      html('p', { class: 'mono' }, id),
      html('p', { class: 'quiet' }, ...dotted(named('job', job), named('host', host), named('step', step), named('status', status))),
    );
  }

  #choose(): void {
    const { keys } = this.#table.selection;
    renew(
      this.#chosen,
      ...(keys.length === 0
        ? []
        : dotted(
            html('span', {}, `${count(keys.length)} selected`),
            keys.length === 1 && linkButton('Show', 'show lock', () => this.#send('show', keys)),
            linkButton(`Unlock ${count(keys.length)}…`, 'unlock chosen', () => this.#send('unlock', keys)),
          )),
    );
  }

  #send(verb: 'show' | 'unlock', keys: readonly number[]): void {
    this.options.send({ type: 'locks', verb, ids: keys.flatMap((key) => this.#keys.get(key)?.id ?? []) });
  }
}
