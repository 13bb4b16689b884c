/** What a checked list looks like in the editor; loaded with the first check. */
import { languages, type Disposable, type Uri } from 'vscode';
import type { Desk } from '../../../core/staging/desk';
import type { Checks } from '../../checks';
import { Store } from '../../disposable';
import { languageId } from '../../languageId';
import type { OpenLists } from '../openLists';
import { Gutter } from './gutter';
import { Sights } from './sights';
import { StateWords } from './words';

export interface FacePorts {
  readonly lists: OpenLists;
  readonly checks: Checks;
  readonly desk: Desk;
  readonly clock: () => number;
  /** The folder of the drawings. */
  readonly drawings: Uri;
}

export class Face implements Disposable {
  readonly #store = new Store();
  readonly sights: Sights;

  constructor({ lists, checks, desk, clock, drawings }: FacePorts) {
    this.sights = this.#store.add(new Sights(lists, checks, desk));
    this.#store.add(new Gutter(this.sights, drawings));
    const words = this.#store.add(new StateWords(this.sights, clock));
    this.#store.add(languages.registerInlayHintsProvider(languageId, words));
  }

  dispose(): void {
    this.#store.dispose();
  }
}
