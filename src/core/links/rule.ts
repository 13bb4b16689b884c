import { siteSetting } from './site';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** Stable words under which people look up, silence and count problems. */
export type ProblemCode =
  | 'not-a-link'
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

/** What a quick fix needs. */
export interface Remedy {
  /** Text that belongs in place of the problem's range. */
  readonly replace?: string;
  /** The whole line may go. */
  readonly removeLine?: true;
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
}

interface Rule {
  readonly code: ProblemCode;
  readonly severity: Severity;
  /** The sentences a person reads; lines given to it count from 1. */
  readonly message: (...facts: never[]) => string;
}

/**
 * Every rule of the list language. `error`: no tool can use the line. `warning`: it works, with a result nobody wants.
 * `information`: worth knowing. `hint`: untidy.
 */
export const rules = {
  notALink: {
    code: 'not-a-link',
    severity: 'error',
    message: () => 'This is not a link. Begin it with srm://, gsiftp://, https:// or /pnfs/, or remove the line.',
  },
  lateLink: {
    code: 'not-a-link',
    severity: 'error',
    message: () => 'The line does not begin with its link. Put the link first.',
  },
  noHost: { code: 'bad-address', severity: 'error', message: () => 'The link names no host. Write one behind “://”.' },
  noFile: { code: 'bad-address', severity: 'error', message: () => 'The link names no file. Complete its path.' },
  damaged: {
    code: 'bad-address',
    severity: 'error',
    message: () => 'The link holds a character that cannot be seen. Copy the link again from where it came.',
  },
  unknownHost: {
    code: 'unknown-host',
    severity: 'error',
    message: (host: string, nearest: string | undefined) =>
      `No known site has the host ${host}. ${nearest === undefined ? `Correct it, or add the site to the setting ${siteSetting}.` : `Did you mean ${nearest}?`}`,
  },
  unknownRoot: {
    code: 'unknown-host',
    severity: 'error',
    message: (folders: string) =>
      `No known site has files under ${folders}. Correct the path, or add the site to the setting ${siteSetting}.`,
  },
  wrongPort: {
    code: 'wrong-port',
    severity: 'warning',
    message: (door: string, site: string, expected: number, port: string) =>
      `${site} answers ${door} at port ${expected}, not at ${port === '' ? 'an empty one' : port}. Change the port.`,
  },
  retiredHost: {
    code: 'retired-host',
    severity: 'hint',
    message: (host: string, current: string | undefined) =>
      `The host ${host} is no longer in use.${current === undefined ? '' : ` Write ${current}.`}`,
  },
  doubleSlash: {
    code: 'double-slash',
    severity: 'hint',
    message: (head: string) => `Two slashes stand before ${head}, and some tools take that for another file. Write one.`,
  },
  trailingText: {
    code: 'trailing-text',
    severity: 'hint',
    message: () => 'Nothing reads this text behind the link. Remove it, or put “#” before it.',
  },
  secondLink: {
    code: 'trailing-text',
    severity: 'warning',
    message: () => 'Only the first link of a line is used. Put this one on a line of its own.',
  },
  mixedObservations: {
    code: 'mixed-observations',
    severity: 'warning',
    message: (other: string, first: string) =>
      `The list began with ${first}, and here is a link of ${other}. Split the list by observation if they are to be processed apart.`,
  },
  mixedSites: {
    code: 'mixed-sites',
    severity: 'information',
    message: (other: string, first: string) =>
      `The list began at ${first}, and this link is at ${other}. Some stagers take one site at a time; split the list by site for them.`,
  },
  missingSubbands: {
    code: 'missing-subbands',
    severity: 'information',
    message: (series: string, range: string, missing: string) =>
      `${series} holds ${range}, ${missing}. Add the links, or go on without them.`,
  },
  duplicateLink: {
    code: 'duplicate-link',
    severity: 'warning',
    message: (line: number) => `The same link is on line ${line}. Remove one of the two.`,
  },
  duplicateSubband: {
    code: 'duplicate-subband',
    severity: 'warning',
    message: (band: string, line: number) => `${band} is already on line ${line}, with another link. Keep one of the two.`,
  },
} as const satisfies Record<string, Rule>;

/** What is said at the related place. */
export const relatedWords = {
  firstObservation: (name: string) => `The first link of ${name}`,
  firstSite: (name: string) => `The first link at ${name}`,
  sameLink: 'The same link',
  sameBand: (band: string) => `${band} the first time`,
} as const;
