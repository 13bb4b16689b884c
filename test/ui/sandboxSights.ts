/** Sandboxes as the host would show them: made-up recipes, tars and runs through the host's own wording, the same each time. */
import { createHash } from 'node:crypto';
import { GridError } from '../../src/core/errors';
import { parseYaml } from '../../src/core/config/yaml';
import type { SandboxProblem } from '../../src/core/sandbox/check';
import type { Manifest, ManifestFile } from '../../src/core/sandbox/manifest';
import { planBuild } from '../../src/core/sandbox/plan';
import { readRecipe, type Recipe } from '../../src/core/sandbox/recipe';
import type { LogLine, SandboxContent, SandboxSight, StepSight } from '../../src/shared/sandbox';
import { contentOf } from '../../src/vscode/panels/sandboxContent';
import { comparedWith, isInPlace, sightOf, type Circumstances, type Known } from '../../src/vscode/panels/sandboxView';
import { recipeKey, uploadSteps, type KnownBuilt, type KnownPublished } from '../../src/vscode/sandboxKnown';

/** Friday, half past two in the afternoon, in the zone of the machine. */
export const now = new Date(2026, 10, 20, 14, 32).getTime();
const uri = 'file:///home/ada/steps/pref_cal.cfg';
const day = 86_400_000;

export const recipe: Recipe = readRecipe(
  parseYaml(`Token:
  OBSID: ""
Sandbox:
  name: pref_cal
  loc: pref3
  git: { location: "https://git.example.org/lofar/GRID_Sandbox.git", branch: main }
  git_scripts:
    prefactor: { git_url: "https://git.example.org/lofar/prefactor.git", branch: V3.2 }
    LOFAR-grid-tools: { git_url: "git@git.example.org:lofar/LOFAR-grid-tools.git", commit: b81e07d40c5ab }
    losoto: { git_url: "https://git.example.org/lofar/losoto.git" }
  files: [parsets]
Shell_variables: { OBSID: $OBSID, FREQUENCY: $FREQ }
`),
  'pref_cal',
);

export const circumstances: Circumstances = {
  ...{ recipe, now, keep: 3, pools: 1, trusted: true },
  root: 'gsiftp://gridftp.grid.sara.nl:2811/pnfs/grid.sara.nl/data/lofar/sandbox/',
};

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

type Sizes = Readonly<Record<string, number>>;

const files: Sizes = {
  'LOFAR-grid-tools/README.md': 2100,
  'LOFAR-grid-tools/bin/upload_results.sh': 3000,
  'LOFAR-grid-tools/data/beam.fits': 1_690_000,
  'bin/download.sh': 4800,
  'bin/process_output.sh': 1900,
  'bin/run_pipeline.sh': 6200,
  'bin/setup_run_dir.sh': 2300,
  'losoto/losoto/operations/clocktec.py': 21_000,
  'losoto/losoto/operations/plot.py': 48_000,
  'losoto/tests/calibrator.h5': 7_030_000,
  'master.sh': 4100,
  'parsets/pref_cal.parset': 5200,
  'prefactor/Initial-Subtract.parset': 11_000,
  'prefactor/Pre-Facet-Calibrator.parset': 24_000,
  'prefactor/Pre-Facet-Target.parset': 28_000,
  'prefactor/bin/deprecated.py': 3100,
  'prefactor/rfistrategies/HBAdefault': 18_000,
  'prefactor/scripts/getStructure_from_phases.py': 15_000,
  'prefactor/scripts/sort_times_into_freqGroups.py': 22_000,
  'prefactor/scripts/transfer_gains_RMextract.py': 9_400,
  'prefactor/skymodels/3C295-fiveComponents.skymodel': 900,
  'prefactor/skymodels/A-Team_lowres.skymodel': 8_190_000,
  'tokvar.cfg': 61,
};
const older: Sizes = {
  ...files,
  'bin/aoflagger-2.sh': 2400,
  'prefactor/Pre-Facet-Target.parset': 26_400,
  'prefactor/scripts/sort_times_into_freqGroups.py': 22_000,
  'master.sh': 3900,
};

function manifestOf(sizes: Sizes, salt: (path: string) => string, commits: readonly string[]): Manifest {
  const listed = Object.entries(sizes).map(([path, bytes]): ManifestFile => ({
    ...{ path, bytes, sha256: sha(`${path}${salt(path)}`) },
    ...(path.endsWith('.sh') ? { executable: true as const } : {}),
  }));
  const sources = recipe.repositories.map(({ name, folder, url, branch }, at) => ({
    ...{ name, folder, url: url.replace(/^git@/, 'git@'), commit: commits[at] ?? '' },
    ...(branch === undefined ? {} : { branch }),
  }));
  return { format: 1, name: 'pref_cal', sources, files: [...listed, { path: 'bin/again.sh', bytes: 0, link: 'run_pipeline.sh' }] };
}

const commits = ['4d1be9a0312c', '3f9c2ab7718e', 'b81e07d40c5ab', '0c44d1e99f10'].map(
  (begin) => begin + sha(begin).slice(begin.length, 40),
);
const oldCommits = commits.map((commit, at) => (at === 1 ? `71aa0c5e22${commit.slice(10)}` : commit));
const changed = new Set(['master.sh', 'prefactor/Pre-Facet-Target.parset', 'prefactor/scripts/sort_times_into_freqGroups.py']);
const newer = manifestOf(files, (path) => (changed.has(path) ? 'new' : ''), commits);
const before = (({ 'prefactor/scripts/transfer_gains_RMextract.py': _, ...rest }: Sizes): Manifest =>
  manifestOf(rest, () => '', oldCommits))(older);

const problems: readonly SandboxProblem[] = [
  {
    ...{ code: 'crlf', severity: 'warning', file: 'LOFAR-grid-tools/bin/upload_results.sh' },
    message: 'LOFAR-grid-tools/bin/upload_results.sh has CRLF line ends; a shell stops at line 1.',
  },
  {
    ...{ code: 'missing-field', severity: 'warning', file: 'tokvar.cfg' },
    message: 'Shell_variables names FREQUENCY, and the token of this file does not have it: the worker skips it.',
  },
];

export function builtOf(manifest: Manifest = newer, more: Partial<KnownBuilt> = {}): KnownBuilt {
  const sha256 = sha(JSON.stringify(manifest.files));
  const bytes = manifest.files.reduce((sum, file) => sum + 512 + Math.ceil(file.bytes / 512) * 512, 10_240);
  return {
    ...{ file: `/home/ada/.cache/pref_cal-${sha256.slice(0, 8)}.tar`, bytes, sha256, adler32: 'a41c09e7' },
    ...{ entries: manifest.files.length + 1, problems, manifest, recipe: recipeKey(recipe, false), at: now - 3 * 60_000 },
    ...more,
  };
}

export function publishedOf({ sha256, bytes, entries, manifest }: KnownBuilt, at: number): KnownPublished {
  const location = `${circumstances.root}pref3/pref_cal-${sha256.slice(0, 8)}.tar`;
  return { sha256, bytes, entries, manifest, at, location };
}

const details: Readonly<Record<string, readonly [string, number]>> = {
  plan: ['4 repositories, 2 local files', 90],
  clone0: ['4d1be9a031, main', 1210],
  clone1: ['3f9c2ab771, V3.2', 6230],
  clone2: ['b81e07d40c, cached', 0],
  clone3: ['0c44d1e99f', 2900],
  copy: ['parsets/pref_cal.parset, tokvar.cfg', 10],
  check: ['6 scripts, 2 warnings', 220],
  pack: ['25 files, 17 MB', 1420],
  upload: ['17 MB to gridftp.grid.sara.nl', 12_400],
  verify: ['ADLER32 a41c09e7', 640],
  place: ['pref_cal-9d1e4c07.tar, 1 older version removed', 1100],
};

const all = [...planBuild(recipe), ...uploadSteps];

/** All steps up to one are done; that one is as it is told. */
export function stepsUpTo(last: string, how: Partial<StepSight> = { state: 'done' }, until?: string): readonly StepSight[] {
  const at = all.findIndex(({ id }) => id === last);
  const end = until === undefined ? all.length : all.findIndex(({ id }) => id === until) + 1;
  return all.slice(0, end).map(({ id, title, detail }, k): StepSight => {
    const [told = detail, ms = 0] = details[id] ?? [];
    if (k < at || (k === at && how.state === 'done')) return { id, title, detail: told, state: 'done', ms };
    return k === at ? { id, title, detail, state: 'waiting', ...how } : { id, title, detail, state: 'waiting' };
  });
}

const nothing: Known = {
  ...{
    uri,
    steps: [],
    built: undefined,
    published: undefined,
    before: undefined,
    lineEnds: false,
    interrupted: undefined,
    elsewhere: undefined,
  },
  ...{ error: undefined, lines: [], running: undefined },
};

export interface Told {
  readonly sight: SandboxSight;
  readonly content: SandboxContent | undefined;
  readonly lines: readonly LogLine[];
}

export function told(known: Partial<Known>, more: Partial<Circumstances> = {}): Told {
  const whole = { ...nothing, ...known };
  const { built, lines } = whole;
  return {
    sight: sightOf(whole, { ...circumstances, ...more }),
    content: built === undefined ? undefined : contentOf(built, comparedWith(whole), now, isInPlace(whole)),
    lines,
  };
}

function line(step: string, second: number, text: string): LogLine {
  return { step, at: new Date(2026, 10, 20, 14, 31, second).getTime(), text };
}

export const gitLines: readonly LogLine[] = [
  line('clone0', 40, '$ git ls-remote -- https://git.example.org/lofar/GRID_Sandbox.git refs/heads/main refs/tags/main^{} refs/tags/main'),
  line('clone0', 41, '$ git fetch --no-tags --depth 1 --progress -- https://git.example.org/lofar/GRID_Sandbox.git main'),
  line('clone0', 41, 'remote: Enumerating objects: 48, done.'),
  line('clone0', 41, 'Receiving objects: 100% (48/48), 61.20 KiB | 4.10 MiB/s, done.'),
  line('clone1', 42, '$ git ls-remote -- https://git.example.org/lofar/prefactor.git refs/heads/V3.2 refs/tags/V3.2^{} refs/tags/V3.2'),
  line('clone1', 42, '$ git fetch --no-tags --depth 1 --progress -- https://git.example.org/lofar/prefactor.git V3.2'),
  line('clone1', 43, 'remote: Enumerating objects: 311, done.'),
  line('clone1', 43, 'remote: Counting objects: 100% (311/311), done.'),
];

export function plan(): Told {
  return told({});
}

export function building(): Told {
  const how = { state: 'running', detail: 'Receiving objects 41 %', share: 0.41, since: now - 2300 } as const;
  return told({ running: { kind: 'build' }, steps: stepsUpTo('clone1', how, 'pack'), lines: gitLines });
}

export function failed(): Told {
  const error = new GridError('notFound', 'There is no branch or tag “V3.2” in prefactor.', { hint: 'Was “V3.3” meant?' });
  const said = [...gitLines.slice(0, 5), line('clone1', 43, 'fatal: couldn’t find remote ref V3.2')];
  return told({ error, steps: stepsUpTo('clone1', { state: 'failed', detail: error.message, ms: 800 }, 'pack'), lines: said });
}

export function built(): Told {
  return told({ built: builtOf(newer, { at: now }), steps: stepsUpTo('pack', { state: 'done' }, 'pack'), lines: gitLines });
}

const last = publishedOf(builtOf(before), now - 3 * day);

export function differing(): Told {
  return told({ built: builtOf(), published: last, steps: stepsUpTo('pack', { state: 'done' }, 'pack'), lines: gitLines });
}

export function uploading(): Told {
  const how = { state: 'running', detail: '11 MB of 17 MB to gridftp.grid.sara.nl', share: 0.65, since: now - 8000 } as const;
  const lines = [
    ...gitLines,
    line('upload', 52, `/home/ada/.cache/pref_cal-9d1e4c07.tar to ${circumstances.root}pref3/pref_cal-9d1e4c07.tar`),
  ];
  return told({ built: builtOf(), published: last, running: { kind: 'upload' }, steps: stepsUpTo('upload', how), lines });
}

export function published(): Told {
  const whole = builtOf();
  return told({ built: whole, published: publishedOf(whole, now), before: last, steps: stepsUpTo('place'), lines: gitLines });
}

/** So many files in folders of some forty, a tenth of them changed. */
export function many(count: number): Told {
  const path = (k: number): string => `tool${Math.floor(k / 400)}/part${Math.floor(k / 40) % 10}/file_${String(k).padStart(5, '0')}.py`;
  const sizes = Object.fromEntries([
    ['master.sh', 3000] as const,
    ...Array.from({ length: count - 1 }, (_, k) => [path(k), 400 + ((k * 7919) % 90_000)] as const),
  ]);
  const [old, now2] = [manifestOf(sizes, () => '', oldCommits), manifestOf(sizes, (name) => (name.endsWith('7.py') ? 'x' : ''), commits)];
  const crlf = Array.from({ length: 30 }, (_, k): SandboxProblem => {
    const file = path(k * 40 + 3);
    return { code: 'crlf', severity: 'warning', file, message: `${file} has CRLF line ends; a shell stops at line 1.` };
  });
  const whole = builtOf(now2, { problems: crlf });
  return told({
    built: whole,
    published: publishedOf(builtOf(old), now - day),
    steps: stepsUpTo('pack', { state: 'done' }, 'pack'),
    lines: gitLines,
  });
}

/** Of a window that was closed in the middle of an upload, when a pool was silent the time before. */
export function interrupted(): Told {
  const unpruned = 'The pool lofar-dr3 cannot be asked which versions its tokens name. No older version was removed.';
  const steps = stepsUpTo('upload', { state: 'cancelled', detail: 'cancelled', ms: 4000 });
  return told({ built: builtOf(), published: { ...last, unpruned }, interrupted: 'upload', steps, lines: [] });
}
