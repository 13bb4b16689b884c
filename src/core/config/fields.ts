/** Token fields as PiCaS and GRID_LRT know them; every other field is the person's own. */
import { type KeySpec } from './key';

const text = (doc: string, more: Partial<KeySpec> = {}): KeySpec => ({ kinds: ['text', 'nothing'], doc, ...more });
const seconds = (doc: string): KeySpec => ({ kinds: ['number', 'integer', 'text', 'nothing'], doc, reserved: true });

export const steps: Readonly<Record<string, string>> = {
  pref_cal1: 'Prefactor, first calibrator step',
  pref_cal2: 'Prefactor, second calibrator step',
  pref_targ1: 'Prefactor, first target step',
  pref_targ2: 'Prefactor, second target step',
  ddf_ampphase: 'DDF pipeline, amplitudes and phases',
  ddf_SSD1: 'DDF pipeline, SSD',
  NDPPP: 'NDPPP with a parset',
  pref_dysco: 'Compression with Dysco',
  imaging1: 'Imaging with WSClean',
  bash_script_1: 'A shell script of your own',
};

export const statuses: Readonly<Record<string, string>> = {
  queued: 'Waiting for a pilot',
  todo: 'Waiting for a pilot',
};

const anyField: KeySpec = { kinds: ['any'], doc: 'A field of your own: it is copied into every token.' };
const band = 'Pilots read it with three digits.';

/** Fields by name. */
export const tokenFields: Readonly<Record<string, KeySpec>> = {
  _id: text('Name of the token document. The tool gives every token its own.', { reserved: true }),
  type: text('Type of the token: it joins the token to its views.', { reserved: true }),
  lock: seconds('0 for a free token, else the second at which a pilot took it. The tool sets it.'),
  done: seconds('0 for a token that is not closed, else the second at which it was. The tool sets it.'),
  hostname: text('Worker that took the token. The tool sets it.', { reserved: true }),
  scrub_count: seconds('How often the token was put back. The tool sets it.'),
  output: { kinds: ['integer', 'text', 'nothing'], doc: 'Exit code of the job. The tool empties it.', reserved: true },
  created: seconds('When the token was made. The tool sets it.'),
  OBSID: text('Observation, “L” and digits: L229507. Empty in a template; the tool fills it in.'),
  STARTSB: {
    kinds: ['text', 'integer', 'nothing'],
    doc: `First subband of the group; the key of the token set replaces it. ${band}`,
  },
  ABN: { kinds: ['text', 'integer', 'nothing'], doc: `Number of the block of subbands; the key of the token set replaces it. ${band}` },
  FREQ: {
    kinds: ['text', 'number', 'integer', 'nothing'],
    doc: 'Reference frequency in Hz; the worker fills it in when the field is there.',
  },
  CAL_OBSID: text('Observation of the calibrator, for target steps.'),
  CAL2_SOLUTIONS: text('Link to the calibrator solutions, for target steps.'),
  SBXloc: text('Sandbox that the pilot unpacks: a whole gsiftp link, or a path below the sandbox folder.', { format: 'storage-path' }),
  PIPELINE_STEP: text('Name of the step: it chooses how the worker downloads and uploads, and stands in the token’s id.', {
    values: steps,
  }),
  PIPELINE: text('Name of the step as it was called before v0.4; today PIPELINE_STEP.', { values: steps }),
  LOFAR_PATH: text('Software tree on the worker, usually below /cvmfs.'),
  SIMG: text('Singularity image: a path or an address.'),
  SIMG_COMMIT: text('Checksum of the image; a difference is only a warning.'),
  DDFACET_PATH: text('Software tree of the DDF pipeline.'),
  RESULTS_DIR: text('Folder on grid storage under which the worker puts results.', { format: 'grid-url' }),
  status: text('State in words, which the worker keeps up.', { values: statuses }),
  times: {
    kinds: ['map', 'nothing'],
    doc: 'When each status was reached, filled in by the worker.',
    others: anyField,
    otherName: 'status',
  },
  progress: { kinds: ['number', 'integer', 'text', 'nothing'], doc: 'Between 0 and 1; the worker sets it.' },
};

export const tokenSpec: KeySpec = {
  kinds: ['map'],
  doc: 'Fields of every token of the set. The names are free; those listed are known to the tools.',
  required: true,
  keys: tokenFields,
  others: anyField,
  otherName: 'token field',
};

const flag = (doc: string, more: Partial<KeySpec> = {}): KeySpec => ({ kinds: ['flag'], doc, ...more });

/** v1: what the worker uploads, and under which name. */
export const uploadSpec: KeySpec = {
  kinds: ['map'],
  doc: 'How the worker uploads its results: `<location>/<template>` and `.tar` or `.tar.gz`.',
  keys: {
    location: { kinds: ['text'], doc: 'Folder on grid storage; `$VARIABLES` are replaced.', required: true, format: 'upload-location' },
    template: {
      kinds: ['text'],
      doc: 'Name of the file without its ending; `$VARIABLES` and `$DATE` are replaced.',
      required: true,
      format: 'upload-template',
    },
    add_date: flag('Whether `$DATE` becomes a date; else it becomes nothing.'),
    date_granularity: {
      kinds: ['text'],
      doc: 'How exact the date is.',
      closed: true,
      values: { minute: '2026-03-01_14-05', hour: '2026-03-01_14-00', day: '2026-03-01', week: '2026-W09', month: '2026-03' },
    },
    gzip: flag('Whether the tar is compressed.'),
    overwrite: flag('Whether a file that is already there is removed first.'),
    remove_prev: flag('Old name of `overwrite`.', { unused: 'Today it is called “overwrite”.' }),
    add_hour: flag('Old form of `date_granularity: hour`.', { unused: 'Write “date_granularity”: “hour”.' }),
    add_minute: flag('Old form of `date_granularity: minute`.', { unused: 'Write “date_granularity”: “minute”.' }),
  },
};
