/**
 * What an exit code means. GRID_LRT's codes changed their meaning over the years, so a code is read by the time at which
 * its token was closed; above 128 they are signals, as in every shell. `exit_code` of PiCaS is the code of any program, so
 * GRID_LRT's table says nothing about it.
 * Sources: GRID_LRT's docs/errors.rst and its worker scripts of 2015 to 2020; POSIX shells; Python's subprocess.
 */

/** What to do about a token in error: the five phrases that are shown. */
export type Remedy = 'Retry' | 'Retry once staged' | 'Give more memory' | 'Fix input' | 'Inspect';

export interface Meaning {
  readonly meaning: string;
  readonly remedy: Remedy;
}

interface Coded extends Meaning {
  readonly code: number;
  /** The first second at which it no longer held; the later meaning follows in the table. */
  readonly until?: number;
}

const day = (date: string): number => Date.parse(`${date}T00:00:00Z`) / 1000;
/** The scripts of 2016 and 2017 gave way to the launcher with its table of codes. */
const launcher = day('2018-03-01');
const renumbered = day('2018-02-27');

/** Rows of one code stand in the order of time. */
const table: readonly Coded[] = [
  { code: -100, meaning: 'The launcher’s folder is missing', remedy: 'Inspect' },
  { code: -2, meaning: 'The sandbox is empty, or its variables cannot be read', remedy: 'Retry' },
  { code: -1, meaning: 'The sandbox or a file could not be copied', remedy: 'Retry' },
  { code: 1, until: launcher, meaning: 'The job failed', remedy: 'Inspect' },
  { code: 1, meaning: 'The worker lacked its token, database or password', remedy: 'Inspect' },
  { code: 2, meaning: 'Segmentation fault', remedy: 'Inspect' },
  { code: 3, until: launcher, meaning: 'Interrupted by a signal', remedy: 'Retry' },
  { code: 3, meaning: 'The parset is missing', remedy: 'Fix input' },
  { code: 4, meaning: 'The job’s folder is gone', remedy: 'Inspect' },
  { code: 8, meaning: 'The master script got an unknown option', remedy: 'Fix input' },
  { code: 9, meaning: 'The master script got bad arguments', remedy: 'Fix input' },
  { code: 10, meaning: 'The software (cvmfs) was not there', remedy: 'Inspect' },
  { code: 11, meaning: 'The LOFAR environment was not found', remedy: 'Inspect' },
  { code: 12, until: launcher, meaning: 'The worker’s cluster or the pipeline is not known', remedy: 'Inspect' },
  { code: 12, meaning: 'The environment has no script to begin with', remedy: 'Inspect' },
  { code: 13, meaning: 'The program that copies files was not installed', remedy: 'Retry' },
  { code: 15, until: renumbered, meaning: 'DPPP ran out of memory', remedy: 'Give more memory' },
  { code: 16, until: renumbered, meaning: 'Out of memory', remedy: 'Give more memory' },
  { code: 17, until: renumbered, meaning: 'The input was downloaded in part', remedy: 'Inspect' },
  { code: 20, until: launcher, meaning: 'The download failed, or the pipeline is not known', remedy: 'Retry' },
  { code: 20, meaning: 'The list of links is missing', remedy: 'Fix input' },
  { code: 21, until: launcher, meaning: 'The results could not be uploaded', remedy: 'Retry' },
  { code: 21, meaning: 'The download failed', remedy: 'Retry' },
  { code: 22, meaning: 'The data was not staged', remedy: 'Retry once staged' },
  { code: 23, meaning: 'The calibrator solutions could not be had', remedy: 'Fix input' },
  { code: 30, until: launcher, meaning: 'The parset is missing', remedy: 'Fix input' },
  { code: 30, meaning: 'The job left nothing to upload', remedy: 'Inspect' },
  { code: 31, until: launcher, meaning: 'The calibrator solutions could not be had', remedy: 'Fix input' },
  { code: 31, meaning: 'The upload failed', remedy: 'Retry' },
  { code: 32, meaning: 'The storage is full', remedy: 'Retry' },
  { code: 33, meaning: 'The result exists already', remedy: 'Fix input' },
  { code: 34, meaning: 'The folder for results is missing', remedy: 'Fix input' },
  { code: 90, meaning: 'The pipeline wrote no log', remedy: 'Inspect' },
  { code: 96, meaning: 'The input was downloaded in part', remedy: 'Inspect' },
  { code: 97, meaning: 'DPPP ran out of memory', remedy: 'Give more memory' },
  { code: 98, meaning: 'Out of memory', remedy: 'Give more memory' },
  { code: 99, meaning: 'The pipeline failed', remedy: 'Inspect' },
  { code: 111, meaning: 'The parset is missing', remedy: 'Fix input' },
  { code: 156, meaning: 'The launcher’s folder is missing', remedy: 'Inspect' },
];

/** Seconds since 1970 from which every code has the meaning it has today. */
export const todaysCodes = Math.max(launcher, renumbered);

/** What shells say, whatever ran in them. */
const shell: Readonly<Record<number, Meaning>> = {
  126: { meaning: 'A program could not be run', remedy: 'Inspect' },
  127: { meaning: 'A program was not found', remedy: 'Inspect' },
  129: { meaning: 'Its terminal went (SIGHUP)', remedy: 'Retry' },
  130: { meaning: 'Interrupted (SIGINT)', remedy: 'Retry' },
  134: { meaning: 'Aborted by itself (SIGABRT)', remedy: 'Inspect' },
  135: { meaning: 'Bus error (SIGBUS)', remedy: 'Inspect' },
  136: { meaning: 'Arithmetic error (SIGFPE)', remedy: 'Inspect' },
  137: { meaning: 'Killed (SIGKILL), often for want of memory', remedy: 'Give more memory' },
  139: { meaning: 'Segmentation fault (SIGSEGV)', remedy: 'Inspect' },
  143: { meaning: 'Terminated (SIGTERM), often at the time limit', remedy: 'Retry' },
};
const signals = 64;

/** When and by whom a code was written down. */
export interface Origin {
  /** Seconds since 1970 at which the token was closed (`done`); the table of today where it is not known. */
  readonly closed?: number;
  /** The field that holds it; GRID_LRT's `output` when absent. */
  readonly field?: 'output' | 'exit_code';
}

/** @returns undefined for 0 and for codes that no table holds: then the job gives them their meaning */
export function meaningOf(code: number, { closed, field = 'output' }: Origin = {}): Meaning | undefined {
  const row = field === 'output' ? rowOf(code, closed) : undefined;
  return row ?? shell[code] ?? signalOf(code);
}

function rowOf(code: number, closed: number | undefined): Meaning | undefined {
  const row = table.find(
    (each) => each.code === code && (each.until === undefined || (closed !== undefined && closed > 0 && closed < each.until)),
  );
  return row === undefined ? undefined : { meaning: row.meaning, remedy: row.remedy };
}

/** 128 + n is what a shell says of signal n, -n what Python says. */
function signalOf(code: number): Meaning | undefined {
  const signal = code < 0 ? -code : code - 128;
  if (!Number.isInteger(code) || signal < 1 || signal > signals) return undefined;
  return shell[128 + signal] ?? { meaning: `Ended by signal ${signal}`, remedy: 'Inspect' };
}
