/** A request of the practice StageIT as GraphQL and REST tell it, and lists of them in pages. */
import type { PracticeStageIt } from './stageit';
import { macaroonsFor } from './stageitMacaroon';
import { QueryError, type Value } from './stageitQuery';
import type { Recall, Situation } from './stagerRecall';

export const letterEnum = 'StagingRequestCurrentStatusCodeChoices';

/** The letters that the reference has seen (S, A, C) and made-up ones, with the words graphene puts beside them. */
export const letterWords: Readonly<Record<string, string>> = {
  N: 'New',
  S: 'Scheduled',
  I: 'In progress',
  H: 'On hold',
  C: 'Success',
  P: 'Partial success',
  F: 'Failed',
  A: 'Aborted',
};

/** Every field; which of them are told is up to the query. */
export function requestNode(stageit: PracticeStageIt, recall: Recall): Readonly<Record<string, unknown>> {
  const { quirks } = stageit;
  const situation = recall.at(stageit.world);
  const { status } = situation;
  return {
    id: nodeId(stageit, recall.id),
    currentStatus: quirks.word === undefined ? status : quirks.word,
    currentStatusCode: quirks.letter ?? letterOf(status),
    requestToken: status === 'new' || status === 'scheduled' ? null : `token-${recall.id}`,
    requestType: 'stage',
    when: stageit.whenOf(recall.id),
    response: responseOf(stageit, recall, situation),
    surls: recall.links.map((surl) => ({ surl })),
    get macaroons() {
      return macaroonsFor(recall.id, situation.online, stageit.now);
    },
  };
}

function nodeId(stageit: PracticeStageIt, id: number): number | string {
  if (stageit.quirks.ids === 'relay') return Buffer.from(`RequestType:${id}`).toString('base64');
  return stageit.quirks.ids === 'text' ? String(id) : id;
}

export function letterOf(status: string): string {
  return Object.entries(letterWords).find(([, word]) => word.toLowerCase() === status)?.[0] ?? 'S';
}

/** What the archive says of a file that it cannot bring. */
export const failure = 'SRM_FAILURE: the tape cannot be read';
export const loss = 'SRM_FILE_LOST: file is LOST (no replica, no tape copy)';

/** Files that are on their way at a time; the others wait. */
const drives = 2;

/** Until the request is picked up there is no document at all. */
function responseOf(stageit: PracticeStageIt, recall: Recall, { status, online, failed }: Situation): unknown {
  const settled = new Set([...online, ...failed]);
  const progressing = status === 'in progress' ? recall.links.filter((link) => !settled.has(link)).slice(0, drives) : [];
  const document = {
    online,
    progressing,
    errors: Object.fromEntries(failed.map((link) => [link, stageit.world.outcomeOf(link) === 'lost' ? loss : failure])),
  };
  switch (stageit.quirks.response) {
    case 'null':
      return null;
    case 'empty':
      return '';
    case 'broken':
      return JSON.stringify(document).slice(0, -3);
    case 'object':
      return document;
    case 'true':
      return status === 'new' || status === 'scheduled' ? null : JSON.stringify(document);
  }
}

/** A page of own requests, oldest first, as a Relay connection; a service without pages gives all that it gives at all. */
export function listPage(stageit: PracticeStageIt, user: string, args: ReadonlyMap<string, Value>): unknown {
  const { pageLimit } = stageit.quirks;
  const first = typeof args.get('first') === 'number' ? Number(args.get('first')) : undefined;
  if (first !== undefined && first > pageLimit)
    throw new QueryError(`Requesting ${first} records on the \`requests\` connection exceeds the \`first\` limit of ${pageLimit} records.`);
  const own = [...stageit.recalls.values()].filter((recall) => recall.user === user && wanted(stageit, recall, args));
  const after = args.get('after');
  const start = typeof after === 'string' ? 1 + Number(Buffer.from(after, 'base64').toString().split(':')[1]) : 0;
  const page = own.slice(start, start + (first ?? pageLimit));
  const edges = page.map((recall, k) => ({ cursor: cursor(start + k), node: requestNode(stageit, recall) }));
  return {
    edges,
    pageInfo: {
      hasNextPage: start + page.length < own.length,
      hasPreviousPage: start > 0,
      startCursor: edges[0]?.cursor,
      endCursor: stageit.quirks.stuckCursor ? cursor(0) : edges.at(-1)?.cursor,
    },
  };
}

function cursor(k: number): string {
  return Buffer.from(`arrayconnection:${k}`).toString('base64');
}

function wanted(stageit: PracticeStageIt, recall: Recall, args: ReadonlyMap<string, Value>): boolean {
  const letter = letterOf(recall.at(stageit.world).status);
  const since = args.get('when_Gte');
  if (typeof since === 'string' && Date.parse(stageit.whenOf(recall.id)) < moment(since)) return false;
  const [is, isNot] = [args.get('currentStatusCode'), args.get('currentStatusCode_Ne')].map((value) =>
    typeof value === 'object' && value !== null ? value.enum : undefined,
  );
  return (is === undefined || is === letter) && isNot !== letter;
}

function moment(text: string): number {
  return Date.parse(/(Z|[+-]\d{2}:\d{2})$/.test(text) ? text : `${text}Z`);
}
