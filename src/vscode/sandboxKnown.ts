/** What is known of a sandbox that was built or published: plain data, without the editor. */
import type { Built } from '../adapters/sandboxBuild';
import type { Published } from '../adapters/sandboxUpload';
import type { BuildStep } from '../core/sandbox/plan';
import type { Recipe } from '../core/sandbox/recipe';

export const uploadSteps: readonly Pick<BuildStep, 'id' | 'title' | 'detail'>[] = [
  { id: 'upload', title: 'Upload', detail: '' },
  { id: 'verify', title: 'Verify checksum', detail: '' },
  { id: 'place', title: 'Put in place', detail: '' },
];

export type RunKind = 'build' | 'upload';

/** A tar, and the recipe that it was made by. */
export type KnownBuilt = Omit<Built, 'cached'> & { readonly recipe: string; readonly at: number };

export interface KnownPublished extends Pick<Built, 'bytes' | 'sha256' | 'entries' | 'manifest'> {
  readonly location: string;
  readonly unpruned?: string;
  readonly at: number;
}

/** Recipes that come to the same sandbox are the same text. */
export function recipeKey(recipe: Recipe, lineEnds: boolean): string {
  return JSON.stringify([recipe, lineEnds]);
}

export function publishedOf(
  { location, unpruned }: Published,
  { bytes, sha256, entries, manifest }: KnownBuilt,
  at: number,
): KnownPublished {
  return { location, bytes, sha256, entries, manifest, at, ...(unpruned === undefined ? {} : { unpruned }) };
}

/** The recipe of such a text. */
export function recipeIn(key: string): Recipe {
  const [recipe] = JSON.parse(key) as [Recipe, boolean];
  return recipe;
}

/** Where it was put last: a folder, or the whole name where that stays the same for all versions. */
export function lastFolder({ location }: Pick<KnownPublished, 'location'>, stem: string): string {
  const at = location.lastIndexOf('/');
  return /^-[0-9a-f]{8}\.tar(\.gz)?$/.test(location.slice(at + 1 + stem.length)) ? location.slice(0, at) : location;
}
