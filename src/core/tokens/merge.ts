/** Two versions of a token become one: by field, three-way where the version is known that both came from. */
import { compact, sameValue, type Member, type Verbatim, type VerbatimMap } from './verbatim';

/** Fields that are the pool's: what they are is decided there. */
export const poolFields: ReadonlySet<string> = new Set(['_id', '_rev', '_attachments']);

/** A field that both sides have changed, and not to the same. */
export interface Clash {
  /** Names from the document down: ["times", "running"]. */
  readonly path: readonly string[];
  /** As written; undefined where a side has removed it. */
  readonly mine: string | undefined;
  readonly theirs: string | undefined;
}

export interface Merged {
  /** With the pool's own fields as they have them, and mine wherever there is a clash. */
  readonly document: VerbatimMap;
  readonly clashes: readonly Clash[];
}

/**
 * What only one side has changed is taken from it, also within a field that is an object.
 * @param base the version both came from; without it every difference is a clash
 */
export function merge(base: VerbatimMap | undefined, mine: VerbatimMap, theirs: VerbatimMap): Merged {
  const clashes: Clash[] = [];
  const own = theirs.members.filter(({ name }) => poolFields.has(name));
  const document = mergeMaps(base && fieldsOf(base), fieldsOf(mine), fieldsOf(theirs), base !== undefined, [], clashes);
  return { document: { kind: 'map', members: [...own, ...document.members] }, clashes };
}

function fieldsOf({ members }: VerbatimMap): VerbatimMap {
  return { kind: 'map', members: members.filter(({ name }) => !poolFields.has(name)) };
}

function mergeMaps(
  base: VerbatimMap | undefined,
  mine: VerbatimMap,
  theirs: VerbatimMap,
  known: boolean,
  path: readonly string[],
  clashes: Clash[],
): VerbatimMap {
  const members: Member[] = [];
  const [before, ours, others] = [base, mine, theirs].map(byName) as [ByName, ByName, ByName];
  for (const name of new Set([...others.keys(), ...ours.keys()])) {
    const sides = { base: before.get(name), mine: ours.get(name), theirs: others.get(name) };
    const value = mergeValues(sides, known, [...path, name], clashes);
    if (value !== undefined) members.push({ name, value });
  }
  return { kind: 'map', members };
}

interface Sides {
  readonly base: Verbatim | undefined;
  readonly mine: Verbatim | undefined;
  readonly theirs: Verbatim | undefined;
}

function mergeValues({ base, mine, theirs }: Sides, known: boolean, path: readonly string[], clashes: Clash[]): Verbatim | undefined {
  if (sameValue(mine, theirs)) return theirs;
  if (known && sameValue(base, mine)) return theirs;
  if (known && sameValue(base, theirs)) return mine;
  if (mine?.kind === 'map' && theirs?.kind === 'map')
    return mergeMaps(base?.kind === 'map' ? base : undefined, mine, theirs, known, path, clashes);
  clashes.push({ path, mine: mine && compact(mine), theirs: theirs && compact(theirs) });
  return mine;
}

type ByName = ReadonlyMap<string, Verbatim>;

function byName(map: VerbatimMap | undefined): ByName {
  return new Map(map?.members.map(({ name, value }) => [name, value]));
}

/** Fields that differ between two versions, the pool's own left out. */
export function changedFields(before: VerbatimMap | undefined, after: VerbatimMap): readonly string[] {
  const [old, now] = [byName(before), byName(after)];
  return [...new Set([...old.keys(), ...now.keys()])].filter((name) => !poolFields.has(name) && !sameValue(old.get(name), now.get(name)));
}

/**
 * GRID_LRT's `synchronize`, without its fault of turning fields that one side lacks into null: the fields of both, and
 * where both have one, the preferred side's. The pool's own fields are left out.
 */
export function union(preferred: VerbatimMap, other: VerbatimMap): VerbatimMap {
  const all = new Map([...byName(other), ...byName(preferred)]);
  const names = new Set([...byName(preferred).keys(), ...all.keys()]);
  const members = [...names].flatMap((name): Member[] => {
    const value = all.get(name);
    return value === undefined || poolFields.has(name) ? [] : [{ name, value }];
  });
  return { kind: 'map', members };
}
