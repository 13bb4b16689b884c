import { type RuleDoc, type Severity } from '../rules';
import { count } from '../wording';
import { siteSetting } from './site';

/** Stable words under which people look up, silence and count problems. */
export type ProblemCode =
  | 'not-a-link'
  | 'quoted-link'
  | 'comma-in-link'
  | 'joined-links'
  | 'bad-address'
  | 'unknown-host'
  | 'wrong-port'
  | 'retired-host'
  | 'double-slash'
  | 'trailing-text'
  | 'mixed-observations'
  | 'mixed-sites'
  | 'missing-subbands'
  | 'duplicate-link'
  | 'duplicate-subband';

/**
 * How sure a mend is.
 *
 * - `certain`: afterwards the list means the same and is right. Done without being looked at, also on saving.
 * - `likely`: what nearly everybody wants; a person says so, for one place or for all that have the problem.
 * - `choice`: one of several ways, which may lose something. Offered for one place at a time.
 */
export type Certainty = 'certain' | 'likely' | 'choice';

/** What a quick fix needs. */
export interface Remedy {
  /** Text that belongs in place of the problem's range. */
  readonly replace?: string;
  /** The whole line may go. */
  readonly removeLine?: true;
  readonly certainty: Certainty;
}

/** A place in the list; `line` counts from 0, columns are UTF-16 units from the line's start, `end` exclusive. */
export interface Place {
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

/** Something a person should know about one place of a list. */
export interface Problem extends Place {
  readonly code: ProblemCode;
  readonly severity: Severity;
  readonly message: string;
  /** The other place, when there are two. */
  readonly related?: Place & { readonly message: string };
  readonly data?: Remedy;
  /** The lines that have it, where one problem speaks for all of them; it stands at the first. */
  readonly count?: number;
}

export interface Rule extends RuleDoc<ProblemCode> {
  /** The sentences a person reads; lines given to it count from 1. */
  readonly message: (...facts: never[]) => string;
  /**
   * More than {@link foldAbove} lines with this fault are one problem, which says how many: a fault that came with the
   * whole list is one decision, and would bury what is wrong with single lines.
   */
  readonly folded?: (lines: number) => string;
}

export const foldAbove = 3;

const data = 'srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/data';
/** What the documentation of a rule that folds says of it. */
const once = `On more than ${foldAbove} lines it is told once, with the count.`;
const lines = (...texts: readonly string[]) => texts.join('\n');

/**
 * Every rule of the list language. `error`: no tool can use the line. `warning`: it works, with a result nobody wants.
 * `information`: worth knowing. `hint`: untidy.
 */
export const rules = {
  notALink: {
    code: 'not-a-link',
    severity: 'error',
    message: () => 'This is not a link. Begin it with srm://, gsiftp://, https:// or /pnfs/, or remove the line.',
    documentation: 'A line that no tool can read stops the whole list in some of them. It may be a note: then put “#” before it.',
    example: 'see the log of run 7',
  },
  lateLink: {
    code: 'not-a-link',
    severity: 'error',
    message: () => 'The line does not begin with its link. Put the link first.',
    documentation: 'Tools take the first word of a line for the link. What stands before it becomes a remark behind it.',
    example: `L1_SB000.tar ${data}/L1_SB000.tar`,
  },
  quoted: {
    code: 'quoted-link',
    severity: 'error',
    message: () => 'Quotes stand around the link, and tools take them for a part of it. Write the link alone.',
    documentation: `Tables come with quotes and commas, and tools know neither. Other columns become a remark, so that nothing is lost. ${once}`,
    example: `"${data}/L1_SB000.tar","L1"`,
    folded: (lines: number) =>
      `Quotes stand around ${count(lines)} links, and tools take them for a part of the link. Write the links alone.`,
  },
  comma: {
    code: 'comma-in-link',
    severity: 'warning',
    message: () => 'A comma or semicolon ends the link, and tools take it and what follows for a part of the name. Write the link alone.',
    documentation: `A table in place of a list: the name with its comma is in no storage. Other columns become a remark. ${once}`,
    example: `${data}/L1_SB000.tar,L1`,
    folded: (lines: number) =>
      `Commas or semicolons end ${count(lines)} links, and tools take what follows for a part of the name. Write the links alone.`,
  },
  joined: {
    code: 'joined-links',
    severity: 'error',
    message: () => 'A second link begins here, within the first. Put it on a line of its own.',
    documentation: 'So it is where a list without a line break at its end was put together with another. The long name is in no storage.',
    example: `${data}/L1_SB000.tar${data}/L1_SB001.tar`,
  },
  noHost: {
    code: 'bad-address',
    severity: 'error',
    message: () => 'The link names no host. Write one behind “://”.',
    documentation: 'Without a host nobody knows where the file is.',
    example: 'srm:///pnfs/grid.sara.nl/data/L1_SB000.tar',
  },
  noFile: {
    code: 'bad-address',
    severity: 'error',
    message: () => 'The link names no file. Complete its path.',
    documentation: 'A link to a site as a whole names nothing to stage or to fetch.',
    example: 'srm://srm.grid.sara.nl:8443/',
  },
  damaged: {
    code: 'bad-address',
    severity: 'error',
    message: () => 'The link holds a character that cannot be seen. Copy the link again from where it came.',
    documentation: 'A control character that came with a copy makes another name, which is not in storage.',
    example: `${data}/L1\u0007_SB000.tar`,
  },
  unknownHost: {
    code: 'unknown-host',
    severity: 'error',
    message: (host: string, nearest: string | undefined) =>
      `No known site has the host ${host}. ${nearest === undefined ? `Correct it, or add the site to the setting ${siteSetting}.` : `Did you mean ${nearest}?`}`,
    documentation: 'The link cannot be converted, and no stager is told of it. A name close to a known one is offered; it is a guess.',
    example: 'srm://srm.grid.sarra.nl:8443/pnfs/grid.sara.nl/data/L1_SB000.tar',
  },
  unknownRoot: {
    code: 'unknown-host',
    severity: 'error',
    message: (folders: string) =>
      `No known site has files under ${folders}. Correct the path, or add the site to the setting ${siteSetting}.`,
    documentation: 'A bare path has no host; its first folders must say at which site it lies.',
    example: '/pnfs/example.org/data/L1_SB000.tar',
  },
  wrongPort: {
    code: 'wrong-port',
    severity: 'warning',
    message: (door: string, site: string, expected: number, port: string) =>
      `${site} answers ${door} at port ${expected}, not at ${port === '' ? 'an empty one' : port}. Change the port.`,
    documentation:
      'The door listens elsewhere, so that a transfer ends with a timeout. Certain to mend where the host is the site’s own door.',
    example: 'srm://srm.grid.sara.nl:2811/pnfs/grid.sara.nl/data/L1_SB000.tar',
  },
  retiredHost: {
    code: 'retired-host',
    severity: 'hint',
    message: (host: string, current: string | undefined) =>
      `The host ${host} is no longer in use.${current === undefined ? '' : ` Write ${current}.`}`,
    documentation:
      'The machine does not answer any more. Stagers may still know the file under the old name, so the new one is offered, not forced.',
    example: 'srm://dcache-lofar.fz-juelich.de:8443/pnfs/fz-juelich.de/data/L1_SB000.tar',
  },
  doubleSlash: {
    code: 'double-slash',
    severity: 'warning',
    message: (head: string) => `Two slashes stand before ${head}, and some tools take that for another file. Write one.`,
    documentation: `Some tools take the path for another one. Certain to mend: the file is the same. ${once}`,
    example: 'srm://srm.grid.sara.nl:8443//pnfs/grid.sara.nl/data/L1_SB000.tar',
    folded: (lines: number) =>
      `In ${count(lines)} links two slashes stand before the first folder, and some tools take that for another file. Write one.`,
  },
  innerSlash: {
    code: 'double-slash',
    severity: 'warning',
    message: () => 'Two slashes stand inside the path. Storage reads them as one, tools that compare names do not. Write one.',
    documentation: `Storage takes it for the same file, but the names differ for tools that compare them: with another list, or with what a stager reports. ${once}`,
    example: 'gsiftp://gridftp.grid.sara.nl:2811/pnfs/grid.sara.nl/data//L1_SB000.tar',
    folded: (lines: number) =>
      `In ${count(lines)} links two slashes stand inside the path. Storage reads them as one, tools that compare names do not. Write one.`,
  },
  trailingText: {
    code: 'trailing-text',
    severity: 'warning',
    message: () => 'Tools ignore this text behind the link, or stop at it. Remove it, or put “#” before it.',
    documentation: `Some tools send it to the stager as a part of the link. It may be a remark: then put “#” before it, so that nothing is lost. ${once}`,
    example: `${data}/L1_SB000.tar later`,
    folded: (lines: number) =>
      `Text stands behind ${count(lines)} links, and tools ignore it or stop at it. Remove it, or put “#” before it.`,
  },
  secondLink: {
    code: 'trailing-text',
    severity: 'warning',
    message: () => 'Only the first link of a line is used. Put this one on a line of its own.',
    documentation: 'The second link is not staged, not converted and not processed.',
    example: `${data}/L1_SB000.tar ${data}/L1_SB001.tar`,
  },
  mixedObservations: {
    code: 'mixed-observations',
    severity: 'warning',
    message: (other: string, first: string) =>
      `The list began with ${first}, and here is a link of ${other}. Split the list by observation if they are to be processed apart.`,
    documentation: 'Tokens and results of different observations get mixed up. The list can be split.',
    example: lines(`${data}/L1_SB000.tar`, `${data}/L2_SB000.tar`),
  },
  mixedSites: {
    code: 'mixed-sites',
    severity: 'information',
    message: (other: string, first: string) =>
      `The list began at ${first}, and this link is at ${other}. Some stagers take one site at a time; split the list by site for them.`,
    documentation: 'Some stagers take one site at a time. The list can be split.',
    example: lines(`${data}/L1_SB000.tar`, 'srm://lofar-srm.fz-juelich.de:8443/pnfs/fz-juelich.de/data/L1_SB001.tar'),
  },
  missingSubbands: {
    code: 'missing-subbands',
    severity: 'information',
    message: (series: string, range: string, missing: string) =>
      `${series} holds ${range}, ${missing}. Add the links, or go on without them.`,
    documentation: 'A gap is easily overlooked and found again in the image.',
    example: lines(`${data}/L1_SB000.tar`, `${data}/L1_SB001.tar`, `${data}/L1_SB003.tar`),
  },
  duplicateLink: {
    code: 'duplicate-link',
    severity: 'warning',
    message: (line: number) => `The same link is on line ${line}. Remove one of the two.`,
    documentation: 'The file would be processed twice. Certain to mend unless the two lines differ behind the link.',
    example: lines(`${data}/L1_SB000.tar`, `${data}/L1_SB000.tar`),
  },
  sameFile: {
    code: 'duplicate-link',
    severity: 'warning',
    message: (line: number) => `The same file is on line ${line}, written another way. Remove one of the two.`,
    documentation: 'The path is the same at the same site, by another door, port or form: staging leaves the second one out.',
    example: lines(`${data}/L1_SB000.tar`, 'gsiftp://gridftp.grid.sara.nl:2811/pnfs/grid.sara.nl/data/L1_SB000.tar'),
  },
  duplicateSubband: {
    code: 'duplicate-subband',
    severity: 'warning',
    message: (band: string, line: number) => `${band} is already on line ${line}, with another link. Keep one of the two.`,
    documentation: 'Only one of the two is used, and which one depends on the tool. Which one to keep only you can tell.',
    example: lines(`${data}/a/L1_SB000.tar`, `${data}/b/L1_SB000.tar`),
  },
} as const satisfies Record<string, Rule>;

/** What is said at the related place. */
export const relatedWords = {
  firstObservation: (name: string) => `The first link of ${name}`,
  firstSite: (name: string) => `The first link at ${name}`,
  sameLink: 'The same link',
  sameFile: 'The same file',
  nextOne: 'The next one',
  sameBand: (band: string) => `${band} the first time`,
} as const;
