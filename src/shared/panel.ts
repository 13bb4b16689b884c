/** What every panel and its host say to each other, whatever the panel shows. */

/** A run of words in one tone. */
export interface Phrase {
  readonly text: string;
  readonly tone: 'plain' | 'warning' | 'error';
}

/** A button of a panel; each is a command too. */
export interface Action<Id extends string> {
  /** What `{ type: 'act', id }` names. */
  readonly id: Id;
  readonly label: string;
  readonly primary?: boolean;
  /** Why it cannot be used now; title and description of the disabled button. */
  readonly disabled?: string;
}

/** A line below the title, with what can be done about it: a server that is silent, a request nobody can be sure of. */
export interface Notice {
  /** Stable while the same thing is meant. */
  readonly id: string;
  readonly tone: 'plain' | 'warning' | 'error';
  readonly sentence: string;
  /** What `{ type: 'answer', notice, answer }` may name. */
  readonly answers: readonly { readonly id: string; readonly label: string }[];
}
