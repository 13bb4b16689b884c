/** What a build is going to do, step by step, told before anything runs. */
import { listing, plural } from '../wording';
import { variablesName, type Recipe, type Repository } from './recipe';

export type StepKind = 'plan' | 'clone' | 'copy' | 'check' | 'pack';

export interface BuildStep {
  /** Stable: kind, and the place among clones. */
  readonly id: string;
  readonly kind: StepKind;
  /** "Clone prefactor". */
  readonly title: string;
  /** What is known beforehand. */
  readonly detail: string;
}

export function planBuild(recipe: Recipe): readonly BuildStep[] {
  const { repositories, files, variables, gzip } = recipe;
  const local = [...files.map(({ from }) => from), ...(variables === undefined ? [] : [variablesName])];
  const copy: BuildStep = {
    id: 'copy',
    kind: 'copy',
    title: 'Copy local files',
    detail: local.length > 4 ? plural(local.length, 'file') : local.join(', '),
  };
  const clones = repositories.map((repository, index): BuildStep => {
    return { id: `clone${index}`, kind: 'clone', title: `Clone ${repository.name}`, detail: pinOf(repository) };
  });
  return [
    { id: 'plan', kind: 'plan', title: 'Plan', detail: madeOf(recipe) },
    ...clones,
    ...(local.length === 0 ? [] : [copy]),
    { id: 'check', kind: 'check', title: 'Check scripts', detail: '' },
    { id: 'pack', kind: 'pack', title: 'Pack', detail: `${recipe.name}.tar${gzip ? '.gz' : ''}, reproducible` },
  ];
}

/** "2 repositories, 1 local file". */
export function madeOf({ repositories, files, variables }: Recipe): string {
  const local = files.length + (variables === undefined ? 0 : 1);
  const parts = [
    ...(repositories.length === 0 ? [] : [plural(repositories.length, 'repository', 'repositories')]),
    ...(local === 0 ? [] : [plural(local, 'local file')]),
  ];
  return parts.join(', ');
}

/** What says which state of a repository is meant. */
export function pinOf({ branch, commit }: Repository): string {
  if (commit !== undefined) return `commit ${commit.slice(0, 10)}${branch === undefined ? '' : ` of ${branch}`}`;
  return branch ?? 'as it stands, not pinned';
}

/** The plan in sentences, for whoever is asked before it runs. */
export function planText(recipe: Recipe): readonly string[] {
  const { repositories, files, variables, missing } = recipe;
  return [
    ...repositories.map(
      (repository) => `${repository.folder === '' ? 'To the top' : `${repository.folder}/`}: ${repository.url}, ${pinOf(repository)}`,
    ),
    ...(files.length === 0 ? [] : [`Local: ${listing(files.map(({ from, to }) => (from === to ? from : `${from} as ${to}`)))}`]),
    ...(variables === undefined ? [] : [`${variablesName} from Shell_variables`]),
    ...(missing.length === 0
      ? []
      : [`The token lacks ${listing(missing)}, which Shell_variables ${missing.length === 1 ? 'names' : 'name'}: the worker skips them.`]),
  ];
}
