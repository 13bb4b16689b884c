/** What `npm start` does once TypeScript can be read. */
import { join } from 'node:path';
import { doMainJob } from './mainJob';
import { account, doorName, doorToken, poolName, startGrid, stagerName, type Grid } from './grid';

const place = join(import.meta.dirname, '../../.practice');
/** Fast enough to watch, slow enough to see each state. */
const livelyPace = { newMs: 3000, scheduledMs: 3000, perFileMs: 900 };
const briskPace = { newMs: 2500, scheduledMs: 2500, perFileMs: 250 };

/** Serves the practice grid until it is told to stop. */
async function serve(): Promise<number> {
  const grid = await begin(livelyPace);
  if (grid === undefined) return 1;
  console.log(`
  VS Code with Grid Workbench:  ${grid.server.url}

  Right-click srm_sara.txt in the Explorer and choose Stage…; the view Grid shows its files turn online.
  The stager "${stagerName}" is a practice one (${grid.stager.url}, user ${account.user}, password ${account.password}); it is set up already.
  Where files are is told by "${doorName}" (${grid.door?.url ?? ''}): Sign In to Stager… with the token ${doorToken}, open srm_juelich.txt, Check.
  The token pool "${poolName}" (${grid.pool?.url ?? ''}): Create Tokens… makes tokens of a step file and a list; it is set up, too.
  README.md in the window says what else to try. Ctrl+C ends it all.
`);
  const stopped = new Promise<number>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(0));
    void grid.server.exited.then((code) => {
      console.error(`VS Code ended by itself (${code}).\n${grid.server.log().slice(-2000)}`);
      resolve(1);
    });
  });
  const code = await stopped;
  await grid.stop();
  return code;
}

/** Does the main job in a window and says what it saw; 0 when all of it happened. */
async function check({ refuse }: { readonly refuse: boolean }): Promise<number> {
  const grid = await begin(briskPace);
  if (grid === undefined) return 1;
  // Ctrl+C must not leave servers behind.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void grid.stop().then(() => process.exit(1)));
  try {
    if (refuse) grid.stager.fault({ kind: 'fault', method: 'add_getid', message: 'the stager takes no requests at the moment' });
    await doMainJob(grid, { pictures: join(place, 'pictures'), say: (line) => console.log(line) });
    console.log('All of it was seen.');
    return 0;
  } catch (error) {
    console.error(`\nIt stopped here: ${error instanceof Error ? error.message : String(error)}`);
    console.error(`Pictures are in ${join('.practice', 'pictures')}.`);
    return 1;
  } finally {
    await grid.stop();
  }
}

async function begin(pace: typeof livelyPace): Promise<Grid | undefined> {
  try {
    return await startGrid({ place: join(place, 'grid'), pace, door: true, log: (line) => console.log(line) });
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

const args = new Set(process.argv.slice(2));
void (args.has('--check') ? check({ refuse: args.has('--refuse') }) : serve()).then((code) => process.exit(code));
