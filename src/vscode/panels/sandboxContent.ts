/** The files of a sandbox as the panel gets them: in columns, each against the version that is published. */
import type { ProblemCode, SandboxProblem } from '../../core/sandbox/check';
import { differences, manifestName, manifestText, type Difference, type Manifest, type ManifestFile } from '../../core/sandbox/manifest';
import { count, moment } from '../../core/wording';
import type { Phrase } from '../../shared/panel';
import type { Mark, SandboxContent } from '../../shared/sandbox';
import type { KnownBuilt, KnownPublished } from '../sandboxKnown';

const letters: Readonly<Record<Difference, Mark>> = { new: 'n', changed: 'c', removed: 'r' };

/** In few words, beside a file; what is no file, or is said of all, has none. */
const words: Partial<Record<ProblemCode, string>> = {
  crlf: 'CRLF line ends',
  'not-executable': 'no execute bit',
  'large-file': 'large',
  'lfs-pointer': 'only a pointer of LFS',
  'link-broken': 'leads nowhere',
  'missing-field': 'fields that tokens lack',
};

export function contentOf(
  { manifest, problems }: KnownBuilt,
  base: KnownPublished | undefined,
  now: number,
  inPlace: boolean,
): SandboxContent {
  const changes = base === undefined ? new Map<string, Difference>() : differences(base.manifest, manifest);
  const older = new Map(base?.manifest.files.map((file) => [file.path, file]));
  const removed = [...changes].flatMap(([path, change]) => (change === 'removed' ? (older.get(path) ?? []) : []));
  const itself: ManifestFile = { path: manifestName, bytes: byteLength(manifestText(manifest)) };
  const files = [...manifest.files, itself, ...removed].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const said = wordsOf(problems);
  const content = {
    before: {} as Record<number, number>,
    executable: [] as number[],
    links: {} as Record<number, string>,
    notes: {} as Record<number, Phrase>,
  };
  files.forEach(({ path, executable, link, lineEnds }, at) => {
    if (changes.get(path) === 'changed') content.before[at] = older.get(path)?.bytes ?? 0;
    if (executable === true && changes.get(path) !== 'removed') content.executable.push(at);
    if (link !== undefined) content.links[at] = link;
    const note = said.get(path);
    if (note !== undefined) content.notes[at] = { text: note, tone: 'warning' };
    else if (lineEnds !== undefined) content.notes[at] = { text: 'line ends converted', tone: 'plain' };
  });
  return {
    ...content,
    paths: files.map(({ path }) => path),
    bytes: files.map(({ bytes }) => bytes),
    marks: files.map(({ path }) => markOf(changes.get(path))).join(''),
    against: againstWords(base, now, inPlace),
  };
}

function againstWords(base: KnownPublished | undefined, now: number, inPlace: boolean): string {
  if (base === undefined) return inPlace ? 'the first version that is published' : 'never published';
  return `against the version ${inPlace ? 'before, of' : 'published'} ${moment(base.at, now)}`;
}

function markOf(change: Difference | undefined): Mark {
  return change === undefined ? '=' : letters[change];
}

function wordsOf(problems: readonly SandboxProblem[]): ReadonlyMap<string, string> {
  const said = new Map<string, string>();
  for (const { code, file } of problems) {
    const word = words[code];
    if (word !== undefined) said.set(file, said.has(file) ? `${said.get(file) ?? ''}, ${word}` : word);
  }
  return said;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** "37 files changed, 2 new, 1 removed since it was published". */
export function differenceWords(older: Manifest, newer: Manifest): string {
  const found = [...differences(older, newer).values()];
  const number = (wanted: Difference): number => found.filter((each) => each === wanted).length;
  const parts = (['changed', 'new', 'removed'] as const).flatMap((each) => (number(each) === 0 ? [] : [`${count(number(each))} ${each}`]));
  return parts.length === 0 ? 'the same files as published' : `${parts.join(', ')} since it was published`;
}
