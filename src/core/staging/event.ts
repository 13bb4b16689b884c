/**
 * What is written down about staging, one line an event. Each window appends to a file of its own and reads those of the
 * others, so events come in no order and may come twice: none may depend on what came before it, and no two clocks are
 * compared to decide what is true (memory.ts adds them up).
 */
import type { ErrorKind } from '../errors';
import type { FileCounts, RequestState } from './state';

/** Of what is written here. A reader leaves alone what has a higher one, and submits nothing beside it. */
export const journalVersion = 1;

/** All times are ms since 1970 by the clock of the machine that wrote the event. */
interface At {
  readonly at: number;
}

/** Several parts under one name. */
export interface CampaignEvent extends At {
  readonly e: 'campaign';
  readonly campaign: string;
  readonly name: string;
}

/** Links that are one request, or will be. The same event for another campaign puts the part into that one too. */
export interface PartEvent extends At {
  readonly e: 'part';
  /** `part.ts` makes it of the links, the stager, and how often they were staged before. */
  readonly part: string;
  readonly campaign: string;
  readonly stager: string;
  readonly site: string;
  readonly source: string;
  readonly links: readonly string[];
  readonly notify: boolean;
  /** Place in its plan; parts of one plan go in this order. */
  readonly order: number;
  /** How often these links have been retried in their campaign; 0 for the first request. */
  readonly round: number;
  /** Not submitted before; the back-off of a retry. */
  readonly notBefore?: number;
}

/** About to be sent; on disk before the request leaves. */
export interface SubmittingEvent extends At {
  readonly e: 'submitting';
  readonly part: string;
  /** Counts the submits of a part that surely were not taken before this one. */
  readonly turn: number;
  /** When the answer is due at the latest. */
  readonly until: number;
}

/** Taken: the stager gave an id, or a listing showed it. */
export interface MadeEvent extends At {
  readonly e: 'made';
  readonly part: string;
  readonly id: string;
}

/** Surely not taken. `lasting` ones wait for a person, others for the stager. */
export interface RefusedEvent extends At {
  readonly e: 'refused';
  readonly part: string;
  readonly turn: number;
  readonly lasting: boolean;
  readonly kind: ErrorKind;
  readonly message: string;
}

/** Nobody knows whether it was taken. */
export interface UncertainEvent extends At {
  readonly e: 'uncertain';
  readonly part: string;
  readonly turn: number;
  readonly message: string;
}

/** A person has said that it was not taken, or that a lasting refusal is over: it may be submitted again. */
export interface AgainEvent extends At {
  readonly e: 'again';
  readonly part: string;
  readonly turn: number;
}

/** Will not be submitted any more. A submit that another window has begun all the same stands above it. */
export interface DroppedEvent extends At {
  readonly e: 'dropped';
  readonly part: string;
  /** The turn that would have been next. */
  readonly turn: number;
}

/** A request that was made elsewhere. */
export interface AdoptedEvent extends At {
  readonly e: 'adopted';
  readonly stager: string;
  readonly id: string;
  readonly campaign: string;
  readonly site: string;
  /** Empty where the stager does not tell them. */
  readonly links: readonly string[];
  /** Counts how often it has come onto the desk: one that was forgotten may be adopted again. */
  readonly life: number;
}

/** What a stager told of a request, or what an action has made of it. */
export interface NewsEvent extends At {
  readonly e: 'news';
  readonly stager: string;
  readonly id: string;
  /** Counts the news of this request; the highest one stands. */
  readonly n: number;
  readonly state: RequestState;
  readonly word: string;
  /** One letter a file, in the order of the links. */
  readonly states: string;
  /** Reasons by index of the file. */
  readonly messages?: Readonly<Record<string, string>>;
  /** Counts as told, where the links are not known. */
  readonly told?: { readonly total: number; readonly online: number };
  /** After compaction: when the files came into their states, and the counts of the last day. */
  readonly since?: readonly number[];
  readonly past?: readonly (readonly [at: number, counts: FileCounts])[];
}

/** A request or a part is off the desk. */
export interface ForgottenEvent extends At {
  readonly e: 'forgotten';
  /** `requestKey` or the part. */
  readonly key: string;
  /** The life that has ended; 0 for the first. */
  readonly life: number;
}

/** What is to happen once a campaign has come so far. */
export interface ThresholdEvent extends At {
  readonly e: 'threshold';
  readonly campaign: string;
  readonly threshold: string;
  /** Online ÷ all, 0-100; or every observation of the campaign as it completes; or the end of the campaign. */
  readonly when: { readonly percent: number } | 'observation' | 'end';
  /** Of VS Code; absent: a person is told, nothing runs. */
  readonly command?: string;
  readonly args?: readonly unknown[];
}

/** A threshold was passed and its command has been started; a failure is kept, and never run again by itself. */
export interface FiredEvent extends At {
  readonly e: 'fired';
  readonly campaign: string;
  readonly threshold: string;
  /** What passed it: "99 %", "L229507". */
  readonly what: string;
  readonly error?: string;
}

/** A person does not want the threshold any more. */
export interface UnsetEvent extends At {
  readonly e: 'unset';
  readonly campaign: string;
  readonly threshold: string;
}

/** A person was told: never twice. */
export interface ToldEvent extends At {
  readonly e: 'told';
  readonly campaign: string;
  readonly what: string;
}

/** The last line of a window that ended in order: none of its submits will be answered any more. */
export interface ClosedEvent extends At {
  readonly e: 'closed';
}

export type StagingEvent =
  | CampaignEvent
  | PartEvent
  | SubmittingEvent
  | MadeEvent
  | RefusedEvent
  | UncertainEvent
  | AgainEvent
  | DroppedEvent
  | AdoptedEvent
  | NewsEvent
  | ForgottenEvent
  | ThresholdEvent
  | FiredEvent
  | UnsetEvent
  | ToldEvent
  | ClosedEvent;
