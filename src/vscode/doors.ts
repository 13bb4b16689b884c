/** Which stager is asked for the files of which site: by its address, by what the settings say, and once by a question. */
import { window, type Memento } from 'vscode';
import { GridError } from '../core/errors';
import { answersFor, chooseDoors, type Choice, type Door, type Ways } from '../core/staging/door';
import { listing } from '../core/wording';
import type { ListSource } from './lists';
import { defaultStager, type StagerSetting } from './settings';
import type { Sites } from './sites';
import { kindOf } from './stagerKinds';
import type { Stagers } from './stagers';

/** What is wanted of a stager: to tell where files are, or to stage them. */
export type Task = 'check' | 'stage';

const memoryKey = 'grid.doors';
/** Answers that are remembered; older ones are asked for again. */
const atMost = 100;

export class Doors {
  constructor(
    private readonly stagers: Stagers,
    private readonly sites: Sites,
    private readonly memory: Memento,
  ) {}

  /** What is clear without a question. Rejects where no stager is able to do it at all. */
  clear(task: Task, sites: Iterable<string>, { forget = false } = {}): Choice {
    const remembered = forget ? {} : this.memory.get<Record<string, string>>(memoryKey, {});
    return chooseDoors(sites, this.#able(task), {
      preferred: defaultStager(),
      answered: (site, candidates) => remembered[keyOf(task, site, candidates)],
    });
  }

  /** For a program: the one that it names for all, else what is clear by rules that it can see. */
  named(task: Task, sites: Iterable<string>, name: string | undefined): Ways {
    if (name !== undefined) {
      const known = this.stagers.find(name).name;
      return new Map([...sites].map((site) => [site, known]));
    }
    const { chosen, open } = this.clear(task, sites, { forget: true });
    const names = [...new Set([...open.values()].flat().map((door) => door.name))];
    if (names.length === 0) return chosen;
    throw new GridError('rejected', `Several stagers could be meant: ${listing(names)}.`, {
      hint: 'Name one in the option "stager", or say in the setting grid.staging.stagers which "sites" each of them serves.',
    });
  }

  /** For a person: one question for all sites of which it is not clear, whose answer is remembered; undefined for none. */
  async meant(task: Task, sites: Iterable<string>, how: { readonly forget?: boolean } = {}): Promise<Ways | undefined> {
    const { chosen, open } = this.clear(task, sites, how);
    if (open.size === 0) return chosen;
    const items = answersFor(open).map((ways) => ({
      label: listing([...new Set(ways.values())]),
      // With one site, or one stager for all, the label says it.
      description: new Set(ways.values()).size === 1 ? '' : [...ways].map(([site, name]) => `${this.nameOf(site)}: ${name}`).join(', '),
      ways,
    }));
    const placeHolder = task === 'check' ? 'Ask which of them?' : 'With which stager?';
    const where = listing([...open.keys()].map((site) => this.nameOf(site)));
    const title = `${task === 'check' ? 'Check' : 'Stage'} files at ${where}`;
    const choice = await window.showQuickPick(items, { title, placeHolder: `${placeHolder} The answer is remembered.` });
    if (choice === undefined) return undefined;
    await this.#remember(task, open, choice.ways);
    return new Map([...chosen, ...choice.ways]);
  }

  /** Whether a question was answered before for one of these sites: then another stager could be had. */
  couldDiffer(task: Task, sites: Iterable<string>): boolean {
    return this.clear(task, sites, { forget: true }).open.size > 0;
  }

  nameOf(site: string): string {
    return this.sites.table.site(site)?.name ?? 'no known site';
  }

  async #remember(task: Task, open: Choice['open'], ways: Ways): Promise<void> {
    const fresh = [...open].map(([site, candidates]) => [keyOf(task, site, candidates), ways.get(site) ?? ''] as const);
    const before = Object.entries(this.memory.get<Record<string, string>>(memoryKey, {}));
    await this.memory.update(memoryKey, Object.fromEntries([...before, ...fresh].slice(-atMost)));
  }

  /** Rejects where there is none. */
  #able(task: Task): readonly Door[] {
    const all = task === 'check' ? this.stagers.tellers : this.stagers.all;
    if (all.length > 0) return all.map((each) => this.#doorOf(each, task));
    const names = this.stagers.all.map(({ name }) => name);
    if (names.length > 0) {
      throw new GridError('rejected', `${listing(names)} cannot tell where files are.`, { hint: 'Add a tape, dCache or gfal2 stager.' });
    }
    const hint = task === 'check' ? 'Add a tape, dCache or gfal2 stager: these tell where files are.' : 'Add one first.';
    throw new GridError('notFound', 'There is no stager yet.', { hint });
  }

  #doorOf({ name, kind, url, sites }: StagerSetting, task: Task): Door {
    const reach = kindOf(kind)?.reach ?? 'tools';
    const home = URL.canParse(url) ? this.sites.table.host(new URL(url).hostname).site?.id : undefined;
    // Asked only where files are, two doors to one storage say the same; recalled by one or by the other is not the same.
    return { name, sites, home, reach, ...(task === 'check' && reach === 'door' ? { pace: kind === 'tape' ? 1 : 2 } : {}) };
  }
}

function keyOf(task: Task, site: string, candidates: readonly Door[]): string {
  return [task, site, ...candidates.map(({ name }) => name).sort()].join('\n');
}

/** Site ids of the links, '' for those of none. */
export function sitesOf(sources: readonly Pick<ListSource, 'list'>[]): ReadonlySet<string> {
  return new Set(sources.flatMap(({ list }) => [...new Set(list.links.map(({ site }) => site?.id ?? ''))]));
}
