/** The GraphQL that StageIT is asked: nothing but fields its clients are known to use. */

/** Ids as StageIT writes them, and older or foreign ones; whatever else was typed is no id and would spoil a query. */
export function isId(id: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(id);
}

/** GraphQL's Int; StageIT's ids are of this type. */
const maxInt = 2 ** 31 - 1;

/** Whether an id can stand beside others in one query: GraphQL refuses a query as a whole for one argument of a wrong type. */
export function isPlainId(id: string): boolean {
  return /^\d{1,10}$/.test(id) && Number(id) <= maxInt;
}

function literal(id: string): string {
  return isPlainId(id) ? String(Number(id)) : JSON.stringify(id);
}

/** `request(id: 17) { requestToken }` */
export function requestQuery(id: string, fields: string): string {
  return `{ request(id: ${literal(id)}) { ${fields} } }`;
}

/** The fields of a request with its macaroons, as the 2.0 client asks for them. */
export const macaroonFields = 'macaroons { content validUntil ltaSite { name } }';

const newsFields = 'currentStatus currentStatusCode response';
const linkFields = 'surls { surl }';

/** News of several requests in one query; the k-th answers under the name `rk`. Links are asked for where they are not known. */
export function newsQuery(requests: readonly { readonly id: string; readonly withLinks: boolean }[]): string {
  const parts = requests.map(
    ({ id, withLinks }, k) => `r${k}: request(id: ${literal(id)}) { ${newsFields}${withLinks ? ` ${linkFields}` : ''} }`,
  );
  return `{ ${parts.join(' ')} }`;
}

/** Requests on one page: each may carry a thousand links twice, and graphene gives no more than a hundred. */
export const pageSize = 50;

/** One page of all own requests since a moment (ISO 8601, as in the 2.0 client); `after` is the cursor before it. */
export function pageQuery(since: string, after: string | undefined): string {
  const from = after === undefined ? '' : `, after: ${JSON.stringify(after)}`;
  const fields = `id requestToken requestType when ${newsFields} ${linkFields}`;
  return `{ requests(when_Gte: ${JSON.stringify(since)}, first: ${pageSize}${from}) { pageInfo { hasNextPage endCursor } edges { node { ${fields} } } } }`;
}

/** All own requests since a moment in the one form that the 2.0 client is known to use; for a service that knows no pages. */
export function plainListQuery(since: string): string {
  const fields = `id requestToken requestType when response currentStatusCode ${linkFields}`;
  return `{ requests(when_Gte: ${JSON.stringify(since)}) { edges { node { ${fields} } } } }`;
}

/**
 * What the status letters mean: the type of the filter `currentStatusCode` is an enumeration whose name nobody has told us,
 * so it is found through the arguments of `requests`.
 */
const letters = '__type(name: "Query") { fields { name args { name type { name enumValues { name description } } } } }';
export const lettersQuery = `{ ${letters} }`;

/** The cheapest question that needs a sign-in: requests made after a day that will not come. */
const emptyList = 'requests(when_Gte: "2999-01-01T00:00:00") { edges { node { id } } }';
export const emptyListQuery = `{ ${emptyList} }`;
export const probeQuery = `{ ${emptyList} ${letters} }`;
