/** grid.links.check: where all files of a list are. Changes nothing and opens no file. */
import { commands, ProgressLocation, Uri, window, type Progress } from 'vscode';
import { asGridError, GridError } from '../../core/errors';
import { convert } from '../../core/links/convert';
import { parseLink } from '../../core/links/link';
import { parseList } from '../../core/links/list';
import type { LocalityAnswer, LocalitySource } from '../../core/ports';
import { checkLocality, LocalityCheck, type LocalityResult } from '../../core/staging/check';
import type { Ways } from '../../core/staging/door';
import { countFiles, type FileCounts } from '../../core/staging/state';
import { countsText, verdictText } from '../../core/staging/verdict';
import { count, listing, plural } from '../../core/wording';
import { optionsOf, urisOf, type Person, type Program } from '../caller';
import { noCancel, signalOf } from '../cancel';
import type { Checks } from '../checks';
import { sitesOf, type Doors } from '../doors';
import { listsMeant, readList, type ListSource } from '../lists';
import { info } from '../log';
import type { Sites } from '../sites';
import { kindOf } from '../stagerKinds';
import type { Stagers } from '../stagers';
import { needTrust } from '../trust';

export interface CheckPorts {
  readonly stagers: Stagers;
  readonly sites: Sites;
  readonly checks: Checks;
  readonly doors: Doors;
}

const doing = 'Checking where files are';
/** How often what has been told so far is drawn. */
const showMs = 500;

export async function checkLinks(call: Person | Program, ports: CheckPorts): Promise<LocalityResult | undefined> {
  needTrust(doing);
  return call.by === 'program' ? checkForProgram(call, ports) : checkForPerson(call, ports);
}

async function checkForProgram(call: Program, ports: CheckPorts): Promise<LocalityResult> {
  const { stager } = optionsOf(call.options, { stager: 'string?' });
  const sources = await Promise.all(urisOf(call.subject).map((uri) => readList(uri, ports.sites)));
  if (stager !== undefined) needTeller(ports.stagers, stager);
  const check = await checkSources(sources, ports.doors.named('check', sitesOf(sources), stager), ports, { signal: noCancel });
  return check.result;
}

async function checkForPerson(call: Person, ports: CheckPorts): Promise<LocalityResult | undefined> {
  const sources = await listsMeant(call, ports.sites);
  if (sources.length === 0) return undefined;
  if (sources.every(({ list }) => list.links.length === 0)) throw new GridError('rejected', 'There is no link in the list.');
  const ways = await ports.doors.meant('check', sitesOf(sources));
  if (ways === undefined) return undefined;
  const check = await checkWithProgress(sources, ways, ports);
  tell(sources, check);
  return check.result;
}

/** One line that a person has pointed at. */
export async function checkLink(link: unknown, uri: unknown, ports: CheckPorts): Promise<LocalityResult | undefined> {
  needTrust(doing);
  if (typeof link !== 'string' || typeof uri !== 'string') return undefined;
  const source = { name: 'link', uri: Uri.parse(uri), list: parseList(link, ports.sites.table), selection: true };
  const ways = await ports.doors.meant('check', sitesOf([source]));
  return ways && (await checkWithProgress([source], ways, ports)).result;
}

interface How {
  readonly signal: AbortSignal;
  readonly progress?: (done: number, total: number) => void;
  /** A check that nobody has asked for leaves no trace when it has learned nothing. */
  readonly aside?: boolean;
}

/** Checks the links of all lists, each once and by the stager of its site, and remembers what was told with each list. */
export async function checkSources(sources: readonly ListSource[], ways: Ways, ports: CheckPorts, how: How): Promise<LocalityCheck> {
  const links = sources.flatMap(({ list }) => list.links.map(({ text }) => text));
  const by = tellersIn(ways);
  const doors = await openDoors(sources, ways, ports);
  const check = await inSight(sources, links, by, ports, (heard) => checkLocality(links, doors, { ...how, heard }));
  const at = Date.now();
  const isIdle = how.aside === true && check.failed === check.done;
  for (const { uri, selection } of sources) {
    if (isIdle) ports.checks.drop(uri);
    else ports.checks.add(uri, check, { by, at, whole: !selection, ways });
  }
  info(`${by} was asked where ${plural(check.total, 'file')} are: ${countsText(countsOf(check)) || 'no answer'}.`);
  return check;
}

/** Rejects for a stager that cannot tell. */
function needTeller(stagers: Stagers, name: string): void {
  if (kindOf(stagers.find(name).kind)?.tells === true) return;
  throw new GridError('rejected', `${name} cannot tell where files are.`, { hint: 'A tape, dCache or gfal2 stager can.' });
}

function tellersIn(ways: Ways): string {
  return listing([...new Set(ways.values())]) || 'Nobody';
}

/** What each stager is asked through, and about which links. One that cannot be opened fails its own files only. */
async function openDoors(sources: readonly ListSource[], ways: Ways, { stagers, sites, doors }: CheckPorts): Promise<LocalitySource[]> {
  const names = [...new Set(ways.values())];
  const siteOf = new Map<string, string>();
  for (const { list } of sources) for (const { text, site } of list.links) siteOf.set(text, site?.id ?? '');
  const opened = names.map(async (name) => {
    const takes = (link: string) => ways.get(siteOf.get(link) ?? '') === name;
    const found = await stagers.sources(name).catch((error: unknown) => {
      if (names.length === 1) throw error;
      return [{ name, locality: () => Promise.reject(asGridError(error)) }];
    });
    return found.map((source) => ({ ...withHosts(source, sites), takes }));
  });
  const unserved: LocalitySource = {
    name: 'Nobody',
    takes: (link) => !ways.has(siteOf.get(link) ?? ''),
    locality: (links, { heard }) => {
      for (const link of links) {
        const where = doors.nameOf(siteOf.get(link) ?? '');
        heard(link, { problem: `No stager that can tell serves ${where}. Add a tape, dCache or gfal2 stager.` });
      }
      return Promise.resolve();
    },
  };
  return [...(await Promise.all(opened)).flat(), unserved];
}

/** What is told is shown as it comes, now and then. */
async function inSight(
  sources: readonly ListSource[],
  links: readonly string[],
  by: string,
  { checks }: CheckPorts,
  run: (heard: (link: string, answer: LocalityAnswer) => void) => Promise<LocalityCheck>,
): Promise<LocalityCheck> {
  const seen = new LocalityCheck(links);
  for (const { uri } of sources) checks.begin(uri, seen, by, Date.now());
  let told = 0;
  const tick = setInterval(() => {
    if (seen.done > told) for (const { uri } of sources) checks.goOn(uri);
    told = seen.done;
  }, showMs);
  try {
    return await run((link, answer) => seen.hear(link, answer));
  } catch (thrown) {
    for (const { uri } of sources) checks.drop(uri);
    throw thrown;
  } finally {
    clearInterval(tick);
  }
}

/** gfal2 takes a bare path for one of this machine: it is asked about the file at its site. */
function withHosts(source: LocalitySource, sites: Sites): LocalitySource {
  return {
    name: source.name,
    locality: async (links, { signal, heard }) => {
      const asked = new Map<string, string[]>();
      for (const link of links) {
        const form = (link.startsWith('/') ? hosted(link, sites) : undefined) ?? link;
        const same = asked.get(form);
        if (same === undefined) asked.set(form, [link]);
        else same.push(link);
      }
      await source.locality([...asked.keys()], {
        signal,
        heard: (form, answer) => {
          for (const link of asked.get(form) ?? []) heard(link, answer);
        },
      });
    },
  };
}

function hosted(path: string, sites: Sites): string | undefined {
  const link = parseLink(path, sites.table);
  return link?.site === undefined ? undefined : convert(link, 'srm').text;
}

export function countsOf(check: LocalityCheck): FileCounts {
  return countFiles(check.links.filter((link) => check.answer(link) !== undefined).map((link) => check.state(link)));
}

export function checkWithProgress(sources: readonly ListSource[], ways: Ways, ports: CheckPorts, aside = false): Thenable<LocalityCheck> {
  const links = sources.reduce((sum, { list }) => sum + list.links.length, 0);
  const options = {
    location: ProgressLocation.Notification,
    title: `Asking ${tellersIn(ways)} where ${plural(links, 'file')} ${links === 1 ? 'is' : 'are'}`,
    cancellable: true,
  };
  return window.withProgress(options, (progress: Progress<{ message: string; increment: number }>, token) => {
    let before = 0;
    return checkSources(sources, ways, ports, {
      signal: signalOf(token),
      aside,
      progress: (done, total) => {
        progress.report({ message: `${count(done)} of ${count(total)}`, increment: ((done - before) * 100) / total });
        before = done;
      },
    });
  });
}

/** What it came to: where the list is in view its lines say it, and a glance at the status bar is enough. */
function tell(sources: readonly ListSource[], check: LocalityCheck): void {
  const counts = countsOf(check);
  if (check.done === 0) return; // cancelled at once
  const [first] = check.result.failed;
  // Everything failed alike: one reason, told as such.
  if (first !== undefined && check.failed === check.total)
    throw new GridError('unreachable', `${plural(check.total, 'file')}: ${first.message}`);
  const text = `${check.cancelled ? `Cancelled after ${count(check.done)} of ${plural(check.total, 'file')}. ` : ''}${verdictText(counts)}`;
  const [source, more] = sources;
  const shown = source !== undefined && window.visibleTextEditors.some(({ document }) => document.uri.toString() === source.uri.toString());
  if (shown && check.failed === 0) {
    window.setStatusBarMessage(text, 8000);
    return;
  }
  void offer(source, text, counts, more !== undefined, check.failed > 0);
}

async function offer(source: ListSource | undefined, text: string, counts: FileCounts, several: boolean, failed: boolean): Promise<void> {
  const { tape = 0, online = 0 } = counts;
  const stage = `Stage ${count(tape)}…`;
  const tokens = `Tokens of ${count(online)} Online…`;
  // Three at most: of more, none can be read.
  const fitting = [...(tape > 0 ? [stage] : []), ...(online > 0 && !several ? [tokens] : []), ...(several ? [] : ['Show']), 'Export…'];
  const buttons = fitting.slice(0, 3);
  const show = failed ? window.showWarningMessage : window.showInformationMessage;
  const choice = await show(text, ...buttons);
  if (source === undefined || choice === undefined) return;
  if (choice === stage) await commands.executeCommand('grid.staging.stageOnTape', source.uri, [source.uri]);
  else if (choice === tokens) await commands.executeCommand('grid.tokens.createOnline', source.uri, [source.uri]);
  else if (choice === 'Show') await commands.executeCommand('grid.links.showChecked', source.uri, [source.uri]);
  else await commands.executeCommand('grid.links.exportChecked', source.uri, [source.uri]);
}
