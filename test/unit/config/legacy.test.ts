import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { importLegacy } from '../../../src/core/config/convert/legacy';
import { lintConfig } from '../../../src/core/config/rules/lint';
import { dataOfTree } from '../../../src/core/config/convert/plain';
import { parseConfig } from '../../../src/core/config/syntax';
import { GridError } from '../../../src/core/errors';
import { half, one } from './forms';

const token = `#a token of the calibrator
#"_attachments":
#    srm.txt: smfile
OBSID: ""
start_SB: 000
SBXloc: "gsiftp://door.example.org:2811/data/team/sandbox/cal_sbx.tar"
lock: 0
done: 0
"lofar_sw_dir": "/cvmfs/example.org/lofar/2.20"
pipeline: "cal_one"
results_dir: "gsiftp://door.example.org:2811/data/team/cal/"
times: {}
type: test
`;

const sandbox = `sandbox:
    name: cal_sbx
    loc: "gsiftp://door.example.org:2811/data/team/sandbox"
    loc2: None
    type: lofar_cal
    git_scripts: #pulls scripts
        tool:
            git_url: "https://git.example.org/tool.git"
            commit: "dd68c5"
    remove_when_done: False

reduction_params:
   OBSID: &OBS L000000    #set by another script
   START_SB: &SB 000

token:
    token_type: &toktype cal_type
    keys:
        pipeline: cal_one

tokvar:
    '_id': '$TOKEN'
    OBSID : '$OBSID'
    start_SB: '$STARTSB'
    pipeline: '$PIPELINE'
    '_attachments':
        Cal-1.parset: '$PARSET'
        srm.txt : srm.txt

executable:
    launcher:
        name: run_remote.sh
        params:
            - $PICAS_DB
            - *toktype
    exe:
        - master.sh
`;

const notes = `# YAML
step_name: cal_two
token: cal_token
sandbox: cal_two_sbx
options:
    parset: Cal_Two.parset
    smrfile: test.srm
    resub-error-only: False
    num-per-node: 244
    ignore-unstaged:False
    jdl:remote-cal.jdl
    software-dir:/cvmfs/example.org/lofar/
    software-ver: 2.20
    force-stage: False # never by default
`;

const tree = `#YAML
LRT:
    name:"Cal_Three"
    sw_dir: /cvmfs/example.org/prof
    sw_ver: 2_18

    staging:
        ignore_unstaged:True
    srms:
        srms_per_node:10
    token:
        attachments:
            -srmlist
            -input.parset
        keys:
            "pipeline":default
            "progress":0
            "lofar_sw_dir":self.sw_dir+"/"+self.sw_ver
            AVG_FREQ_STEP   : 4
            DEMIX_SOURCES   : CasA
            OBSID: OBSID
`;

const import1 = (...texts: readonly string[]) => importLegacy(texts.map((text, index) => ({ name: `f${index}.cfg`, text })));
const read = (text: string) => dataOfTree(parseConfig(text, 'yaml')) as Record<string, Record<string, unknown>>;

describe('import of the files of 2017', () => {
  test('token and sandbox become one step, under the names of today', () => {
    const { text, notes: told } = import1(token, sandbox);
    assert.deepEqual(read(text), {
      apiVersion: 2,
      Token: {
        OBSID: '',
        STARTSB: '000',
        SBXloc: 'gsiftp://door.example.org:2811/data/team/sandbox/cal_sbx.tar',
        LOFAR_PATH: '/cvmfs/example.org/lofar/2.20',
        PIPELINE_STEP: 'cal_one',
        RESULTS_DIR: 'gsiftp://door.example.org:2811/data/team/cal/',
        times: {},
        lock: 0,
        done: 0,
        type: 'test',
      },
      Sandbox: {
        name: 'cal_sbx',
        loc: 'gsiftp://door.example.org:2811/data/team/sandbox',
        git_scripts: { tool: { git_url: 'https://git.example.org/tool.git', commit: 'dd68c5' } },
        remove_when_done: false,
      },
      Shell_variables: {
        _id: '$TOKEN',
        OBSID: '$OBSID',
        STARTSB: '$STARTSB',
        PIPELINE_STEP: '$PIPELINE',
        _attachments: { 'Cal-1.parset': '$PARSET', 'srm.txt': 'srm.txt' },
      },
    });
    for (const kept of [
      'executable.launcher.name: run_remote.sh',
      'sandbox.type: lofar_cal',
      'token.token_type: cal_type',
      'a token of the calibrator',
      'set by another script',
      'From f1.cfg',
    ]) {
      assert.ok(text.includes(kept), kept);
    }
    assert.ok(told.some((sentence) => sentence.includes('add “git”')));
    // What is left for a person to fill in, and nothing else.
    assert.deepEqual(
      lintConfig(text, 'yaml').flatMap(({ severity, code }) => (severity === 'hint' ? [] : [code])),
      ['sandbox-without-git'],
    );
  });

  test('notes that are no YAML are read line by line', () => {
    const { text, notes: told } = import1(notes);
    const { Token, Sandbox, Shell_variables } = read(text);
    assert.deepEqual(Token, { PIPELINE_STEP: 'cal_two', LOFAR_PATH: '/cvmfs/example.org/lofar/2.20', OBSID: '', STARTSB: '' });
    assert.equal(Sandbox?.name, 'cal_two_sbx');
    assert.deepEqual(Shell_variables?._attachments, { 'Cal_Two.parset': '$PARSET', 'srm.txt': 'srm.txt' });
    assert.ok(told.some((sentence) => sentence.includes('slices of 244')));
    for (const kept of ['options.jdl: remote-cal.jdl', 'options.ignore-unstaged: False', 'never by default', 'token: cal_token'])
      assert.ok(text.includes(kept), kept);
  });

  test('deeper notes: literal keys are fields, names of variables are not', () => {
    const { text, notes: told } = import1(tree);
    const { Token, Shell_variables } = read(text);
    assert.deepEqual(Token, {
      PIPELINE_STEP: 'Cal_Three',
      AVG_FREQ_STEP: 4,
      DEMIX_SOURCES: 'CasA',
      LOFAR_PATH: '/cvmfs/example.org/prof/2_18',
      OBSID: '',
      STARTSB: '',
      progress: 0,
    });
    assert.deepEqual(Shell_variables?._attachments, { 'srm.txt': 'srm.txt', 'input.parset': '$PARSET' });
    assert.ok(told.some((sentence) => sentence.includes('slices of 10')));
    assert.ok(text.includes('lofar_sw_dir: self.sw_dir+"/"+self.sw_ver'));
  });

  test('variables by themselves, and what the first file says wins', () => {
    const { text } = import1(
      token,
      "'_id': '$TOKEN'\nOBSID : '$OBSID'\nlofar_sw_dir : '$LOFAR_PATH'\n'_attachments':\n    srm.txt : srm.txt\n",
      notes,
    );
    const { Token, Shell_variables } = read(text);
    assert.equal(Token?.PIPELINE_STEP, 'cal_one');
    assert.ok(text.includes('step_name: cal_two'));
    assert.equal(Shell_variables?.LOFAR_PATH, '$LOFAR_PATH');
  });

  test('a file of today and one that says nothing are refused', () => {
    const refused = (...texts: readonly string[]) => {
      try {
        import1(...texts);
      } catch (error) {
        assert.ok(error instanceof GridError);
        return `${error.kind}: ${error.sentence}`;
      }
      return '';
    };
    assert.match(refused(half), /^rejected: f0\.cfg has a form of today already\. Convert it instead\.$/);
    assert.match(refused(token, one), /^rejected: f1\.cfg has a form of today/);
    assert.match(refused('[DEFAULT]\nroot = /cvmfs\n'), /^rejected: These files say nothing/);
    assert.match(refused(''), /^rejected: /);
  });

  test('whatever the files hold, every word of them is in the result, and it can be read', () => {
    const edit = fc.tuple(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(12),
      fc.oneof(fc.string({ maxLength: 5 }), fc.constantFrom('\n', ': ', '- ', '*x', '{', '#', '\t', '"', '\u2028', '\0')),
    );
    fc.assert(
      fc.property(fc.constantFrom(token, sandbox, notes, tree), fc.array(edit, { maxLength: 4 }), (text, edits) => {
        let damaged = text;
        for (const [where, length, put] of edits) {
          const at = Math.floor(where * damaged.length);
          damaged = damaged.slice(0, at) + put + damaged.slice(at + length);
        }
        try {
          const result = import1(damaged);
          dataOfTree(parseConfig(result.text, 'yaml'));
        } catch (error) {
          assert.ok(
            error instanceof GridError && ['malformed', 'rejected'].includes(error.kind) && !error.message.startsWith('Line'),
            `${String(error)}\n${damaged}`,
          );
        }
      }),
      { numRuns: 1500 },
    );
    for (const text of [token, sandbox, notes, tree]) {
      const { text: result } = import1(text);
      for (const [word] of text.matchAll(/[A-Za-z][\w./-]{5,}/g)) {
        const known = [
          'start_SB',
          'START_SB',
          'lofar_sw_dir',
          'results_dir',
          'pipeline',
          'options',
          'sw_ver',
          'sw_dir',
          'parset',
          'smrfile',
          'software-dir',
          'software-ver',
          'srmlist',
          'attachments',
          'reduction_params',
          'reduction',
          'tokvar',
          'git_scripts',
          'step_name',
          'launcher',
          'params',
          'executable',
          'L000000',
          'toktype',
          'sandbox',
        ];
        if (!known.includes(word)) assert.ok(result.includes(word.replace(/\/$/, '')), `${word}\n${result}`);
      }
    }
  });
});
