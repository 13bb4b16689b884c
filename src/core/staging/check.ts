/**
 * Where all files of a list are. Doors that can tell are asked in the order of their speed; what one cannot tell at all the
 * next one is asked, and what is wrong with one file ends nothing. No file is opened.
 */
import { asGridError, GridError } from '../errors';
import type { LocalityAnswer, LocalitySource } from '../ports';
import { isStaged, localities, stateOfLocality, type Locality } from './locality';
import { percentStaged, type FileState } from './state';

export interface CheckOptions {
  readonly signal: AbortSignal;
  /** Each link's answer as it comes, once a link. */
  readonly heard?: (link: string, answer: LocalityAnswer) => void;
  /** At most two hundred times in all, and at the end. */
  readonly progress?: (done: number, total: number) => void;
}

/** The contract of `grid.links.check`. */
export interface LocalityResult {
  /** Links of the list, each once. */
  readonly total: number;
  /** Localities that no file has are absent. */
  readonly counts: Readonly<Partial<Record<Locality, number>>>;
  /** Staged ÷ all, 0-100, one decimal, rounded down. */
  readonly percentStaged: number;
  readonly files: readonly { readonly link: string; readonly locality: Locality }[];
  /** Links of which the locality is not known, and why. They count in `total`, and as `UNKNOWN` nowhere. */
  readonly failed: readonly { readonly link: string; readonly message: string }[];
}

/** Codes in the table below: not heard of, then the localities, then trouble. */
const open = 0;
const trouble = localities.length + 1;

/** What is known of each link; a byte a link, and a text where there is trouble. Texts that repeat are kept once. */
export class LocalityCheck {
  readonly links: readonly string[];
  readonly #places: ReadonlyMap<string, number>;
  readonly #codes: Uint8Array;
  readonly #problems = new Map<number, string>();
  readonly #texts = new Map<string, string>();
  readonly #counts = new Map<Locality, number>();
  #done = 0;
  /** Ended before all was known, because somebody wished so. */
  cancelled = false;

  /** Links that come twice are one. */
  constructor(links: Iterable<string>) {
    this.links = [...new Set(links)];
    this.#places = new Map(this.links.map((link, place) => [link, place]));
    this.#codes = new Uint8Array(this.links.length);
  }

  get total(): number {
    return this.links.length;
  }

  /** Links of which something is known, be it trouble. */
  get done(): number {
    return this.#done;
  }

  /** How many have this locality. */
  count(locality: Locality): number {
    return this.#counts.get(locality) ?? 0;
  }

  /** Files that can be read now. */
  get staged(): number {
    return localities.reduce((sum, each) => (isStaged(each) ? sum + this.count(each) : sum), 0);
  }

  get failed(): number {
    return this.#problems.size;
  }

  /** Staged ÷ all, whatever is known of the others. */
  get percentStaged(): number {
    return percentStaged(this.staged, this.total);
  }

  isOpen(link: string): boolean {
    const place = this.#places.get(link);
    return place !== undefined && this.#codes[place] === open;
  }

  /** The answer of a link; undefined when there is none yet, or the link is not of this list. */
  answer(link: string): LocalityAnswer | undefined {
    const place = this.#places.get(link);
    const code = place === undefined ? open : (this.#codes[place] ?? open);
    if (place === undefined || code === open) return undefined;
    const locality = localities[code - 1];
    return locality === undefined ? { problem: this.#problems.get(place) ?? '' } : { locality };
  }

  /** The state of a link as trees, gutter and panels show it; trouble is `failed`. */
  state(link: string): FileState {
    const answer = this.answer(link);
    if (answer === undefined) return 'unknown';
    return 'locality' in answer ? stateOfLocality(answer.locality) : 'failed';
  }

  /** Takes an answer in; false for one that comes twice, or of a link that is not of this list: the first one counts. */
  hear(link: string, answer: LocalityAnswer): boolean {
    const place = this.#places.get(link);
    if (place === undefined || this.#codes[place] !== open) return false;
    this.#done++;
    if ('locality' in answer) {
      this.#codes[place] = localities.indexOf(answer.locality) + 1;
      this.#counts.set(answer.locality, this.count(answer.locality) + 1);
    } else {
      this.#codes[place] = trouble;
      this.#problems.set(place, this.#kept(answer.problem));
    }
    return true;
  }

  #kept(text: string): string {
    const same = this.#texts.get(text);
    if (same === undefined) this.#texts.set(text, text);
    return same ?? text;
  }

  /** All that is known, as small plain data: to be read again by `unpackCheck`. */
  get packed(): PackedCheck {
    return {
      links: this.links.join('\n'),
      codes: Array.from(this.#codes, (code) => code.toString(36)).join(''),
      problems: [...this.#problems],
    };
  }

  /** Plain data, in the order of the list. */
  get result(): LocalityResult {
    const files: { link: string; locality: Locality }[] = [];
    const failed: { link: string; message: string }[] = [];
    for (const link of this.links) {
      const answer = this.answer(link);
      if (answer === undefined) failed.push({ link, message: this.cancelled ? 'Not asked: the check was cancelled.' : 'Not asked.' });
      else if ('locality' in answer) files.push({ link, locality: answer.locality });
      else failed.push({ link, message: answer.problem });
    }
    const counts = Object.fromEntries(this.#counts) as LocalityResult['counts'];
    return { total: this.total, counts, percentStaged: this.percentStaged, files, failed };
  }
}

/** A check at rest: links one a line, a digit a link, and the texts of trouble by the link's place. */
export interface PackedCheck {
  readonly links: string;
  readonly codes: string;
  readonly problems: readonly (readonly [place: number, text: string])[];
}

/** @throws nothing: what does not fit is left open */
export function unpackCheck({ links, codes, problems }: PackedCheck): LocalityCheck {
  const check = new LocalityCheck(links === '' ? [] : links.split('\n'));
  const texts = new Map(problems);
  for (const [place, link] of check.links.entries()) {
    const code = parseInt(codes[place] ?? '0', 36);
    const locality = localities[code - 1];
    if (locality !== undefined) check.hear(link, { locality });
    else if (code === trouble) check.hear(link, { problem: texts.get(place) ?? '' });
  }
  return check;
}

/**
 * Asks for each link the sources that take it, one after the other, until one of them knows the way. Links with the same
 * sources go together; those with others at the same time. Resolves with what could be learned, also after a cancel;
 * rejects only when there is nothing to ask.
 */
export async function checkLocality(
  links: Iterable<string>,
  sources: readonly LocalitySource[],
  { signal, heard, progress }: CheckOptions,
): Promise<LocalityCheck> {
  const check = new LocalityCheck(links);
  const step = Math.max(1, Math.floor(check.total / 200));
  const hear = (link: string, answer: LocalityAnswer) => {
    if (!check.hear(link, answer)) return;
    heard?.(link, answer);
    if (check.done % step === 0 && check.done < check.total) progress?.(check.done, check.total);
  };
  if (sources.length === 0) {
    throw new GridError('toolMissing', 'Nothing here can tell where files are.', {
      hint: 'Add a tape or dCache stager, or install gfal2 on this machine.',
    });
  }
  await Promise.all(groups(check.links, sources).map((group) => askGroup(check, group, hear, signal)));
  check.cancelled = signal.aborted && check.done < check.total;
  progress?.(check.done, check.total);
  return check;
}

interface Group {
  readonly sources: readonly LocalitySource[];
  readonly links: string[];
}

function groups(links: readonly string[], sources: readonly LocalitySource[]): readonly Group[] {
  const found = new Map<string, Group>();
  for (const link of links) {
    const takers = sources.filter((source) => source.takes?.(link) ?? true);
    const key = takers.map((source) => sources.indexOf(source)).join();
    const group = found.get(key);
    if (group === undefined) found.set(key, { sources: takers, links: [link] });
    else group.links.push(link);
  }
  return [...found.values()];
}

async function askGroup(
  check: LocalityCheck,
  { sources, links }: Group,
  hear: (link: string, answer: LocalityAnswer) => void,
  signal: AbortSignal,
): Promise<void> {
  let left: readonly string[] = links;
  let problem = 'No door that can tell takes this link.';
  for (const source of sources) {
    if (left.length === 0 || signal.aborted) return;
    try {
      await source.locality(left, { signal, heard: hear });
      problem = `${source.name} did not tell of this file.`;
    } catch (thrown) {
      problem = asGridError(thrown).sentence;
    }
    left = left.filter((link) => check.isOpen(link));
  }
  if (!signal.aborted) for (const link of left) hear(link, { problem });
}
