/** How the nodes of Staging Requests are named, worded, sorted and told apart. */
import { progressOf, requestKey, type StagingRequest } from '../../core/staging/request';
import { fileUrgency, fileWord, isFinal, requestWord, type FileState, type RequestState } from '../../core/staging/state';
import { count, percent, plural } from '../../core/wording';
import { fileShape } from '../../shared/shape';
import type { FileNode, ObservationNode, ShownFile, StagingNode } from './staging';
import type { Description } from './tree';

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

/** Order of requests in the view. */
export function byUrgency(a: StagingRequest, b: StagingRequest): number {
  return urgency.indexOf(a.state) - urgency.indexOf(b.state);
}

/** The one thing besides the percentage that a narrow row has room for: trouble, else what holds it, else what moves. */
export function remarkOf(request: StagingRequest): readonly string[] | undefined {
  const troubles = troublesOf(request);
  if (troubles.length > 0) return troubles;
  const { staging } = progressOf(request).counts;
  if (request.state === 'running') return staging === undefined ? undefined : [`${count(staging)} ${fileWord('staging')}`];
  return request.state === 'done' ? undefined : [requestWord(request.state)];
}

/** "2 failed", "1 lost". */
export function troublesOf(request: StagingRequest): readonly string[] {
  const { counts } = progressOf(request);
  return (['failed', 'lost', 'unavailable', 'expired'] as const).flatMap((state) => {
    const files = counts[state];
    return files === undefined ? [] : [`${count(files)} ${fileWord(state)}`];
  });
}

/** The row of an observation. */
export function describeObservation(node: ObservationNode): Description {
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

/** The row of a file. */
export function describeFile(node: FileNode): Description {
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

/** Order of files below a request or an observation: trouble first, then by name. */
export function byStateAndName(a: ShownFile, b: ShownFile): number {
  return fileUrgency(a.file.state) - fileUrgency(b.file.state) || compareNames(a, b);
}

function compareNames(a: ShownFile, b: ShownFile): number {
  const [left, right] = [shortName(a), shortName(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Trouble before movement before rest; online only when all are. */
function worst(states: readonly FileState[]): FileState {
  return [...states].sort((a, b) => fileUrgency(a) - fileUrgency(b))[0] ?? 'unknown';
}

/** Words of a request for `when` clauses: what it is and what can be done with it. */
export function contextOf(request: StagingRequest, online: number, live: boolean): string {
  const words = ['request'];
  const { state } = request;
  if (online > 0) words.push('hasOnline');
  if (state !== 'aborted' && state !== 'failed' && state !== 'draft' && state !== 'submitting') words.push('canAbort');
  if (state === 'onHold' || state === 'aborted' || state === 'failed' || state === 'partial') words.push('canReschedule');
  if (isFinal(state) || !live) words.push('canForget');
  return words.sort().join(' ');
}

/** Identity of a node: the same after each refresh, unique in the view. */
export function idOf(node: StagingNode): string {
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
