/** The staging panel of one campaign: its sections, what a person has set, and the news that come in. */
import type { CampaignHead, Files as CampaignFiles, FilesNews, FromStagingPanel } from '../../src/shared/staging';
import { html } from '../element';
import type { Host } from '../host';
import { Campaign } from './campaign';
import { Failures } from './failures';
import { Files } from './files';
import { everything, filtered, reservedLetters, toggled, waitingCodes, type Filter, type Scope, type View } from './filter';
import { Header } from './header';
import { History } from './history';
import { fresh, restored, type Kept } from './kept';
import { Observations } from './observations';
import { perLine, positionName, type Observation } from './observation';
import { reasonsOf, type Reason } from './reason';
import { Requests } from './requests';
import { stateLetters, fileStates, isTrouble } from '../../src/core/staging/state';

const narrow = matchMedia('(max-width: 760px)');
const halved = matchMedia('(max-width: 419px)');

export class StagingPanel {
  readonly element = html('div', { class: 'panel' });
  readonly #campaign: Campaign;
  readonly #header: Header;
  #observations: Observations;
  readonly #history = new History();
  readonly #failures: Failures;
  readonly #requests = new Requests(() => this.#keep());
  readonly #files: Files;
  readonly #columns = html('div', { class: 'columns' });
  readonly #beside = html('aside', {}, this.#history.element);
  readonly #main = html('main');
  readonly #life = new AbortController();
  #head: CampaignHead;
  #filter: Filter;
  #reasons: readonly Reason[] = [];
  #keeping: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: Host<FromStagingPanel>,
    head: CampaignHead,
    files: CampaignFiles,
  ) {
    this.#head = head;
    this.#campaign = new Campaign(files);
    const known = restored(host.kept(), head.id);
    const kept = known ?? fresh(head.id);
    this.#filter = known === undefined ? { ...everything, letters: this.#troubleLetters() } : kept.filter;
    const send = (message: FromStagingPanel) => host.send(message);
    this.#header = new Header({ send, toggle: (letter) => this.#toggle(letter) });
    this.#failures = new Failures({ send, show: (reason) => this.#scope({ kind: 'reason', reason: reason.key, state: reason.state }) });
    this.#observations = this.#newObservations();
    this.#files = new Files({
      campaign: this.#campaign,
      narrow: () => narrow.matches,
      send,
      text: (text) => this.#refilter({ ...this.#filter, text }),
      clear: () => this.#refilter(everything),
      changed: () => this.#keep(),
    });
    this.#beside.append(this.#failures.element);
    this.#columns.append(this.#observations.element, this.#beside);
    this.#main.append(this.#columns, this.#requests.element, this.#files.element);
    this.element.append(this.#header.element, this.#main);
    this.#files.field.value = this.#filter.text;
    this.#requests.open = kept.requests;
    this.#restoreObservations(kept);
    this.#listen();
    this.#show();
  }

  /** Puts the page where the person left it; to be called once the panel is in the page. */
  settle(): void {
    const [page = 0, list = 0, table = 0] = restored(this.host.kept(), this.#head.id)?.scroll ?? [];
    this.#observations.list.table.scroll = list;
    this.#files.table.scroll = table;
    window.scrollTo(0, page);
    // The editor brings a panel back after a restart by what is kept: the campaign must be in it before anything is touched.
    this.#write();
  }

  /** The panel leaves the page. */
  end(): void {
    this.#life.abort();
    clearTimeout(this.#keeping);
    this.#write();
  }

  news(head: CampaignHead, files?: FilesNews): void {
    this.#head = head;
    const changed = files === undefined ? new Set<number>() : this.#campaign.accept(files);
    this.#show(changed);
  }

  #show(changed?: ReadonlySet<number>): void {
    const head = this.#head;
    this.#observations.show(head, changed);
    this.#history.show(head);
    if (changed === undefined || changed.size > 0) {
      this.#reasons = reasonsOf(this.#campaign);
      this.#failures.show(this.#reasons);
    }
    this.#requests.show(head.requests);
    this.#columns.classList.toggle('many', this.#observations.many);
    const aside = [this.#history.element, this.#failures.element].some((element) => element.hidden === false);
    this.#columns.classList.toggle('alone', !aside);
    this.#header.show(head, this.#filter, this.#stalledCount());
    this.#showFiles(changed);
  }

  #showFiles(changed?: ReadonlySet<number>): void {
    const rows = filtered(this.#campaign, this.#filter, this.#view());
    this.#files.show(this.#head, this.#filter, rows, this.#scopeWords(), changed);
  }

  #refilter(filter: Filter): void {
    this.#filter = filter;
    if (this.#files.field.value !== filter.text) this.#files.field.value = filter.text;
    this.#header.filter(filter, this.#stalledCount());
    this.#showFiles(new Set());
    this.#files.table.scroll = 0;
    this.#keep();
  }

  #toggle(letter: string): void {
    this.#refilter(toggled(this.#filter, letter));
  }

  /** The table shows exactly these, and comes into sight with the focus on the first. */
  #scope(scope: Scope): void {
    this.#refilter({ ...everything, scope });
    this.#files.element.scrollIntoView({ block: 'nearest' });
    this.#files.table.focus(0);
  }

  #view(): View {
    const { scope } = this.#filter;
    const observed = new Set(this.#campaign.observations.filter(({ name }) => name in this.#head.stalled).map(({ index }) => index));
    const { observation } = this.#campaign.files;
    const waiting = new Set(waitingCodes);
    return {
      isStalled: (file) => observed.has(observation[file] ?? -1) && waiting.has(this.#campaign.codes[file] ?? -1),
      within: scope === undefined ? undefined : new Set(this.#within(scope)),
    };
  }

  #within(scope: Scope): readonly number[] {
    if (scope.kind === 'reason') return this.#reasons.find(({ key, state }) => key === scope.reason && state === scope.state)?.files ?? [];
    const observation = this.#campaign.observations.find(({ name }) => name === scope.observation);
    return scope.positions.map((position) => observation?.at[position] ?? -1);
  }

  #scopeWords(): string | undefined {
    const { scope } = this.#filter;
    if (scope === undefined) return undefined;
    if (scope.kind === 'reason')
      return this.#reasons.find(({ key, state }) => key === scope.reason && state === scope.state)?.words ?? scope.reason;
    const observation = this.#campaign.observations.find(({ name }) => name === scope.observation);
    const [first = 0] = scope.positions;
    const last = scope.positions.at(-1) ?? first;
    if (observation === undefined || scope.positions.length === observation.files.length) return scope.observation;
    const name = (position: number) => positionName(observation, position);
    return `${scope.observation} ${first === last ? name(first) : `${name(first)} to ${name(last)}`}`;
  }

  #stalledCount(): number {
    let sum = 0;
    for (const { name, counts } of this.#campaign.observations)
      if (name in this.#head.stalled) for (const code of waitingCodes) sum += counts[code] ?? 0;
    return sum;
  }

  /** A campaign opens on what needs a person, where there is any. */
  #troubleLetters(): string {
    return fileStates
      .filter((state) => isTrouble(state) && (this.#head.counts[state] ?? 0) > 0)
      .map((state) => stateLetters[state])
      .join('');
  }

  #newObservations(): Observations {
    return new Observations(
      {
        campaign: this.#campaign,
        columns: halved.matches ? perLine / 2 : perLine,
        show: (observation: Observation, positions) => this.#scope({ kind: 'positions', observation: observation.name, positions }),
        changed: () => this.#keep(),
      },
      this.#head,
    );
  }

  #restoreObservations(kept: Pick<Kept, 'complete' | 'observations' | 'open'>): void {
    this.#observations.complete = kept.complete;
    this.#observations.field.value = kept.observations;
    this.#observations.list.open = kept.open;
  }

  #listen(): void {
    const { signal } = this.#life;
    // Letters filter from wherever they mean nothing else: in maps and tables.
    this.element.addEventListener('keydown', (event) => {
      const inGrid = (event.target as Element).closest('[role=grid]') !== null;
      if (!inGrid || event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
      if (!reservedLetters.includes(event.key)) return;
      event.preventDefault();
      this.#toggle(event.key);
    });
    narrow.addEventListener('change', () => this.#files.table.refresh(), { signal });
    halved.addEventListener('change', () => this.#renewObservations(), { signal });
    for (const target of [window, this.#files.table.element])
      target.addEventListener('scroll', () => this.#keep(), { signal, passive: true });
  }

  /** Maps have another number of columns now. */
  #renewObservations(): void {
    const old = this.#observations;
    this.#observations = this.#newObservations();
    this.#restoreObservations({ complete: old.complete, observations: old.field.value, open: old.list.open });
    old.element.replaceWith(this.#observations.element);
    this.#observations.show(this.#head);
  }

  /** Leaves what is set with the editor, soon: scrolling sets something with each frame. */
  #keep(): void {
    this.#keeping ??= setTimeout(() => {
      this.#keeping = undefined;
      this.#write();
    }, 150);
  }

  #write(): void {
    this.host.keep({
      id: this.#head.id,
      filter: this.#filter,
      observations: this.#observations.field.value,
      open: this.#observations.list.open,
      complete: this.#observations.complete,
      requests: this.#requests.open,
      scroll: [window.scrollY, this.#observations.list.table.scroll, this.#files.table.scroll],
    } satisfies Kept);
  }
}
