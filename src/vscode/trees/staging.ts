/**
 * Staging Requests: campaign → request → observation → file. The nodes are plain data over the desk's requests; nothing
 * here asks a stager. A campaign of one request is that request, and a request with one observation shows its files at
 * once: one level less to open.
 */
import { parseLink, type Link } from '../../core/links/link';
import { facts } from '../../core/links/list';
import type { SiteTable } from '../../core/links/site';
import { isStalled, type Campaign } from '../../core/staging/campaign';
import type { Desk } from '../../core/staging/desk';
import { observationsOf } from '../../core/staging/preview';
import { isLive, progressOf, type RequestFile, type StagingRequest } from '../../core/staging/request';
import { fileWord, isTrouble, requestWord } from '../../core/staging/state';
import { count, duration, listing, moment, percent, plural, shortId, utcMoment } from '../../core/wording';
import { requestShape } from '../../shared/shape';
import { plain } from '../markdown';
import {
  byStateAndName,
  byUrgency,
  contextOf,
  contextOfCampaign,
  describeFile,
  describeObservation,
  idOf,
  releasedOf,
  remarkOf,
  troublesOf,
  waitOf,
  type Extends,
} from './stagingRow';
import type { Description, Source } from './tree';

export interface CampaignNode {
  readonly node: 'campaign';
  readonly campaign: Campaign;
}
export interface RequestNode {
  readonly node: 'request';
  readonly request: StagingRequest;
  /** Id of the campaign it is shown under; absent where it stands for its campaign. */
  readonly campaign?: string;
}
export interface ObservationNode {
  readonly node: 'observation';
  readonly parent: RequestNode;
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
export type StagingNode = CampaignNode | RequestNode | ObservationNode | FileNode | MoreNode;

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
    private readonly stallMs: () => number,
    private readonly extending: Extends,
  ) {}

  /** Shows the next page below a node. */
  more(parent: RequestNode | ObservationNode): void {
    const id = idOf(parent);
    this.#shown.set(id, (this.#shown.get(id) ?? page) + page);
  }

  children(parent: StagingNode | undefined): readonly StagingNode[] {
    if (parent === undefined) return [...this.desk.campaigns].sort(byUrgency).map(nodeOf);
    if (parent.node === 'campaign') {
      const { id } = parent.campaign;
      // The latest state of its requests; the node may be of an earlier drawing.
      const { requests } = this.desk.campaigns.find((each) => each.id === id) ?? parent.campaign;
      return [...requests].sort(byUrgency).map((request) => ({ node: 'request', request, campaign: id }));
    }
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
    return [...groups].map(([observation, files]) => ({ node: 'observation', parent, observation, files }));
  }

  #read(request: StagingRequest): readonly (Link | undefined)[] {
    const { key } = request;
    let links = this.#links.get(key);
    if (links?.length !== request.files.length) {
      links = request.files.map((file) => parseLink(file.link, this.table()));
      this.#links.set(key, links);
    }
    return links;
  }

  #page(parent: RequestNode | ObservationNode, files: readonly ShownFile[]): readonly StagingNode[] {
    const sorted = [...files].sort(byStateAndName);
    const shown = this.#shown.get(idOf(parent)) ?? page;
    const nodes: StagingNode[] = sorted.slice(0, shown).map((file) => ({ node: 'file', parent, file }));
    if (sorted.length > shown) nodes.push({ node: 'more', parent, rest: sorted.length - shown });
    return nodes;
  }

  parent(node: StagingNode): StagingNode | undefined {
    if (node.node === 'campaign') return undefined;
    if (node.node !== 'request') return node.parent;
    const campaign = this.desk.campaigns.find(({ id }) => id === node.campaign);
    return campaign === undefined ? undefined : { node: 'campaign', campaign };
  }

  describe(node: StagingNode): Description {
    switch (node.node) {
      case 'campaign':
        return this.#describeCampaign(node);
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

  #describeCampaign(node: CampaignNode): Description {
    const { campaign } = node;
    const { online, total, percent: share, counts } = campaign.progress;
    const now = this.clock();
    const stalled = campaign.requests.filter((request) => isStalled(request, now, this.stallMs()));
    const drafts = campaign.requests.filter((request) => request.state === 'draft').length;
    const remarks = [
      ...remarkOf(campaign.state, counts),
      ...(stalled.length === 0 ? [] : [`stalled at ${listing([...new Set(stalled.map((each) => this.#site(each)))])}`]),
      ...(drafts === 0 || campaign.state === 'draft' ? [] : [plural(drafts, 'draft')]),
    ];
    const made = moment(campaign.createdAt, now);
    return {
      id: idOf(node),
      label: campaign.name,
      description: [percent(share), ...remarks, plural(campaign.requests.length, 'request'), made].join(', '),
      shape: stalled.length > 0 ? 'warning' : requestShape(campaign.state),
      context: contextOfCampaign(campaign, now, this.extending),
      children: 'expanded',
      spoken: [
        campaign.name,
        requestWord(campaign.state),
        `${count(online)} of ${plural(total, 'file')} online`,
        ...remarks.filter((remark) => remark !== requestWord(campaign.state)),
        plural(campaign.requests.length, 'request'),
        `made ${made}`,
      ].join(', '),
    };
  }

  #site(request: StagingRequest): string {
    return this.table().site(request.site)?.name ?? (request.site === 'unknown' || request.site === '' ? 'Unknown site' : request.site);
  }

  #describeRequest(node: RequestNode): Description {
    const { request } = node;
    const { online, total, percent: share, counts } = progressOf(request);
    const now = this.clock();
    const silence = this.#silenceOf(request, now);
    const stalled = isStalled(request, now, this.stallMs());
    const retried = this.#retried(node);
    const holds = silence ?? (stalled ? [`nothing new for ${duration(now - request.changedAt)}`] : undefined);
    const remarks =
      request.id === ''
        ? [...waitOf(request, this.desk.waiting.get(request.stager), this.desk.doubt(request), now), ...troublesOf(counts)]
        : [...(holds ?? []), ...(silence === undefined ? (retried ?? releasedOf(request, counts) ?? remarkOf(request.state, counts)) : [])];
    const waits = request.id === '' || request.state === 'submitted' || request.state === 'scheduled';
    const made = moment(request.createdAt, now);
    const label = this.#nameOf(request);
    return {
      id: idOf(node),
      label,
      description: [
        ...(total > 0 && !(waits && online === 0) ? [percent(share)] : []),
        ...remarks,
        ...(request.id === '' ? [plural(total, 'file')] : [shortId(request.id), made]),
      ].join(', '),
      shape: holds !== undefined ? 'warning' : retried === undefined ? requestShape(request.state) : 'full',
      context: contextOf(request, online, isLive(request, now), this.extending),
      children: 'collapsed',
      spoken: [
        label,
        requestWord(request.state),
        `${count(online)} of ${plural(total, 'file')} online`,
        ...(request.id === '' ? remarks : [...(retried ?? releasedOf(request, counts) ?? troublesOf(counts)), ...(holds ?? [])]),
        ...(request.id === '' ? [] : [`request ${request.id}`]),
        `made ${made}`,
      ].join(', '),
    };
  }

  /** "2 retried", said instead of the trouble when a later request holds every file that failed. */
  #retried({ request, campaign }: RequestNode): readonly string[] | undefined {
    const troubled = request.files.filter((file) => isTrouble(file.state)).length;
    if (campaign === undefined || troubled === 0) return undefined;
    const files = this.desk.campaigns.find(({ id }) => id === campaign)?.files ?? [];
    const left = files.some((each) => each.request.key === request.key && isTrouble(each.file.state));
    return left ? undefined : [`${count(troubled)} retried`];
  }

  /** Said of a live request whose stager does not tell of it; the line above the tree says since when and why. */
  #silenceOf(request: StagingRequest, now: number): readonly string[] | undefined {
    return this.desk.troubles.has(request.stager) && isLive(request, now) ? ['no news'] : undefined;
  }

  /** "SARA L229507": where, then what, short enough to leave room for the state; beyond two observations the list's name. */
  #nameOf(request: StagingRequest): string {
    const site = this.#site(request);
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
      `${request.id === '' ? 'No id yet' : `Request ${plain(request.id)}`} on ${plain(request.stager)}${request.source === '' ? '' : `, from ${plain(request.source)}`}`,
      `Made ${moment(request.createdAt, now)} (${utcMoment(request.createdAt)})`,
    ];
    if (request.trouble !== undefined) lines.push(plain(request.trouble));
    if (request.word !== '') lines.push(`The stager says: ${plain(request.word)}`);
    const trouble = this.desk.troubles.get(request.stager);
    if (trouble !== undefined && isLive(request, now)) lines.push(plain(trouble.error.sentence));
    lines.push(request.checkedAt === 0 ? 'Not asked yet' : `As of ${moment(request.checkedAt, now)}`);
    return lines.join('\n\n');
  }
}

/** A campaign of one request is shown as that request. */
function nodeOf(campaign: Campaign): StagingNode {
  const [only] = campaign.requests;
  return campaign.requests.length === 1 && only !== undefined ? { node: 'request', request: only } : { node: 'campaign', campaign };
}

/** Files that need a person, each once however often it was retried; the view's badge. */
export function troubleCount(campaigns: readonly Campaign[]): number {
  return campaigns.reduce((sum, campaign) => sum + campaign.progress.failed, 0);
}
