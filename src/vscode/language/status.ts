/** What the editor's language status says of a list: what is checked, or why something is not. */
import {
  languages,
  LanguageStatusSeverity,
  TabInputText,
  window,
  workspace,
  type Command,
  type Disposable,
  type DocumentSelector,
  type LanguageStatusItem,
} from 'vscode';
import type { LinkDocument } from '../../core/links/document';
import { count, plural } from '../../core/wording';
import { Store } from '../disposable';
import { languageId } from '../languageId';
import { detectsLinks, largeFileOptimizations, maxProblems } from '../settings';
import type { Sites } from '../sites';
import type { Sign } from './association';
import type { OpenLists } from './openLists';

/** Above these the editor gives a document no colours while its large file optimisations are on. */
const coloursUpTo = { characters: 20 * 1024 * 1024, lines: 300_000 };

export interface Said {
  readonly text: string;
  readonly detail: string;
  readonly severity: LanguageStatusSeverity;
  readonly command?: Command;
  /** The documents it is said of; lists when left out. */
  readonly selector?: DocumentSelector;
}

export class ListStatus implements Disposable {
  readonly #store = new Store();
  readonly #item = this.#store.add(languages.createLanguageStatusItem('grid.links.checked', languageId));
  #sites: LanguageStatusItem | undefined;

  constructor(
    private readonly lists: OpenLists,
    private readonly sites: Sites,
    private readonly sign: Sign,
  ) {
    this.#item.name = 'Grid Links';
    const show = (): void => this.#show();
    this.#store.add(lists.onChange(show));
    this.#store.add(window.onDidChangeActiveTextEditor(show));
    this.#store.add(window.tabGroups.onDidChangeTabs(show));
    this.#store.add(sites.onChange(show));
    this.#store.add(workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('grid.links') && show()));
    show();
  }

  #show(): void {
    const { text, detail, severity, command, selector = languageId } = this.#said();
    Object.assign(this.#item, { text, detail, severity, command, selector });
    this.#showSites();
  }

  #said(): Said {
    const document = window.activeTextEditor?.document;
    if (document === undefined) return window.tabGroups.activeTabGroup.activeTab?.input instanceof TabInputText ? tooLarge : nothing;
    if (document.languageId !== languageId) {
      const turnedOff = document.languageId === 'plaintext' && !detectsLinks() && this.sign.isShownBy(document);
      return turnedOff ? notDetected : nothing;
    }
    const list = this.lists.of(document);
    if (list === undefined) return nothing;
    return checked({
      links: list.facts().total,
      problems: list.problems().length,
      shownAtMost: maxProblems(),
      plain: largeFileOptimizations() && isLarge(list),
    });
  }

  #showSites(): void {
    const { problems } = this.sites;
    if (problems.length === 0) {
      this.#sites?.dispose();
      this.#sites = undefined;
      return;
    }
    if (this.#sites === undefined) {
      this.#sites = this.#store.add(languages.createLanguageStatusItem('grid.links.sites', languageId));
      this.#sites.name = 'Grid Links: sites';
    }
    this.#sites.text = `${plural(problems.length, 'site')} of the settings left out`;
    this.#sites.detail = problems.join(' ');
    this.#sites.severity = LanguageStatusSeverity.Warning;
    this.#sites.command = openSetting('Open Setting', 'grid.links.sites');
  }

  dispose(): void {
    this.#store.dispose();
  }
}

/** What is said of a list that is checked. */
export function checked(list: { links: number; problems: number; shownAtMost: number; plain: boolean }): Said {
  const { links, problems, shownAtMost, plain } = list;
  const text = `${plural(links, 'link')} checked, ${problems === 0 ? 'no problems' : plural(problems, 'problem')}`;
  const colours = plain ? 'No colours: the list is large, and editor.largeFileOptimizations is on.' : '';
  if (problems > shownAtMost) {
    const detail = [`${count(shownAtMost)} of them are shown.`, colours].join(' ').trim();
    return { text, detail, severity: LanguageStatusSeverity.Warning, command: openSetting('Show More', 'grid.links.maxProblems') };
  }
  const show = { title: 'Show Problems', command: 'workbench.actions.view.problems' };
  return { text, detail: colours, severity: LanguageStatusSeverity.Information, ...(problems > 0 ? { command: show } : {}) };
}

function isLarge({ lineCount, rows }: LinkDocument): boolean {
  return lineCount > coloursUpTo.lines || rows.reduce((sum, { text }) => sum + text.length + 1, 0) > coloursUpTo.characters;
}

const nothing: Said = { text: '', detail: '', severity: LanguageStatusSeverity.Information };

const tooLarge: Said = {
  text: 'Not checked: too large',
  detail: 'The editor keeps what is above 50 MB from extensions. Stage, Convert and Split read it from disk all the same.',
  severity: LanguageStatusSeverity.Warning,
};

const notDetected: Said = {
  text: 'Not checked: plain text',
  detail: 'It begins with a link, and finding lists in plain text is turned off.',
  severity: LanguageStatusSeverity.Information,
  command: openSetting('Open Setting', 'grid.links.detect'),
  selector: 'plaintext',
};

function openSetting(title: string, id: string): Command {
  return { title, command: 'workbench.action.openSettings', arguments: [id] };
}
