/**
 * The views that pilots and people of either dialect count on, as text, and how they join what a server has already.
 * One write for the whole design document: each write rebuilds its indexes.
 * Sources: picasclient's create_views.py; GRID_LRT's TokenHandler (0.5) and TokenView, TokenList (1).
 */
import { recordIn } from './document';
import { literal, sameScript } from './script';
import type { Dialect } from './create';
import type { Design, DesignView } from './pool';
import type { TokenDocument } from './state';

export interface ViewText {
  readonly map: string;
  readonly reduce?: string;
}

export interface DesignPlan {
  /** Without `_design/`. */
  readonly name: string;
  readonly views: Readonly<Record<string, ViewText>>;
  /** Fields beside the views. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** A map over tokens of a type: rows for those of which the condition holds. Both go into the script as they are. */
export function mapText(type: string, condition: string, emit = 'doc._id, doc._id'): string {
  return `function(doc) { if(doc.type == ${literal(type)}) { if(${condition}) { emit(${emit}); } } }`;
}

const sum = 'function (key, values, rereduce) { return sum(values); }';
const todo = 'doc.lock == 0 && doc.done == 0';
const locked = 'doc.lock > 0 && doc.done == 0';
const closed = 'doc.lock > 0 && doc.done > 0';

export interface StandardOptions {
  /** Type of the tokens; `token` for PiCaS. */
  readonly type: string;
  /** PiCaS: a design document of its own for a part of the tokens, such as `SingleCore`; `Monitor` when absent. */
  readonly design?: string;
  /** PiCaS: what singles this part out, such as `doc.cores == 1`. */
  readonly condition?: string;
  /** GRID_LRT: which of its two generations reads the views; 1 when absent. */
  readonly generation?: '0.5' | '1';
  /** GRID_LRT 1: the launcher that workers check out. */
  readonly apiVersion?: string;
}

/** The standard set: `todo`, `locked`, `done`, `error` and the overview. */
export function standardDesign(dialect: Dialect, options: StandardOptions): DesignPlan {
  return dialect === 'picas' ? picasDesign(options) : lrtDesign(options);
}

function picasDesign({ type, design = 'Monitor', condition }: StandardOptions): DesignPlan {
  const appendix = condition === undefined ? '' : ` && (${condition})`;
  const conditions = {
    todo,
    locked,
    done: `${closed} && parseInt(doc.exit_code) == 0`,
    error: `${closed} && parseInt(doc.exit_code) != 0`,
  };
  const views = Object.entries(conditions).map(([name, when]) => [name, { map: mapText(type, `${when}${appendix}`) }] as const);
  const buckets = Object.entries(conditions).map(([name, when]) => [name, `${when}${appendix}`] as const);
  return { name: design, views: { ...Object.fromEntries(views), overview_total: overview(type, buckets) } };
}

/** Buckets of GRID_LRT's overviews. They overlap, and leave gaps. */
function lrtBuckets(generation: '0.5' | '1'): readonly (readonly [string, string])[] {
  return [
    ['todo', todo],
    ['downloading', `doc.lock > 0 && doc.status == 'downloading'`],
    ['done', `${closed} && doc.output == 0`],
    ['error', `doc.lock > 0 && doc.output != 0${generation === '1' ? ' && doc.output != ""' : ''}`],
    ['waiting', `doc.lock > 0 && doc.status == 'launched'`],
    ['running', `${locked} && doc.status != 'downloading'`],
  ];
}

function lrtDesign({ type, generation = '1', apiVersion }: StandardOptions): DesignPlan {
  const first = generation === '1';
  return {
    name: type,
    views: {
      todo: { map: mapText(type, todo) },
      locked: { map: first ? mapText(type, locked, 'doc._id, doc.status') : mapText(type, locked) },
      done: { map: mapText(type, 'doc.status == "done"') },
      error: {
        map: first
          ? mapText(type, 'doc.status == "error"', 'doc._id, doc.status')
          : mapText(type, 'doc.output != 0', 'doc._id, doc.output'),
      },
      [first ? 'overview_view' : 'overview_total']: overview(type, lrtBuckets(generation)),
    },
    ...(apiVersion === undefined ? {} : { fields: { PICAS_API_VERSION: apiVersion } }),
  };
}

/** GRID_LRT's “mapreduce view”: an overview of the tokens of which a condition holds. */
export function mapReduceView(type: string, condition: string): ViewText {
  return overview(
    type,
    lrtBuckets('1').map(([name, when]) => [name, `${when} && (${condition})`] as const),
  );
}

/** Counts by bucket; each bucket whose rule holds counts the token. */
function overview(type: string, buckets: readonly (readonly [string, string])[]): ViewText {
  const rules = buckets.map(([name, condition]) => `if(${condition}) { emit('${name}', 1); }`).join(' ');
  return { map: `function(doc) { if(doc.type == ${literal(type)}) { ${rules} } }`, reduce: sum };
}

export interface Merge {
  /** What to write; undefined when everything is there already. */
  readonly document: TokenDocument | undefined;
  readonly added: readonly string[];
  readonly replaced: readonly string[];
  /** Views of the same name with another text, left as they are: replacing them is for the person to decide. */
  readonly differing: readonly string[];
}

/**
 * How a plan joins a design document. Views and fields that the plan does not name are kept; texts that differ in blanks
 * and comments are the same.
 * @param replace names of views that may be replaced
 */
export function mergeDesign(found: TokenDocument | undefined, plan: DesignPlan, replace: readonly string[] = []): Merge {
  const views: Record<string, unknown> = { ...recordIn(found?.views) };
  const added: string[] = [];
  const replaced: string[] = [];
  const differing: string[] = [];
  for (const [name, view] of Object.entries(plan.views)) {
    const there = Object.hasOwn(views, name) ? views[name] : undefined;
    if (there !== undefined && sameView(there, view)) continue;
    if (there !== undefined && !replace.includes(name)) {
      differing.push(name);
      continue;
    }
    (there === undefined ? added : replaced).push(name);
    views[name] = view;
  }
  const fields = Object.entries(plan.fields ?? {}).filter(([field, value]) => found?.[field] !== value);
  const change = added.length + replaced.length + fields.length > 0;
  const base = found ?? { _id: `_design/${plan.name}`, language: 'javascript' };
  return { document: change ? { ...base, ...Object.fromEntries(fields), views } : undefined, added, replaced, differing };
}

function sameView(there: unknown, wanted: ViewText): boolean {
  const { map, reduce } = recordIn(there) ?? {};
  if (typeof map !== 'string' || !sameScript(map, wanted.map)) return false;
  return reduce === undefined || wanted.reduce === undefined
    ? reduce === wanted.reduce
    : typeof reduce === 'string' && sameScript(reduce, wanted.reduce);
}

/** The design document without a view; 'delete' when it was its last one and nothing else would be lost. */
export function withoutView(found: TokenDocument | undefined, name: string): TokenDocument | 'delete' | 'keep' {
  const views = recordIn(found?.views);
  if (found === undefined || views === undefined || !Object.hasOwn(views, name)) return 'keep';
  const rest = Object.fromEntries(Object.entries(views).filter(([each]) => each !== name));
  const plain = ['_id', '_rev', 'language', 'views', 'options'];
  if (Object.keys(rest).length === 0 && Object.keys(found).every((field) => plain.includes(field))) return 'delete';
  return { ...found, views: rest };
}

/** A design document as the port shows it; views without a map are left out. */
export function readDesign(document: TokenDocument): Design {
  const { _id: id, _rev: rev } = document;
  const views = Object.entries(recordIn(document.views) ?? {}).flatMap(([name, value]): DesignView[] => {
    const { map, reduce } = recordIn(value) ?? {};
    if (typeof map !== 'string') return [];
    return [{ name, map, ...(typeof reduce === 'string' ? { reduce } : {}) }];
  });
  return { name: (typeof id === 'string' ? id : '').replace(/^_design\//, ''), rev: typeof rev === 'string' ? rev : '', views, document };
}

/** Views by which servers count tokens themselves. */
export const overviewNames = ['overview_total', 'overview_view'] as const;

/** The condition of a status view, for a tooltip: what stands in its innermost `if`; the whole map when it has another shape. */
export function conditionOf(map: string): string {
  const tests = [...map.matchAll(/\bif\s*\(/g)];
  const last = tests.at(-1);
  if (last === undefined) return map.trim();
  const start = last.index + last[0].length;
  let depth = 1;
  for (let at = start; at < map.length; at++) {
    if (map[at] === '(') depth++;
    else if (map[at] === ')' && --depth === 0) return tests.length > 2 ? map.trim() : map.slice(start, at).trim();
  }
  return map.trim();
}

/** The type that the maps of a design document ask for: told by a view that it has, else by what its name means to the tools. */
export function typeIn(design: string, views: readonly { readonly map: string }[]): string {
  for (const { map } of views) {
    const [, , text] = /doc\.type\s*===?\s*(["'])((?:(?!\1)[^\\])*)\1/.exec(map) ?? [];
    if (text !== undefined) return text;
  }
  return design === 'Monitor' ? 'token' : design;
}
