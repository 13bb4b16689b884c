/**
 * What is never deleted, whoever asks: the roots of the tree, the places of the settings, and everything above them. GRID_LRT
 * keeps such a list in its code; this one is the person's own.
 */
import { plural } from '../wording';
import { hostIn, nameIn, segmentsOf } from './location';

export interface Guard {
  /** Locations of the tree's roots. */
  readonly roots: readonly string[];
  // Written as "/pnfs/*/data/lofar/user".
  /** Locations, or paths of any host, in which an asterisk stands for one name. */
  readonly places: readonly string[];
}

/** Why a location must stay, as the end of a sentence; undefined where it may go. */
export function reasonToStay(location: string, { roots, places }: Guard): string | undefined {
  const names = segmentsOf(location);
  if (names.length === 0) return 'it is the top of a host';
  // By path alone: the same folder has other hosts for other protocols.
  const root = roots.map(segmentsOf).find((wanted) => isAbove(names, wanted));
  if (root !== undefined) return root.length === names.length ? 'it is a root of the tree' : 'a root of the tree lies in it';
  const place = places.find((each) => isAt(location, each) && isAbove(names, namesOf(each)));
  return place === undefined ? undefined : `${place} is protected`;
}

/** Whether the names lead to the place, or to what is above it. */
function isAbove(names: readonly string[], place: readonly string[]): boolean {
  return names.length <= place.length && names.every((name, at) => place[at] === '*' || place[at] === name);
}

function isAt(location: string, place: string): boolean {
  return !place.includes('://') || hostIn(location).toLowerCase() === hostIn(place).toLowerCase();
}

function namesOf(place: string): readonly string[] {
  return place.includes('://') ? segmentsOf(place) : place.split('/').filter((name) => name !== '');
}

/** The protected ones among locations that are to be deleted, each with its reason. */
export function guarded(locations: readonly string[], guard: Guard): readonly { readonly file: string; readonly message: string }[] {
  return locations.flatMap((file) => {
    const reason = reasonToStay(file, guard);
    return reason === undefined ? [] : [{ file, message: `${nameIn(file)} is not deleted: ${reason}.` }];
  });
}

/** "3 files and 1 folder" */
export function contentWords(files: number, folders: number): string {
  const parts = [...(files > 0 || folders === 0 ? [plural(files, 'file')] : []), ...(folders > 0 ? [plural(folders, 'folder')] : [])];
  return parts.join(' and ');
}
