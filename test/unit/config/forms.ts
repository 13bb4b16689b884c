/** Step configuration in each form, in the shapes that people have, and generators of more of it. */
import fc from 'fast-check';

export const half = `###########
# Definitions of the calibrator step
###########
apiVersion: 0

Token:
    OBSID: ""
    STARTSB: 000          # the key of the set takes its place
    SBXloc: "team/cal/cal_one.tar"
    lock: 0
    done: 0
    hostname: ""
    SIMG: "/cvmfs/example.org/images/one.simg"
    PIPELINE_STEP: "pref_cal1"
    progress: 0
    status: queued
    RESULTS_DIR: "gsiftp://door.example.org:2811/pnfs/example.org/data/team/cal"
    times: {}
    type: test

# What goes into the sandbox
Sandbox:
    name: cal_one
    loc: "team/cal"
    loc2: None
    git:
        location: https://git.example.org/team/sandbox.git
        branch: cal
    git_scripts: # further repositories
        tool:
            git_url: "https://git.example.org/team/tool.git"
            commit: "c625e8f"
    remove_when_done: True

Shell_variables:
    '_id': '$TOKEN'
    OBSID : '$OBSID'
    STARTSB: '$STARTSB'
    PIPELINE_STEP: '$PIPELINE_STEP'
    RESULTS_DIR : '$RESULTS_DIR'
    '_attachments':
        Cal-1.parset: '$PARSET'
        srm.txt : srm.txt
`;

export const ours = `apiVersion: 2    # ours
Token:
    OBSID: ""
    PIPELINE_STEP: mosaic
    RESULTS_DIR: "gsiftp://door.example.org:2811/pnfs/example.org/data/team"
    upload: {location: "$RESULTS_DIR", template: "m_$OBSID", gzip: true}
Sandbox:
    name: mosaic
    loc: team
    git: {location: "https://git.example.org/team/sandbox.git", branch: main, commit: "0012345"}
    git_scripts:
        tool:
            git_url: https://git.example.org/team/tool.git
            branch: "3.10"
            checkout_dir: elsewhere   # not below tool
    remove_when_done: false
Shell_variables:
    OBSID: $OBSID
    RESULTS_DIR: $RESULTS_DIR

# How pilots are launched
Job:
    NCPU: 4
    queue: normal

container:
    singularity: {SIMG: /cvmfs/example.org/images/two.sif, SIMG_COMMIT: abc}
downloader:
    executable: gfal-copy
outputs:
    files: ["*.h5"]
`;

export const one = `${JSON.stringify(
  {
    PicasApiVersion: 0.5,
    Job: {
      NCPU: 6,
      queue: 'medium',
      wholenode: false,
      command: 'run.py',
      variables: { OBSID: 'L1', PIPELINE_STEP: 'cal3', STARTSB: '000', RESULTS_DIR: 'gsiftp://door.example.org:2811/data/team' },
    },
    Token: {
      _id: 'cal3_',
      status: 'queued',
      times: {},
      upload: { location: '$RESULTS_DIR', template: 'cal3_$STARTSB_$DATE', add_date: true, date_granularity: 'hour' },
      variables: {
        _token_keys: { $OBSID: 'OBSID', $RESULTS_DIR: 'RESULTS_DIR', $STARTSB: 'STARTSB' },
        _attachments: { $PARSET: 'Cal-3.parset', $SRMFILE: 'srm.txt' },
      },
    },
    container: { singularity: { SIMG: '/cvmfs/example.org/images/three.sif', SIMG_COMMIT: '24e3f7bf' } },
    sandbox: {
      git: { url: 'https://git.example.org/team/sandbox.git', branch: 'cal' },
      scripts: [{ tool: { url: 'https://git.example.org/team/tool.git', branch: 'main', checkout_dir: 'tool' } }],
    },
    downloader: { executable: 'gfal-copy', options: ['-f', '30'], extract: 'true' },
  },
  null,
  4,
)}\n`;

const word = fc.stringMatching(/^[A-Z][A-Z_]{2,8}$/).filter((name) => !['STARTSB', 'ABN', 'SIMG', 'OBSID'].includes(name));
/** Words that YAML 1.1 would take for something else, and others. */
const value = fc.oneof(
  fc.constantFrom(
    'yes',
    'off',
    '0755',
    '000',
    '12:30:45',
    '2018-03-01',
    '1_000',
    '',
    'null',
    '~',
    '$HERE',
    'a: b',
    '# no',
    '- x',
    '0x1F',
    '1e3',
    '=',
    'é',
    ' x ',
    '%a',
  ),
  fc.string({ maxLength: 12 }),
  fc.integer({ min: -1000, max: 1e9 }),
  fc.boolean(),
  fc.constant(null),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constant({}),
);
const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/).filter((each) => each !== 'git' && each !== 'scripts');
const commit = fc.stringMatching(/^[0-9a-f]{7}$/);
const branch = fc.constantFrom('main', '3.10', 'v1', 'no');
const fields = fc.dictionary(word, value, { maxKeys: 6, noNullPrototype: true });
/** Variables, each of its own field. */
const shell = (token: Record<string, unknown>) =>
  fc.subarray(Object.keys(token)).map((chosen) => Object.fromEntries(chosen.map((field) => [field, `$${field}`])));
const files = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}\.(txt|parset)$/), { maxLength: 3 });
const numbered = (names: readonly string[]) =>
  Object.fromEntries(names.map((each, index) => [each, `$FILE_${String.fromCharCode(65 + index)}`]));
const job = fc.record(
  { NCPU: fc.nat(64), queue: fc.constantFrom('normal', 'yes', '0123'), wholenode: fc.boolean() },
  { requiredKeys: [], noNullPrototype: true },
);
const image = fc.record(
  { SIMG: fc.constantFrom('/cvmfs/a.sif', 'docker://a'), SIMG_COMMIT: commit },
  { requiredKeys: ['SIMG'], noNullPrototype: true },
);

export type Data = Record<string, unknown>;

/** Data in the form of v0.5 or ours, without problems; `rich` has what v0.5 has no place for. */
export function stepData(rich: boolean): fc.Arbitrary<Data> {
  return fc
    .record({
      token: fields,
      tools: fc.dictionary(name, fc.tuple(branch, commit), { maxKeys: 3, noNullPrototype: true }),
      names: files,
      job,
      image,
      of: branch,
      has: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    })
    .chain(({ token, tools, names, job: launched, image: container, of, has }) =>
      shell(token).map((variables): Data => ({
        apiVersion: rich ? 2 : 0,
        Token: { ...token, SBXloc: 'team/deep/step.tar', OBSID: '' },
        Sandbox: {
          name: 'step',
          loc: 'team/deep',
          git: {
            location: 'https://git.example.org/team/sandbox.git',
            branch: of,
            ...(rich && has[0] === true ? { commit: '0012345' } : {}),
          },
          git_scripts: Object.fromEntries(
            Object.entries(tools).map(([tool, [on, at]]) => [tool, { git_url: 'https://git.example.org/t.git', branch: on, commit: at }]),
          ),
          remove_when_done: true,
        },
        Shell_variables: { ...variables, OBSID: '$OBSID', ...(names.length === 0 ? {} : { _attachments: numbered(names) }) },
        ...(rich && has[1] === true && Object.keys(launched).length > 0 ? { Job: launched } : {}),
        ...(rich && has[2] === true ? { container: { singularity: container } } : {}),
        ...(rich && has[3] === true ? { downloader: { executable: 'gfal-copy', options: ['-f'] } } : {}),
      })),
    );
}
