/**
 * The keys of step configuration, as data. v0.5 and v1 are GRID_LRT's own formats; the workbench's form is v0.5 with
 * further maps beside the old ones, so that tools of v0.5 read it and pass over what they do not know.
 */
import { tokenFields, tokenSpec, uploadSpec } from './fields';
import { type Dialect, type KeySpec } from './key';
import { outputsSpec } from './outputs';

const text = (doc: string, more: Partial<KeySpec> = {}): KeySpec => ({ kinds: ['text'], doc, ...more });
const flag = (doc: string, more: Partial<KeySpec> = {}): KeySpec => ({ kinds: ['flag'], doc, ...more });

/** Queues that GRID_LRT's launchers name; any other is as good. */
const queues: Readonly<Record<string, string>> = {
  normal: 'Slurm; the default of the launcher for Spider',
  medium: 'gLite; the default of v1',
  mediummc: 'gLite, several cores; the default of v0.5',
};

const branch = text('Branch or tag that is checked out.');
const commit = text('Commit that is checked out after the branch: pins what the pilots run.');
const checkoutDir = text('Folder in the sandbox; without it the content goes to the top.', { format: 'folder' });

const git05: KeySpec = {
  kinds: ['map'],
  doc: 'Repository the sandbox is made of: it has to hold an executable `master.sh`.',
  required: true,
  keys: {
    location: text('Address of the repository.', { required: true, format: 'git-url' }),
    branch: { ...branch, required: true },
  },
};

const tool05: KeySpec = {
  kinds: ['map'],
  doc: 'A further repository, cloned into a folder of this name.',
  keys: { git_url: text('Address of the repository.', { required: true, format: 'git-url' }), branch, commit },
};

function sandbox05(git: KeySpec, tool: KeySpec): KeySpec {
  return {
    kinds: ['map'],
    doc: 'The tar of scripts that every pilot unpacks: what it is made of and where it is put.',
    required: true,
    keys: {
      name: text('Name of the tar, without its ending.', { required: true, format: 'name' }),
      loc: text('Folder below the sandbox root that the tar is put in.', { required: true, format: 'storage-path' }),
      loc2: { kinds: ['any'], doc: 'No tool reads this.', unused: 'No tool reads “loc2”. Leave it out.' },
      type: text('Name of a folder of scripts that came with v0.2.', { unused: 'Since v0.4 the scripts come from “git”.' }),
      git,
      git_scripts: {
        kinds: ['map', 'nothing'],
        doc: 'Further repositories, each cloned into a folder of its name.',
        required: true,
        others: tool,
        otherName: 'folder',
      },
      remove_when_done: flag('Whether the local build folder goes after the upload.', { required: true }),
      results: {
        kinds: ['map', 'nothing'],
        doc: 'Where results went in v0.4; only joined into a text.',
        keys: {
          UL_loc: text('Folder on grid storage.'),
          UL_pattern: { kinds: ['text', 'list'], doc: 'Parts of the name.', item: text('A part.') },
        },
      },
    },
  };
}

const shellVariables: KeySpec = {
  kinds: ['map'],
  doc: 'Token fields that the worker puts into its environment: `FIELD: "$VARIABLE"`.',
  required: true,
  keys: {
    _id: text('The token’s own name, usually `$TOKEN`.', { format: 'shell-variable' }),
    _attachments: {
      kinds: ['map', 'nothing'],
      doc: 'Attachments that the worker downloads: `name: "$VARIABLE"`; a name without `$` is only downloaded.',
      keys: { 'srm.txt': text('The list of links.', { format: 'attachment-variable' }) },
      others: text('An attachment: the variable that holds its name, or the name again.', { format: 'attachment-variable' }),
      otherName: 'attachment',
    },
  },
  others: text('The variable, with its `$`.', { format: 'shell-variable' }),
  otherName: 'token field',
};

const apiVersion: KeySpec = {
  kinds: ['integer'],
  doc: 'Version of the format: 0 or 1 for GRID_LRT, 2 for the form of Grid Workbench.',
  values: { '0': 'GRID_LRT', '1': 'GRID_LRT', '2': 'Grid Workbench' },
};

const jobKeys: Readonly<Record<string, KeySpec>> = {
  NCPU: { kinds: ['integer'], doc: 'Cores of each pilot; 0 means a whole node.', minimum: 0 },
  queue: text('Queue or partition that pilots are sent to.', { values: queues }),
  parameter_step: { kinds: ['integer'], doc: 'How many pilots run at once (Slurm), or tokens of each pilot (gLite).', minimum: 1 },
  wholenode: flag('Whether a pilot takes a whole node.'),
  command: text('Command of the job; kept for reference, launchers of v1 do not run it.'),
};

const container: KeySpec = {
  kinds: ['map'],
  doc: 'Container in which the worker runs the step.',
  keys: {
    singularity: {
      kinds: ['map'],
      doc: 'A Singularity (Apptainer) image.',
      required: true,
      keys: {
        SIMG: text('The image: a path, `shub://…`, `docker://…` or a gsiftp link.', { required: true }),
        SIMG_COMMIT: text('Checksum of the image; a difference is only a warning.'),
      },
    },
  },
};

const downloader: KeySpec = {
  kinds: ['map'],
  doc: 'How the worker should download. The builder of v1 drops this map.',
  unused: 'GRID_LRT’s builder drops “downloader”: it never reaches the token.',
  keys: {
    executable: text('Program that copies files.'),
    options: { kinds: ['list'], doc: 'Its arguments.', item: { kinds: ['text', 'integer'], doc: 'An argument.' } },
    extract: { kinds: ['text', 'flag'], doc: 'Whether tars are unpacked.' },
  },
};

const repository1: KeySpec = {
  kinds: ['map'],
  doc: 'A repository the sandbox is made of.',
  keys: { url: text('Address of the repository.', { required: true, format: 'git-url' }), branch, commit, checkout_dir: checkoutDir },
};

const sandbox1: KeySpec = {
  kinds: ['map'],
  doc: 'What the worker clones before it runs the step.',
  required: true,
  keys: {
    git: { ...repository1, required: true },
    scripts: {
      kinds: ['list'],
      doc: 'Further repositories, each as a map with one name.',
      item: { kinds: ['map'], doc: 'A repository under its name.', others: repository1, otherName: 'folder' },
    },
  },
  others: repository1,
  otherName: 'folder',
};

const variables1: KeySpec = {
  kinds: ['map'],
  doc: 'What the worker puts into its environment.',
  keys: {
    _token_keys: {
      kinds: ['map'],
      doc: 'Variables from token fields: `"$VARIABLE": "FIELD"`.',
      others: text('The token field.'),
      otherName: 'variable',
    },
    _attachments: {
      kinds: ['map'],
      doc: 'Variables from attachments: `"$VARIABLE": "name"`. The worker downloads each of them.',
      keys: { $SRMFILE: text('The list of links, usually srm.txt.'), $PARSET: text('The parset.'), $SCRIPT: text('A script.') },
      others: text('Name of the attachment.'),
      otherName: 'variable',
    },
  },
};

const v05: KeySpec = {
  kinds: ['map'],
  doc: 'Step configuration of GRID_LRT v0.2 to v0.5.',
  keys: {
    apiVersion,
    Token: tokenSpec,
    Sandbox: sandbox05(git05, tool05),
    Shell_variables: shellVariables,
    Submit: {
      kinds: ['map', 'nothing'],
      doc: 'Launcher arguments, in files of the Airflow days.',
      unused: 'No launcher reads “Submit”. The form of Grid Workbench calls it “Job”.',
      keys: jobKeys,
    },
  },
};

const v1: KeySpec = {
  kinds: ['map'],
  doc: 'Step configuration of GRID_LRT v1.',
  keys: {
    PicasApiVersion: { kinds: ['number', 'integer'], doc: 'Version of the format; below 0.5 it is refused.', minimum: 0.5 },
    _apiVersion: {
      kinds: ['any'],
      doc: 'Older name of `PicasApiVersion`.',
      unused: 'Nothing reads “_apiVersion”. Write “PicasApiVersion”.',
    },
    Job: {
      kinds: ['map'],
      doc: 'How pilots are launched, and fields for every token.',
      keys: {
        ...jobKeys,
        variables: {
          kinds: ['map'],
          doc: 'Each becomes a field of the token.',
          keys: tokenFields,
          others: { kinds: ['any'], doc: 'A field of your own: it is copied into every token.' },
          otherName: 'token field',
        },
      },
    },
    Token: { ...tokenSpec, keys: { ...tokenFields, upload: uploadSpec, variables: variables1 } },
    container,
    sandbox: sandbox1,
    downloader,
  },
};

const submodules = flag('Whether repositories inside this one are taken along.');
const gitOurs: KeySpec = {
  ...git05,
  keys: { ...git05.keys, branch, commit, checkout_dir: checkoutDir, submodules },
};
const toolOurs: KeySpec = { ...tool05, keys: { ...tool05.keys, checkout_dir: checkoutDir, submodules } };
const sandboxHalf = sandbox05(gitOurs, toolOurs);
const sandboxOurs: KeySpec = {
  ...sandboxHalf,
  keys: {
    ...sandboxHalf.keys,
    files: {
      kinds: ['list', 'nothing'],
      doc: 'Files and folders beside this file that go into the sandbox; they take the place of files of the repositories.',
      item: {
        kinds: ['text', 'map'],
        doc: 'A path below the folder of this file.',
        keys: {
          from: text('A path below the folder of this file.', { required: true }),
          to: text('Its place in the sandbox; its own name at the top when it is not given.'),
        },
      },
    },
    gzip: flag('Whether the tar is compressed; it is called .tar.gz then.'),
    convert_line_ends: flag('Whether scripts with CR LF get LF in the sandbox; the files themselves stay.'),
  },
};

const workbench: KeySpec = {
  kinds: ['map'],
  doc: 'Step configuration of Grid Workbench: the maps of v0.5, and what v0.5 has no place for.',
  keys: {
    apiVersion,
    Token: { ...tokenSpec, keys: { ...tokenFields, upload: uploadSpec } },
    Sandbox: sandboxOurs,
    Shell_variables: shellVariables,
    Job: { kinds: ['map'], doc: 'How pilots are launched.', keys: jobKeys },
    container,
    downloader,
    outputs: outputsSpec,
  },
};

const token: KeySpec = { ...tokenSpec, doc: 'Fields of a token.', keys: { ...tokenFields, upload: uploadSpec } };

/** The root of each form; undefined for what is only imported. */
export const schemas: Readonly<Record<Dialect, KeySpec | undefined>> = { 'v0.5': v05, v1, workbench, token, legacy: undefined };

/** The spec under a path; steps into lists are numbers. Undefined where nothing is said about the place. */
export function specAt(root: KeySpec | undefined, path: readonly (string | number)[]): KeySpec | undefined {
  let spec = root;
  for (const step of path) {
    if (spec === undefined) return undefined;
    if (typeof step === 'number') spec = spec.item;
    else spec = spec.keys !== undefined && Object.hasOwn(spec.keys, step) ? spec.keys[step] : spec.others;
  }
  return spec;
}
