/** The practice grid: a stager, a token pool, a sample workspace, and VS Code for the web with the packaged extension. */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { debianPackages, EDITOR_PACKAGES, installDebianPackages } from '../editor/debian';
import { ensureEditor } from '../editor/install';
import { installExtension, startEditor, type Server } from '../editor/server';
import { operator, startPool, type PracticePool } from './pool';
import { practiceDocuments } from './poolTokens';
import { startStager, type PracticeStager, type StagerOptions } from './stager';
import { startTapeDoor, type PracticeTapeDoor } from './tapeDoor';
import { pathOfLink } from '../../src/core/links/path';
import { run } from '../setup.mjs';

const root = join(import.meta.dirname, '../..');

/** The account of the practice stager; it is in the `~/.stagingrc` of the practice home, as the old clients want it. */
export const account = { user: 'operator', password: 'practice' };
/** How the practice stager is called in the settings. */
export const stagerName = 'Practice';
/** And the practice pool. */
export const poolName = 'practice';
/** And the practice tape door. */
export const doorName = 'Practice tape';
export const doorToken = 'practice-token';

export interface GridOptions {
  /** Everything of this grid is below it; emptied first. */
  readonly place: string;
  readonly pace?: StagerOptions['pace'];
  /** Whether the stager is in the settings already, as for `npm start`; a newcomer's window has none. */
  readonly stager?: boolean;
  /** Whether there is a token pool, in the settings and signed in by a file of PiCaS in the practice home. */
  readonly pool?: boolean;
  /** Whether there is a tape door, in the settings and not signed in; its clock runs. */
  readonly door?: boolean;
  /** Stagers that are in the settings beside these. */
  readonly stagers?: readonly object[];
  /** Of the editor's server, beside what this process has. */
  readonly env?: NodeJS.ProcessEnv;
  readonly trust?: boolean;
  readonly settings?: Record<string, unknown>;
  readonly machineSettings?: Record<string, unknown>;
  readonly log?: (line: string) => void;
}

export interface Grid {
  readonly stager: PracticeStager;
  readonly pool: PracticePool | undefined;
  readonly door: PracticeTapeDoor | undefined;
  readonly server: Server;
  /** The sample workspace. */
  readonly folder: string;
  readonly userDataDir: string;
  stop(): Promise<void>;
}

/** Of the sample list of Jülich some files are on disk. */
async function seedDoor({ store }: PracticeTapeDoor, folder: string): Promise<void> {
  const text = await readFile(join(folder, 'srm_juelich.txt'), 'utf8');
  const paths = text.split('\n').flatMap((line) => (line.startsWith('srm://') ? [pathOfLink(line.split(/\s/)[0] ?? '')] : []));
  store.seed(paths);
  store.putOnline(paths.slice(0, 5));
}

/** What must be on the machine; throws with the sentence that says what to ask for. */
export async function ensureTools(log: (line: string) => void): Promise<void> {
  const missing = await debianPackages(EDITOR_PACKAGES);
  if (missing.length === 0) return;
  log(`Installing ${missing.join(', ')}…`);
  const refusal = await installDebianPackages(missing);
  if (refusal !== undefined) throw new Error(`VS Code for the web needs: ${missing.join(', ')}. ${refusal}`);
}

/** Packages the extension; the same file a person installs. */
export async function packageExtension(): Promise<string> {
  const code = await run(process.execPath, ['build.mjs', '--package'], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (code !== 0) throw new Error('The extension could not be packaged; the reason is above.');
  return join(root, 'grid-workbench.vsix');
}

export async function startGrid(options: GridOptions): Promise<Grid> {
  const { place, log = () => undefined } = options;
  await ensureTools(log);
  const editor = await ensureEditor('newest', log);
  log('Packaging the extension…');
  const vsix = await packageExtension();
  await rm(place, { recursive: true, force: true });
  const [folder, home, userDataDir, extensionsDir] = ['workspace', 'home', 'profile', 'extensions'].map((name) => join(place, name)) as [
    string,
    string,
    string,
    string,
  ];
  await mkdir(home, { recursive: true });
  await cp(join(root, 'test/fixtures/workspace'), folder, { recursive: true });
  await writeFile(join(home, '.stagingrc'), `user=${account.user}\npassword=${account.password}\n`, { mode: 0o600 });
  await installExtension(editor, { vsix, extensionsDir, userDataDir });
  const stager = await startStager({ users: { [account.user]: account.password }, ...(options.pace ? { pace: options.pace } : {}) });
  let pool: PracticePool | undefined;
  let door: PracticeTapeDoor | undefined;
  try {
    if (options.pool !== false) {
      pool = await startPool({ documents: practiceDocuments(Math.floor(Date.now() / 1000)) });
      await writeFile(join(home, '.picasrc'), `user=${operator.user}\npassword=${operator.password}\ndatabase=${pool.database}\n`, {
        mode: 0o600,
      });
    }
    if (options.door === true) {
      await mkdir(join(place, 'tape'));
      door = await startTapeDoor({
        folder: join(place, 'tape'),
        tokens: { [doorToken]: 'operator' },
        macaroons: true,
        pace: { queueMs: 1000, perFileMs: 200 },
      });
      await seedDoor(door, folder);
    }
    const pools = pool === undefined ? [] : [{ name: poolName, url: pool.url, database: pool.database, user: operator.user }];
    const stagers: object[] = [{ name: stagerName, kind: 'lta', url: stager.url, user: account.user }];
    if (door !== undefined) stagers.push({ name: doorName, kind: 'tape', url: door.url });
    stagers.push(...(options.stagers ?? []));
    const server = await startEditor({
      editor,
      folder,
      userDataDir,
      extensionsDir,
      settings: {
        'grid.staging.pollSeconds': 2,
        'grid.staging.secondsBetweenSubmits': 0,
        'git.openRepositoryInParentFolders': 'never',
        ...options.settings,
      },
      machineSettings: {
        ...(options.stager === false ? {} : { 'grid.staging.stagers': stagers }),
        'grid.pools.list': pools,
        ...options.machineSettings,
      },
      ...(options.trust === undefined ? {} : { trust: options.trust }),
      env: { ...options.env, HOME: home },
    });
    return {
      stager,
      pool,
      door,
      server,
      folder,
      userDataDir,
      stop: async () => {
        await server.stop();
        await pool?.stop();
        await door?.stop();
        await stager.stop();
      },
    };
  } catch (error) {
    await pool?.stop();
    await door?.stop();
    await stager.stop();
    throw error;
  }
}
