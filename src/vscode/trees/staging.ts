/**
 * Staging Requests: request → observation → file. The nodes are plain data over the desk's requests; nothing here asks a
 * stager. A request with one observation shows its files at once, one level less to open.
 */
import { parseLink, type Link } from '../../core/links/link';
import type { SiteTable } from '../../core/links/site';
import type { Desk } from '../../core/staging/desk';
import { observationsOf } from '../../core/staging/preview';
import { isLive, progressOf, requestKey, type RequestFile, type StagingRequest } from '../../core/staging/request';
import { fileUrgency, fileWord, isFinal, isTrouble, requestWord, type FileState } from '../../core/staging/state';
import { count, duration, moment, percent, plural } from '../../core/wording';
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
    if (parent === undefined) return this.desk.requests.map((request) => ({ node: 'request', request }));
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
    const { online, total, failed, percent: share, counts } = progressOf(request);
    const trouble = this.desk.troubles.get(request.stager);
    const parts: string[] = [];
    if (total > 0) parts.push(percent(share));
    if (request.state !== 'running' && request.state !== 'done') parts.push(requestWord(request.state));
    for (const state of ['staging', 'failed', 'lost', 'unavailable', 'expired'] as const) {
      if (counts[state] !== undefined && !(state === 'failed' && request.state === 'failed'))
        parts.push(`${count(counts[state])} ${fileWord(state)}`);
    }
    if (trouble !== undefined && isLive(request, this.clock())) parts.push(`no answer since ${moment(trouble.since, this.clock())}`);
    parts.push(request.id, duration(this.clock() - request.createdAt));
    const label = this.#nameOf(request);
    const shape = trouble !== undefined && isLive(request, this.clock()) ? 'warning' : requestShape(request.state);
    const sentence = [label, requestWord(request.state), `${count(online)} of ${plural(total, 'file')} online`];
    if (failed > 0) sentence.push(`${count(failed)} failed`);
    return {
      id: idOf(node),
      label,
      description: parts.join(', '),
      shape,
      context: contextOf(request, online, isLive(request, this.clock())),
      children: 'collapsed',
      spoken: [...sentence, `request ${request.id}`, `${duration(this.clock() - request.createdAt)} old`].join(', '),
    };
  }

  /** "SARA L229507": where, then what; the list's name where there are several observations. */
  #nameOf(request: StagingRequest): string {
    const site = this.table().site(request.site)?.name ?? (request.site === 'unknown' ? 'Unknown site' : request.site);
    const observations = new Set(this.#read(request).map((link) => link?.observation));
    const [only] = observations;
    if (observations.size === 1 && only !== undefined) return `${site} ${only}`;
    return `${site} ${request.source === '' ? plural(observations.size, 'observation') : request.source}`;
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
