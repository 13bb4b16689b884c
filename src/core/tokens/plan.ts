/**
 * From a step file and a list of links to tokens: the list is taken apart by observation, each observation sliced by
 * subbands, and each slice becomes a token. A list of several observations is several sets of tokens, never one in which
 * the same subband of two observations meets.
 */
import { GridError } from '../errors';
import type { Link } from '../links/link';
import type { LinkList } from '../links/list';
import { byObservation, slices, unknownGroup } from '../links/split';
import { plural } from '../wording';
import { createTokens, tokenIds, type Dialect, type LinkSlice, type SharedAttachment, type TokenPlan } from './create';
import type { TokenDocument } from './state';
import { templateOf, type Fields } from './template';

/** What a person or a program may choose; whatever is absent follows from the step file and the list. */
export interface SetOptions {
  readonly dialect?: Dialect | undefined;
  readonly type?: string | undefined;
  /** Subbands in a token, at least 1; GRID_LRT's 10 when absent. */
  readonly slice?: number | undefined;
  readonly idPrefix?: string | undefined;
  readonly idAppend?: string | undefined;
  readonly keyName?: string | undefined;
  readonly set?: Fields | undefined;
  readonly attach?: readonly SharedAttachment[] | undefined;
  /**
   * Links whose files are there. A token of which one is not waits: made of a part of its files it would count as made later,
   * when the rest has come. All links when absent.
   */
  readonly ready?: ReadonlySet<string> | undefined;
}

export interface SetSource {
  /** Plain data of the step file. */
  readonly step: unknown;
  /** Its name without folders and ending; the type of tokens when the file names none. */
  readonly stem: string;
  readonly list: LinkList;
  /** Seconds since 1970. */
  readonly now: number;
}

/** A line of the list that becomes part of no token. */
export interface LeftLink {
  readonly link: string;
  readonly message: string;
}

export interface TokenSet {
  readonly dialect: Dialect;
  /** `type` of the tokens: `token` for PiCaS. */
  readonly type: string;
  /** In the order of the list's observations. */
  readonly ids: readonly string[];
  readonly links: number;
  readonly left: readonly LeftLink[];
  /** Tokens that wait for files, and how many files these are. */
  readonly waiting: { readonly tokens: number; readonly files: number };
  /** The documents, made as they are taken; those whose id is in `without` are left out. */
  documents(without?: ReadonlySet<string>): Iterable<TokenDocument>;
}

const sliceSize = 10;

/** @throws GridError `rejected` for what cannot become tokens, before any is made */
export function planTokens({ step, stem, list, now }: SetSource, options: SetOptions): TokenSet {
  const template = templateOf(step);
  const dialect = options.dialect ?? dialectOf(template, options.type);
  const name = nameOf(template, options.type, stem);
  const left: LeftLink[] = list.junk.map(({ line, text }) => ({ link: text.trim(), message: `Line ${line + 1} is not a link.` }));
  const groups = byObservation(list.links);
  if (list.links.length === 0)
    throw new GridError('rejected', 'There is no link in the list.', { hint: 'A token needs something to work on.' });
  if (groups.size > 1 && options.idAppend !== undefined)
    throw new GridError('rejected', `The list holds ${groups.size} observations, and all would get the ids of “${options.idAppend}”.`, {
      hint: 'Leave the observation out of the options, or split the list.',
    });
  const waiting = { tokens: 0, files: 0 };
  const plans = [...groups].map(([observation, links]): TokenPlan => {
    const known = observation === unknownGroup ? undefined : observation;
    const append = options.idAppend ?? known;
    const obsid = known !== undefined && wantsObservation(template) && options.set?.OBSID === undefined ? { OBSID: known } : {};
    return {
      dialect,
      type: name,
      template,
      slices: slicesOf(links, options.slice ?? sliceSize, left).filter((slice) => isReady(slice, options.ready, waiting)),
      now,
      set: { ...obsid, ...options.set },
      ...(append === undefined ? {} : { idAppend: append }),
      ...(options.idPrefix === undefined ? {} : { idPrefix: options.idPrefix }),
      ...(options.keyName === undefined ? {} : { keyName: options.keyName }),
      ...(options.attach === undefined ? {} : { attach: options.attach }),
    };
  });
  const made = plans.map((plan) => ({ ids: tokenIds(plan), documents: createTokens(plan) }));
  const ids = made.flatMap((each) => each.ids);
  if (ids.length === 0 && waiting.tokens > 0)
    throw new GridError(
      'rejected',
      `No token has all of its files online: ${plural(waiting.tokens, 'token')} wait for ${plural(waiting.files, 'file')}.`,
      {
        hint: 'Take fewer subbands in a token, or stage the rest first.',
      },
    );
  checkDistinct(ids);
  return {
    dialect,
    type: dialect === 'lrt' ? name : 'token',
    ids,
    links: plans.reduce((sum, plan) => sum + plan.slices.reduce((more, { links }) => more + links.length, 0), 0),
    left,
    waiting,
    *documents(without = new Set()) {
      for (const { documents } of made) for (const document of documents) if (!without.has(document._id as string)) yield document;
    },
  };
}

/** PiCaS's tokens are all of the type `token`. */
function dialectOf(template: Fields, type: string | undefined): Dialect {
  return (type ?? template.type) === 'token' ? 'picas' : 'lrt';
}

/** The word that stands in the ids: the type of GRID_LRT's tokens, the step of PiCaS's. */
function nameOf({ type: own, PIPELINE_STEP: step }: Fields, type: string | undefined, stem: string): string {
  const word = [type, own, step].find((each) => typeof each === 'string' && each !== '' && each !== 'token');
  return typeof word === 'string' ? word : stem;
}

/** A field OBSID that waits to be filled. */
function wantsObservation({ OBSID: id }: Fields): boolean {
  return id === '' || id === null;
}

/**
 * By subband as the file name says it. A list that names no subbands at all is counted through instead, and a link without
 * one among others that have one is left out and named.
 */
function slicesOf(links: readonly Link[], size: number, left: LeftLink[]): LinkSlice[] {
  const bands = new Map<string, string[]>();
  const counted = links.every(({ band }) => band === undefined);
  for (const [index, link] of links.entries()) {
    const digits = counted ? String(index) : link.band?.digits;
    if (digits === undefined) {
      left.push({ link: link.text, message: 'Its name says no subband.' });
      continue;
    }
    const same = bands.get(digits);
    if (same === undefined) bands.set(digits, [link.text]);
    else same.push(link.text);
  }
  return slices(bands, size).slices.map(({ name, values }) => ({ name, links: values.flat() }));
}

/** Counts what is held back. */
function isReady({ links }: LinkSlice, ready: ReadonlySet<string> | undefined, waiting: { tokens: number; files: number }): boolean {
  const missing = ready === undefined ? 0 : links.filter((link) => !ready.has(link)).length;
  if (missing === 0) return true;
  waiting.tokens++;
  waiting.files += missing;
  return false;
}

function checkDistinct(ids: readonly string[]): void {
  const seen = new Set<string>();
  for (const id of ids) {
    if (seen.has(id))
      throw new GridError('rejected', `Two tokens would have the id “${id}”.`, {
        hint: 'Choose another prefix or observation, or split the list.',
      });
    seen.add(id);
  }
}
