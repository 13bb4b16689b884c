/**
 * Staging Requests: request → observation → file. The nodes are plain data over the desk's requests; nothing here asks a
 * stager. A request with one observation shows its files at once, one level less to open.
 */
import { parseLink, type Link } from '../../core/links/link';
import type { SiteTable } from '../../core/links/site';
import type { Desk } from '../../core/staging/desk';
import { observationsOf } from '../../core/staging/preview';
import { isLive, progressOf, requestKey, type RequestFile, type StagingRequest } from '../../core/staging/request';
import { fileUrgency, fileWord, isFinal, isTrouble, requestWord, type FileState, type RequestState } from '../../core/staging/state';
import { count, moment, percent, plural } from '../../core/wording';
import { facts } from '../../core/links/list';
import { fileShape, requestShape } from '../../shared/shape';
import type { Description, Source } from './tree';

export interface RequestNode {
  readonly node: 'request';
  readonly request: StagingRequest;
}
export interface ObservationNode {
  readonly node: 'observation';
  readonly request: StagingRequest;
  /** Undefined for files that name none. */
  readonly observation: string | undefined;
  readonly files: readonly ShownFile[];
}
export interface FileNode {
  readonly node: 'file';
  readonly parent: RequestNode | ObservationNode;
  readonly file: ShownFile;
}
/** Stands for the files beyond the page. */
export interface MoreNode {
  readonly node: 'more';
  readonly parent: RequestNode | ObservationNode;
  readonly rest: number;
}
export type StagingNode = RequestNode | ObservationNode | FileNode | MoreNode;

/** A file with what its name says. */
export interface ShownFile {
  readonly file: RequestFile;
  readonly link: Link | undefined;
}

const page = 200;

export class StagingSource implements Source<StagingNode> {
  /** Per list of files: how many are shown. */
  readonly #shown = new Map<string, number>();
  /** What the names of a request's files say; they never change, so they are read once. */
  readonly #links = new Map<string, readonly (Link | undefined)[]>();

  constructor(
    private readonly desk: Desk,
    private readonly table: () => SiteTable,
    private readonly clock: () => number,
  ) {}

  /** Shows the next page below a node. */
  more(parent: RequestNode | ObservationNode): void {
    const id = idOf(parent);
    this.#shown.set(id, (this.#shown.get(id) ?? page) + page);
  }

  children(parent: StagingNode | undefined): readonly StagingNode[] {
    if (parent === undefined) return [...this.desk.requests].sort(byUrgency).map((request) => ({ node: 'request', request }));
    if (parent.node === 'request') return this.#below(parent);
    return parent.node === 'observation' ? this.#page(parent, parent.files) : [];
  }

  #below(parent: RequestNode): readonly StagingNode[] {
    const groups = new Map<string | undefined, ShownFile[]>();
    const links = this.#read(parent.request);
    for (const [index, file] of parent.request.files.entries()) {
      const shown = { file, link: links[index] };
      const group = groups.get(shown.link?.observation);
      if (group) group.push(shown);
      else groups.set(shown.link?.observation, [shown]);
    }
    const [only] = groups.values();
    if (groups.size === 1 && only !== undefined) return this.#page(parent, only);
    return [...groups].map(([observation, files]) => ({ node: 'observation', request: parent.request, observation, files }));
  }

  #read(request: StagingRequest): readonly (Link | undefined)[] {
    const key = requestKey(request);
    let links = this.#links.get(key);
    if (links?.length !== request.files.length) {
      links = request.files.map((file) => parseLink(file.link, this.table()));
      this.#links.set(key, links);
    }
    return links;
  }

  #page(parent: RequestNode | ObservationNode, files: readonly ShownFile[]): readonly StagingNode[] {
    const sorted = [...files].sort((a, b) => fileUrgency(a.file.state) - fileUrgency(b.file.state) || compareNames(a, b));
    const shown = this.#shown.get(idOf(parent)) ?? page;
    const nodes: StagingNode[] = sorted.slice(0, shown).map((file) => ({ node: 'file', parent, file }));
    if (sorted.length > shown) nodes.push({ node: 'more', parent, rest: sorted.length - shown });
    return nodes;
  }

  parent(node: StagingNode): StagingNode | undefined {
    if (node.node === 'request') return undefined;
    return node.node === 'observation' ? { node: 'request', request: node.request } : node.parent;
  }

  describe(node: StagingNode): Description {
    switch (node.node) {
      case 'request':
        return this.#describeRequest(node);
      case 'observation':
        return describeObservation(node);
      case 'file':
        return describeFile(node);
      case 'more': {
        const label = `Load ${count(Math.min(page, node.rest))} more…`;
        return {
          id: idOf(node),
          label,
          description: '',
          context: 'more',
          children: 'none',
          spoken: `${label} ${plural(node.rest, 'file')} not shown`,
          command: { id: 'grid.staging.more', title: label },
        };
      }
    }
  }

  #describeRequest(node: RequestNode): Description {
    const { request } = node;
    const { online, total, percent: share } = progressOf(request);
    const now = this.clock();
    const silence = this.#silenceOf(request, now);
    const waits = request.state === 'submitted' || request.state === 'scheduled';
    const made = moment(request.createdAt, now);
    const label = this.#nameOf(request);
    return {
      id: idOf(node),
      label,
      description: [
        ...(total > 0 && !(waits && online === 0) ? [percent(share)] : []),
        ...(silence ?? remarkOf(request) ?? []),
        request.id,
        made,
      ].join(', '),
      shape: silence === undefined ? requestShape(request.state) : 'warning',
      context: contextOf(request, online, isLive(request, now)),
      children: 'collapsed',
      spoken: [
        label,
        requestWord(request.state),
        `${count(online)} of ${plural(total, 'file')} online`,
        ...troublesOf(request),
        ...(silence ?? []),
        `request ${request.id}`,
        `made ${made}`,
      ].join(', '),
    };
  }

  /** Said of a live request whose stager does not tell of it; the line above the tree says since when and why. */
  #silenceOf(request: StagingRequest, now: number): readonly string[] | undefined {
    return this.desk.troubles.has(request.stager) && isLive(request, now) ? ['no news'] : undefined;
  }

  /** "SARA L229507": where, then what, short enough to leave room for the state; beyond two observations the list's name. */
  #nameOf(request: StagingRequest): string {
    const site = this.table().site(request.site)?.name ?? (request.site === 'unknown' ? 'Unknown site' : request.site);
    const observations = [...new Set(this.#read(request).map((link) => link?.observation))].filter((name) => name !== undefined);
    const [observation] = observations;
    if (observation !== undefined && observations.length <= 2) return `${site} ${observation}${observations.length === 1 ? '' : ' +1'}`;
    if (request.source === '') return `${site} ${plural(observations.length, 'observation')}`;
    const [first = '', ...more] = request.source.split(', ');
    return `${site} ${first}${more.length === 0 ? '' : ` and ${more.length} more`}`;
  }

  tooltip(node: StagingNode): string {
    if (node.node === 'request') return this.#tooltipOf(node.request);
    if (node.node === 'file') {
      const { link, state, message } = node.file.file;
      return [`\`${link}\``, `${fileWord(state)}${message === undefined ? '' : `: ${plain(message)}`}`].join('\n\n');
    }
    return plain(this.describe(node).spoken);
  }

  #tooltipOf(request: StagingRequest): string {
    const { online, total, percent: share } = progressOf(request);
    const now = this.clock();
    const lines = [
      `**${plain(this.#nameOf(request))}**, ${requestWord(request.state)}`,
      `${percent(share)} online, ${count(online)} of ${plural(total, 'file')}`,
      plain(observationsOf(facts({ links: this.#read(request).filter((link) => link !== undefined) }))),
      `Request ${plain(request.id)} on ${plain(request.stager)}${request.source === '' ? '' : `, from ${plain(request.source)}`}`,
      `Made ${moment(request.createdAt, now)} (${new Date(request.createdAt).toISOString().slice(0, 16).replace('T', ' ')} UTC)`,
    ];
    if (request.word !== '') lines.push(`The stager says: ${plain(request.word)}`);
    const trouble = this.desk.troubles.get(request.stager);
    if (trouble !== undefined && isLive(request, now)) lines.push(plain(trouble.error.sentence));
    lines.push(request.checkedAt === 0 ? 'Not asked yet' : `As of ${moment(request.checkedAt, now)}`);
    return lines.join('\n\n');
  }
}

/** Trouble first, what has ended well last; among equals the newest first, as the desk gives them. */
const urgency: readonly RequestState[] = [
  'failed',
  'partial',
  'onHold',
  'unknown',
  'running',
  'scheduled',
  'submitted',
  'submitting',
  'draft',
  'done',
  'aborted',
];

function byUrgency(a: StagingRequest, b: StagingRequest): number {
  return urgency.indexOf(a.state) - urgency.indexOf(b.state);
}

/** The one thing besides the percentage that a narrow row has room for: trouble, else what holds it, else what moves. */
function remarkOf(request: StagingRequest): readonly string[] | undefined {
  const troubles = troublesOf(request);
  if (troubles.length > 0) return troubles;
  const { staging } = progressOf(request).counts;
  if (request.state === 'running') return staging === undefined ? undefined : [`${count(staging)} ${fileWord('staging')}`];
  return request.state === 'done' ? undefined : [requestWord(request.state)];
}

/** "2 failed", "1 lost". */
function troublesOf(request: StagingRequest): readonly string[] {
  const { counts } = progressOf(request);
  return (['failed', 'lost', 'unavailable', 'expired'] as const).flatMap((state) => {
    const files = counts[state];
    return files === undefined ? [] : [`${count(files)} ${fileWord(state)}`];
  });
}

function describeObservation(node: ObservationNode): Description {
  const label = node.observation ?? 'No observation';
  const states = node.files.map((each) => each.file.state);
  const { online, failed, percent: share, total } = progressOf({ ...node.request, files: node.files.map((each) => each.file) });
  const parts = [percent(share), ...(failed > 0 ? [`${count(failed)} failed`] : []), plural(total, 'file')];
  return {
    id: idOf(node),
    label,
    description: parts.join(', '),
    shape: fileShape(worst(states)),
    context: online > 0 ? 'hasOnline observation' : 'observation',
    children: 'collapsed',
    spoken: `${label}, ${count(online)} of ${plural(total, 'file')} online${failed > 0 ? `, ${count(failed)} failed` : ''}`,
  };
}

function describeFile(node: FileNode): Description {
  const { file } = node.file;
  const label = shortName(node.file);
  const description = file.message === undefined ? fileWord(file.state) : `${fileWord(file.state)}, ${file.message}`;
  return {
    id: idOf(node),
    label,
    description,
    shape: fileShape(file.state),
    context: file.state === 'online' ? 'file hasOnline' : 'file',
    children: 'none',
    spoken: `${label}, ${description}`,
  };
}

/** "L229507_SB127" where the name says so, else the file's name. The state word must stay in view beside it. */
function shortName({ file, link }: ShownFile): string {
  if (link?.series !== undefined && link.band !== undefined) return `${link.series}${link.band.digits}`;
  return link?.file ?? file.link;
}

function compareNames(a: ShownFile, b: ShownFile): number {
  const [left, right] = [shortName(a), shortName(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Trouble before movement before rest; online only when all are. */
function worst(states: readonly FileState[]): FileState {
  return [...states].sort((a, b) => fileUrgency(a) - fileUrgency(b))[0] ?? 'unknown';
}

function contextOf(request: StagingRequest, online: number, live: boolean): string {
  const words = ['request'];
  const { state } = request;
  if (online > 0) words.push('hasOnline');
  if (state !== 'aborted' && state !== 'failed' && state !== 'draft' && state !== 'submitting') words.push('canAbort');
  if (state === 'onHold' || state === 'aborted' || state === 'failed' || state === 'partial') words.push('canReschedule');
  if (isFinal(state) || !live) words.push('canForget');
  return words.sort().join(' ');
}

function idOf(node: StagingNode): string {
  switch (node.node) {
    case 'request':
      return requestKey(node.request);
    case 'observation':
      return `${requestKey(node.request)}\n${node.observation ?? ''}`;
    case 'file':
      return `${idOf(node.parent)}\n${node.file.file.link}`;
    case 'more':
      return `${idOf(node.parent)}\nmore`;
  }
}

/** Text for Markdown, with nothing that Markdown would act on. */
function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|<>-]/g, '\\$&');
}

/** Files that need a person, over all requests; the view's badge. */
export function troubleCount(requests: readonly StagingRequest[]): number {
  return requests.reduce((sum, request) => sum + request.files.filter((file) => isTrouble(file.state)).length, 0);
}
