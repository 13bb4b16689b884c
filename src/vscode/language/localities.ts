/** Where the files of open lists are, as far as a check has told. Waits for the first check and loads the rest with it. */
import { EventEmitter, type Disposable, type TextDocument } from 'vscode';
import { Store } from '../disposable';
import { failure } from '../log';
import type { Face, FacePorts } from './locality/face';
import type { Seen, Sight } from './locality/sights';

export class Localities implements Disposable {
  readonly #store = new Store();
  readonly #changed = this.#store.add(new EventEmitter<void>());
  /** What lens and hovers say has changed. */
  readonly onChange = this.#changed.event;
  #loads = false;
  #face: Face | undefined;

  constructor(ports: FacePorts) {
    this.#store.add(
      ports.checks.onChange(() => {
        if (this.#loads) return;
        this.#loads = true;
        this.#load(ports).catch((error: unknown) => failure('What was checked cannot be shown.', error));
      }),
    );
  }

  async #load(ports: FacePorts): Promise<void> {
    const { Face: Loaded } = await import('./locality/face');
    const face = (this.#face = this.#store.add(new Loaded(ports)));
    this.#store.add(face.sights.onChange(() => this.#changed.fire()));
    this.#changed.fire();
  }

  of(document: TextDocument): Sight | undefined {
    return this.#face?.sights.of(document);
  }

  line(document: TextDocument, line: number): Seen | undefined {
    return this.#face?.sights.line(document, line);
  }

  dispose(): void {
    this.#store.dispose();
  }
}
