/** What the sandbox panel shows, in words: made of what is known of a sandbox, without the editor. */
import { GridError } from '../../core/errors';
import type { ProblemCode, SandboxProblem } from '../../core/sandbox/check';
import { publicUrl } from '../../core/sandbox/manifest';
import { joined, placeOf } from '../../core/sandbox/place';
import { planBuild } from '../../core/sandbox/plan';
import type { Recipe, Repository } from '../../core/sandbox/recipe';
import { differenceWords } from './sandboxContent';
import { capitalised, count, listing, moment, plural, wholePercent } from '../../core/wording';
import type { Notice, Phrase } from '../../shared/panel';
import type { Finding, SandboxAction, SandboxSight, SourceSight, StepSight } from '../../shared/sandbox';
import { lastFolder, recipeIn, recipeKey, uploadSteps, type KnownPublished } from '../sandboxKnown';
import type { SandboxRecord } from '../sandboxRuns';

export type Known = Pick<
  SandboxRecord,
  'steps' | 'built' | 'published' | 'before' | 'lineEnds' | 'interrupted' | 'elsewhere' | 'error' | 'lines' | 'uri'
> & { readonly running: Pick<NonNullable<SandboxRecord['running']>, 'kind'> | undefined };

/** The recipe as it is written now, and how it is uploaded. */
export interface Circumstances {
  readonly recipe: Recipe;
  readonly now: number;
  /** Of the settings; '' when it is not set. */
  readonly root: string;
  readonly keep: number;
  readonly pools: number;
  readonly trusted: boolean;
}

/** What the built version is compared with: the published one, or the one before where it is that itself. */
export function comparedWith(known: Pick<Known, 'built' | 'published' | 'before'>): KnownPublished | undefined {
  return isInPlace(known) ? known.before : known.published;
}

/** Whether what was built last is what was published last. */
export function isInPlace({ built, published }: Pick<Known, 'built' | 'published'>): boolean {
  return built !== undefined && built.sha256 === published?.sha256;
}

export function sightOf(known: Known, circumstances: Circumstances): SandboxSight {
  const { recipe, now } = circumstances;
  const { built, running } = known;
  const stale = built !== undefined && built.recipe !== recipeKey(recipe, known.lineEnds);
  const base = comparedWith(known);
  const steps = stepsOf(known, circumstances, stale);
  const state = { ...circumstances, known, stale, steps, isPublished: isInPlace(known) };
  const failure = failureOf(state);
  return {
    uri: known.uri,
    name: `${recipe.name} sandbox`,
    sentence: sentenceOf(state),
    now,
    notices: noticesOf(state),
    actions: actionsOf(state),
    target: targetOf(state),
    compared: state.isPublished ? 'before' : 'published',
    ...(built === undefined
      ? {}
      : {
          size: {
            ...{ bytes: built.bytes, files: built.entries },
            ...(base === undefined ? {} : { before: { bytes: base.bytes, files: base.entries } }),
          },
          sums: { sha256: built.sha256, adler32: built.adler32, ...(base === undefined ? {} : { before: base.sha256 }) },
        }),
    steps,
    sources: sourcesOf(state, base),
    findings: running?.kind === 'build' ? [] : findingsOf(state),
    ...(failure === undefined ? {} : { failure }),
  };
}

interface State extends Circumstances {
  readonly known: Known;
  /** Built of what the step does not say any more. */
  readonly stale: boolean;
  readonly isPublished: boolean;
  readonly steps: readonly StepSight[];
}

/** What is going to happen, and, of a run that belongs to this recipe, what has. */
function stepsOf({ steps, running, built, error, interrupted }: Known, { recipe }: Circumstances, stale: boolean): readonly StepSight[] {
  const plan = [...planBuild(recipe), ...uploadSteps];
  const planned = plan.map(({ id, title, detail }): StepSight => ({ id, title, detail, state: 'waiting' }));
  const isOver = running === undefined && error === undefined && interrupted === undefined && built !== undefined;
  if (steps.length === 0 || (isOver && stale)) return planned;
  const mine = running !== undefined || planned.every(({ id, title }) => steps.every((step) => step.id !== id || step.title === title));
  if (!mine) return planned;
  return running === undefined
    ? planned.map((each) => steps.find(({ id }) => id === each.id) ?? each)
    : [...steps, ...planned.filter(({ id }) => uploadSteps.some((step) => step.id === id) && steps.every((step) => step.id !== id))];
}

function plain(text: string): Phrase {
  return { text, tone: 'plain' };
}

function sentenceOf({ known, stale, steps, now, isPublished }: State): readonly Phrase[] {
  const { built, running, published } = known;
  const at = steps.find(({ state }) => state === 'running');
  if (running?.kind === 'build') return [plain(at === undefined ? 'Building' : `Building: ${at.title}`)];
  const made = built === undefined ? 'Not built yet' : `Built ${moment(built.at, now)}`;
  if (running !== undefined) {
    const share = at?.id === 'upload' && at.share !== undefined ? ` ${wholePercent(Math.floor(at.share * 100))}` : '';
    return [plain(`${made}, `), plain(at === undefined || at.id === 'upload' ? `uploading${share}` : `upload: ${at.title.toLowerCase()}`)];
  }
  const broken = steps.find(({ state }) => state === 'failed' || state === 'cancelled');
  if (broken !== undefined) {
    const what = uploadSteps.some(({ id }) => id === broken.id) ? 'upload' : 'build';
    const words = broken.state === 'failed' ? `${what} failed at “${broken.title}”` : `${what} cancelled`;
    const tone = broken.state === 'failed' ? 'error' : 'warning';
    if (built === undefined) return [{ text: capitalised(words), tone }];
    return [plain(`${made}, `), { text: what === 'build' ? `the last ${words}` : words, tone }];
  }
  if (stale) return [plain(`${made}, `), { text: 'the step has changed since', tone: 'warning' }];
  if (isPublished && published !== undefined) return [plain(`Published ${moment(published.at, now)}`)];
  const base = comparedWith(known);
  if (built === undefined || base === undefined) return [plain(built === undefined ? made : `${made}, never published`)];
  return [plain(`${made}, `), plain(differenceWords(base.manifest, built.manifest))];
}

const interruptions = {
  build: 'The window was closed while this was built. Nothing half is left: build it again.',
  upload: 'The window was closed while this was uploaded. What has its name on the storage is as it was: upload it again.',
} as const;

function noticesOf({ known, recipe }: State): readonly Notice[] {
  const { interrupted, elsewhere, published, built } = known;
  const converted = built?.manifest.files.filter(({ lineEnds }) => lineEnds !== undefined).map(({ path }) => path) ?? [];
  const [few, more] = [converted.slice(0, 5), converted.length - 5];
  const names = `${listing(more > 0 ? [...few, count(more)] : few)}${more > 0 ? ' more' : ''}`;
  return [
    ...(elsewhere === undefined
      ? []
      : [noticeOf('elsewhere', 'plain', `Another window is at it: it is being ${elsewhere === 'build' ? 'built' : 'uploaded'}.`)]),
    ...(interrupted === undefined ? [] : [noticeOf('interrupted', 'warning', interruptions[interrupted])]),
    ...(published?.unpruned === undefined ? [] : [noticeOf('unpruned', 'warning', published.unpruned)]),
    ...(converted.length === 0
      ? []
      : [
          {
            ...noticeOf('lineEnds', 'plain', `CRLF line ends are converted in the sandbox: ${names}. Their sources are as they were.`),
            answers: known.lineEnds && !recipe.lineEnds ? [{ id: 'asTheyAre', label: 'Pack as they are' }] : [],
          },
        ]),
  ];
}

function noticeOf(id: string, tone: Notice['tone'], sentence: string): Notice {
  return { id, tone, sentence, answers: [] };
}

function actionsOf({ known, stale, isPublished, trusted, pools }: State): readonly SandboxAction[] {
  const { built, running, published } = known;
  const why = (...reasons: readonly (string | false)[]): { readonly disabled?: string } => {
    const disabled = [!trusted && 'This workspace is in restricted mode.', ...reasons].find((reason) => reason !== false);
    return disabled === undefined ? {} : { disabled };
  };
  const busy = running !== undefined && (running.kind === 'build' ? 'It is being built.' : 'It is being uploaded.');
  const isFresh = built !== undefined && !stale;
  const cancel: SandboxAction = { id: 'cancel', label: running?.kind === 'build' ? 'Cancel build' : 'Cancel upload' };
  const build: SandboxAction = { id: 'build', label: 'Build', primary: !isFresh, ...why(busy) };
  const upload: SandboxAction = {
    ...{ id: 'upload', label: 'Upload…', primary: isFresh && !isPublished },
    ...why(busy, built === undefined && 'Build it first.'),
  };
  return [
    running?.kind === 'build' ? cancel : build,
    running?.kind === 'upload' ? cancel : upload,
    {
      ...{ id: 'setOnTokens', label: 'Set on tokens…', primary: isFresh && isPublished },
      ...why(
        busy,
        published === undefined && 'Upload it first: tokens name the place where it is.',
        built !== undefined && !isPublished && 'Upload it first: what is in place is another version.',
        pools === 0 && 'There is no pool here. Add one in the view Tokens.',
      ),
    },
  ];
}

function targetOf({ known, recipe, root, keep, isPublished, now }: State): SandboxSight['target'] {
  const { built, published } = known;
  const stays =
    keep === 0 ? 'keeps no older version but those that tokens name' : `keeps ${plural(keep, 'older version')}, and all that tokens name`;
  if (isPublished && published !== undefined) return { location: published.location, note: `in place since ${moment(published.at, now)}` };
  const ending = recipe.gzip ? '.tar.gz' : '.tar';
  const fileName = built?.file.replace(/^.*[/\\]/, '') ?? `${recipe.name}-00000000${ending}`;
  try {
    const last = root === '' && published !== undefined ? lastFolder(published, recipe.name) : undefined;
    const { folder, name } = placeOf({ root, place: recipe.place, fileName, ...(last === undefined ? {} : { to: last }) });
    return { location: joined(folder, built === undefined ? `${recipe.name}-<SHA-256>${ending}` : name), note: stays };
  } catch (error) {
    const sentence = error instanceof GridError ? error.sentence : String(error);
    return { note: root === '' ? `Upload asks where: grid.sandbox.root is not set, “loc” is ${recipe.place || 'empty'}` : sentence };
  }
}

/** Pins as they were asked for when it was built; of a step that has changed since, as they are now. */
function sourcesOf({ known, recipe, stale }: State, base: KnownPublished | undefined): readonly SourceSight[] {
  const found = known.built?.manifest.sources ?? [];
  const made = known.built === undefined ? undefined : recipeIn(known.built.recipe).repositories;
  const commitOf = (url: string, folder: string, from = found) =>
    from.find((source) => source.folder === folder && source.url === publicUrl(url))?.commit;
  const sight = (repository: Repository): SourceSight => {
    const { name, url, folder, branch, commit: pin } = repository;
    // What another branch came to says nothing about this one.
    const isBuilt = made?.some((each) => JSON.stringify(each) === JSON.stringify(repository)) ?? false;
    const commit = isBuilt ? commitOf(url, folder) : undefined;
    const before = commitOf(url, folder, base?.manifest.sources ?? []);
    return {
      ...{ name, url, folder, asked: askedOf(repository), moves: pin === undefined, loose: (pin ?? branch) === undefined },
      ...(commit === undefined ? {} : { commit }),
      ...(commit === undefined || before === undefined || before === commit ? {} : { before }),
    };
  };
  const asked = recipe.repositories.map(sight);
  const inside = found.filter(({ folder, commit }) => !asked.some((each) => each.folder === folder || each.commit === commit));
  return [...asked, ...(stale ? [] : inside.map((source) => ({ ...source, asked: 'inside another', moves: false, loose: false })))];
}

function askedOf({ branch, commit }: Repository): string {
  if (commit === undefined) return branch ?? 'default branch';
  return `${commit.slice(0, 10)}${branch === undefined ? '' : ` of ${branch}`}`;
}

function findingsOf({ known, recipe, stale, trusted }: State): readonly Finding[] {
  const cause = known.error?.cause;
  const refused = typeof cause === 'object' && cause !== null && 'problems' in cause ? (cause.problems as readonly SandboxProblem[]) : [];
  const lacking = (known.built === undefined || stale ? recipe.missing : []).map((field): SandboxProblem => {
    const message = `Shell_variables names ${field}, and the token of this file does not have it: the worker skips it.`;
    return { code: 'missing-field', severity: 'warning', file: '', message };
  });
  const built = (known.built?.problems ?? []).filter(({ code }) => !stale || code !== 'missing-field');
  const groups = new Map<ProblemCode, SandboxProblem[]>();
  for (const problem of refused.length > 0 ? refused : [...built, ...lacking]) {
    const group = groups.get(problem.code);
    if (group === undefined) groups.set(problem.code, [problem]);
    else group.push(problem);
  }
  return [...groups.values()].flatMap((group): Finding[] => {
    const [first, ...others] = group;
    if (first === undefined) return [];
    const { code, severity, message } = first;
    return [
      {
        ...{ code, severity, sentence: message, others: others.slice(0, mostNamed).map((each) => each.message), more: others.length },
        ...(code === 'crlf' && trusted && known.running === undefined ? { remedy: 'Convert and rebuild…' } : {}),
      },
    ];
  });
}

const mostNamed = 200;

function failureOf({ known, steps }: State): SandboxSight['failure'] {
  const { error, lines } = known;
  const step = steps.find(({ state }) => state === 'failed');
  if (error === undefined || step === undefined) return undefined;
  const own = lines.filter((line) => line.step === step.id && line.text !== '').slice(-5);
  return { step: step.title, sentence: error.sentence, lines: own.map(({ text }) => text) };
}
