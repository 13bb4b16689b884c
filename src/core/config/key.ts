/** What may stand under a key of step configuration: types from which the lint, hover, completion, schema and docs are made. */

export type Kind = 'text' | 'integer' | 'number' | 'flag' | 'nothing' | 'map' | 'list' | 'any';

/** What a text has to look like, beyond being text. */
export type Format =
  | 'shell-variable'
  | 'attachment-variable'
  | 'grid-url'
  | 'git-url'
  | 'name'
  | 'folder'
  | 'storage-path'
  | 'upload-template'
  | 'upload-location'
  | 'pattern'
  | 'name-format';

export interface KeySpec {
  readonly kinds: readonly Kind[];
  /** One or two sentences, for hover and docs. */
  readonly doc: string;
  readonly required?: true;
  /** Values that make sense, each with its meaning. */
  readonly values?: Readonly<Record<string, string>>;
  /** No other values than those. */
  readonly closed?: true;
  readonly format?: Format;
  readonly minimum?: number;
  /** Keys below, by name. */
  readonly keys?: Readonly<Record<string, KeySpec>>;
  /** What stands under keys whose names are the person's own. */
  readonly others?: KeySpec;
  /** How such a name is called in sentences: "token field". */
  readonly otherName?: string;
  /** Items of a list. */
  readonly item?: KeySpec;
  /** No tool acts on it: why, or what does instead. */
  readonly unused?: string;
  /** The library writes this field itself when it makes the token. */
  readonly reserved?: true;
}

/** The forms in which step configuration is written. */
export type Dialect = 'v0.5' | 'v1' | 'workbench' | 'token' | 'legacy';

export const dialectNames: Readonly<Record<Dialect, string>> = {
  'v0.5': 'GRID_LRT v0.5',
  v1: 'GRID_LRT v1',
  workbench: 'Grid Workbench',
  token: 'token template',
  legacy: 'GRID_LRT of 2017',
};
