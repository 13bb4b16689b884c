/** Keys of `outputs:`: what a job leaves behind, and where it goes. The rules themselves are Ganga's. */
import { type KeySpec } from './key';

export const backends: Readonly<Record<string, string>> = {
  Localhost: 'this machine',
  Local: 'this machine, under its newer name',
  Slurm: 'a Slurm cluster',
  LCG: 'the grid, by gLite',
  CREAM: 'the grid, by CREAM',
  PiCaS: 'a pilot that takes tokens',
  LSF: 'an LSF cluster',
  PBS: 'a PBS cluster',
  SGE: 'a Grid Engine cluster',
  Condor: 'an HTCondor pool',
  Dirac: 'DIRAC',
};

export const outputTypes: Readonly<Record<string, string>> = {
  LocalFile: 'comes back to the workspace',
  SandboxFile: 'comes back to the workspace, under its older name',
  OutputSandboxFile: 'comes back to the workspace, under its older name',
  MassStorageFile: 'copied with the commands of a mass storage',
  SharedFile: 'copied on a shared file system',
  LCGSEFile: 'put on a storage element',
  LCGStorageElementFile: 'put on a storage element, under its older name',
  DiracFile: 'put on the grid by DIRAC',
  gridse: 'put on grid storage with gfal2',
};

/** Placeholders of `format`. */
export const placeholders = ['jid', 'sjid', 'fname', 'token', 'token_type', 'obsid', 'step', 'date'] as const;

const text = (doc: string, more: Partial<KeySpec> = {}): KeySpec => ({ kinds: ['text'], doc, ...more });
const flag = (doc: string): KeySpec => ({ kinds: ['flag'], doc });

const placeValues = {
  WN: 'on the worker, by the worker',
  client: 'on this machine, after the file came back',
  submit: 'by the job wrapper of the backend itself',
};

const rule: KeySpec = {
  kinds: ['map'],
  doc: 'Rules for one type of output file.',
  keys: {
    fileExtensions: {
      kinds: ['list'],
      doc: 'Patterns of the file names that are of this type.',
      item: text('A pattern: *.root, stdout.', { format: 'pattern' }),
    },
    backendPostprocess: {
      kinds: ['map'],
      doc: 'Where the file is sent from, for each backend. A backend that is not named keeps nothing.',
      keys: Object.fromEntries(
        Object.entries(backends).map(([name, doc]) => [name, text(`Jobs on ${doc}.`, { values: placeValues, closed: true })]),
      ),
      others: text('Where the file is sent from.', { values: placeValues, closed: true }),
      otherName: 'backend',
    },
    uploadOptions: {
      kinds: ['map'],
      doc: 'How this type is sent.',
      keys: {
        path: text('Folder the files go to.'),
        mkdir_cmd: text('Command that makes a folder.'),
        cp_cmd: text('Command that copies a file.'),
        ls_cmd: text('Command that lists a folder.'),
        rm_cmd: text('Command that removes a file.'),
        LFC_HOST: text('Host of the file catalogue.'),
        dest_SRM: text('Storage element.'),
      },
      others: { kinds: ['any'], doc: 'An option of the type.' },
      otherName: 'option',
    },
    defaultProtocol: text('What stands in front of a path when the file is read: root://…, file://.'),
    defaultSite: { kinds: ['map', 'text'], doc: 'Site for upload and download.', others: text('A site.'), otherName: 'direction' },
    extends: flag('Whether this adds to the built-in rule instead of replacing it.'),
  },
};

const file: KeySpec = {
  kinds: ['text', 'map'],
  doc: 'A file or pattern; its type is found by the rules, unless it is named.',
  format: 'pattern',
  keys: {
    type: text('Type of the output file.', { values: outputTypes }),
    namePattern: text('Name or pattern of the file in the job’s folder.', { required: true, format: 'pattern' }),
    compressed: flag('Whether the file is sent as .gz.'),
    dest: text('Folder it goes to; `$VARIABLES` are replaced.', { format: 'upload-location' }),
    localDir: text('Folder it is fetched into.'),
    format: text('Name at the destination, of placeholders in braces; {fname} is the name of the file.', { format: 'name-format' }),
    keepDirs: flag('Whether folders below the job’s folder are kept.'),
  },
};

export const outputsSpec: KeySpec = {
  kinds: ['map'],
  doc: 'Files that a job leaves behind, their types and where they go.',
  keys: {
    config: text('A .gangarc whose section [Output] holds the rules.'),
    files: { kinds: ['list'], doc: 'The files: names, patterns, or maps with a type.', item: file },
    types: {
      kinds: ['map'],
      doc: 'Rules by type, as in [Output] of a .gangarc.',
      keys: Object.fromEntries(Object.entries(outputTypes).map(([name, doc]) => [name, { ...rule, doc: `A file that is ${doc}.` }])),
      others: rule,
      otherName: 'type',
    },
    failIfNotMatched: flag('Whether a job fails when a file of the list is not there.'),
    onFailure: text('What is kept of a job that failed.', {
      closed: true,
      values: { none: 'nothing', logs: 'the logs', all: 'everything' },
    }),
  },
};
