import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lintConfig } from '../../../src/core/config/rules/lint';
import { type Problem } from '../../../src/core/config/rules/rule';
import { notes2017, step05, step1, stepOurs, withoutDollar, withoutGit } from './shapes';

const syntaxOf = (text: string) => (/^[\s\uFEFF]*\{/.test(text) ? 'json' : 'yaml');
const lint = (text: string): Problem[] => lintConfig(text, syntaxOf(text));
/** "code at text", of those that need a person. */
const loud = (text: string): string[] =>
  lint(text)
    .filter(({ severity }) => severity === 'error' || severity === 'warning')
    .map(({ severity, code, start, end }) => `${severity} ${code}: ${text.slice(start, end)}`);

describe('files as they come', () => {
  const expected: Readonly<Record<string, readonly [text: string, loud: readonly string[]]>> = {
    'v0.5 with reserved fields, zeros, loc2, slashes': [step05, []],
    'v0.5 with CRLF and a byte order mark': [`\uFEFF${step05.replaceAll('\n', '\r\n')}`, []],
    'v0.5 without repository': [withoutGit, ['error sandbox-without-git: Sandbox']],
    'v0.5 with a value without dollar': [withoutDollar, ['error missing-dollar: "RESULTS_DIR"']],
    v1: [step1, []],
    ours: [stepOurs, []],
    'notes of 2017': [notes2017, []],
  };
  for (const [name, [text, problems]] of Object.entries(expected)) it(name, () => assert.deepEqual(loud(text), problems));

  it('notes of 2017 get one calm sentence', () => {
    const [only, ...more] = lint(notes2017);
    assert.deepEqual(more, []);
    assert.deepEqual([only?.code, only?.severity, only?.start], ['legacy-file', 'information', 0]);
  });

  it('so do those in which one line alone is no YAML', () => {
    for (const text of [
      'LRT:\n    a: 1\n    name: "x"\n    ignore_unstaged:True\n    b: 2\n',
      'step_name: x\noptions:\n    a: 1\n    num-per-node:244\n',
    ]) {
      assert.deepEqual(
        lint(text).map(({ code }) => code),
        ['legacy-file'],
      );
    }
  });

  it('split files of 2017 too, though they are YAML', () => {
    const text = "sandbox:\n    name: cal\n    git_scripts:\ntoken:\n    token_type: x\ntokvar:\n    OBSID : '$OBSID'\n";
    assert.deepEqual(
      lint(text).map(({ code }) => code),
      ['legacy-file'],
    );
  });

  it('an empty file lacks its maps, a list is no map', () => {
    assert.deepEqual(loud(''), []);
    assert.deepEqual(
      loud('- a\n- b\n').map((each) => each.split(':')[0]),
      ['error wrong-type'],
    );
  });
});

/** An edit of a good file, and what has to be said about it then, and nothing else that is loud. */
type Case = readonly [base: string, from: string | RegExp, to: string, ...loud: string[]];
const cases: Readonly<Record<string, Case>> = {
  'a map that lacks': [step05, /Shell_variables[^]*/, '', 'error missing-key: apiVersion'],
  'a key that lacks': [step05, '    remove_when_done: True\n', '', 'error missing-key: Sandbox'],
  'a mistyped map, said once': [step05, 'Sandbox:', 'Sandbx:', 'warning unknown-key: Sandbx'],
  'a mistyped key': [step05, 'git_url:', 'git_ulr:', 'warning unknown-key: git_ulr'],
  'a map where text belongs': [step05, 'name: field_cal', 'name: {a: b}', 'error wrong-type: name'],
  'a value that lacks': [step05, 'name: field_cal', 'name:', 'error wrong-type: name'],
  'text where a truth value belongs': [step05, 'remove_when_done: True', 'remove_when_done: "True"', 'error wrong-type: "True"'],
  'yes where a truth value belongs is fine': [step05, 'remove_when_done: True', 'remove_when_done: yes'],
  'yes where text belongs': [step05, 'status: queued', 'status: yes', 'warning truth-word: yes'],
  octal: [step05, 'progress: ""', 'MODE: 0755', 'warning octal-number: 0755'],
  'zeros of another field': [step05, 'progress: ""', 'FIRST: 007', 'warning lost-zeros: 007'],
  'zeros in quotes': [step05, 'progress: ""', 'FIRST: "007"'],
  time: [step05, 'progress: ""', 'START: 12:30:45', 'warning base-sixty: 12:30:45'],
  date: [step05, 'progress: ""', 'START: 2018-03-01', 'warning date-value: 2018-03-01'],
  'a branch that is a number': [step05, 'branch: calib', 'branch: 3.10', 'warning number-for-text: 3.10'],
  'a commit of digits': [step05, '"4d2a91f"', '0012345', 'warning octal-number: 0012345'],
  'no dollar, and no name either': [step05, "'$OBSID'", "'the observation'", "error missing-dollar: 'the observation'"],
  'a bad variable': [step05, "'$OBSID'", "'$OBS ID'", "error bad-variable: '$OBS ID'"],
  'one variable twice': [step05, "'$STARTSB'", "'$OBSID'", "warning shared-variable: '$OBSID'"],
  'an attachment without variable': [step05, "'$PARSET'", 'my.parset'],
  'an attachment whose variable lost its dollar': [step05, "'$PARSET'", 'PARSET', 'error missing-dollar: PARSET'],
  'an attachment the wrong way round': [
    step05,
    "Field-Calibrator.parset: '$PARSET'",
    '$PARSET: Field-Calibrator.parset',
    'error attachment-direction: $PARSET: Field-Calibrator.parset',
  ],
  'an attachment of v1 the wrong way round': [
    step1,
    '"$SRMFILE": "srm.txt"',
    '"srm.txt": "$SRMFILE"',
    'error attachment-direction: "srm.txt": "$SRMFILE"',
  ],
  'a path with an unknown variable': [
    step1,
    '"location": "$RESULTS_DIR"',
    '"location": "$RESULT_DIR/x"',
    'warning undefined-variable: $RESULT_DIR',
  ],
  'a variable that begins another': [
    step1,
    '"$STARTSB": "STARTSB"',
    '"$OBS": "STARTSB"',
    'warning undefined-variable: $STARTSB_',
    'warning variable-prefix: "$OBS"',
  ],
  'an id for all': [step1, '"status": "queued"', '"_id": "cal_"', 'warning shared-id: "_id"'],
  'a lock that never takes effect': [step05, 'lock: 0', 'lock: 5'],
  'a version too old': [step1, '"Job": {', '"PicasApiVersion": 0.4, "Job": {', 'error too-small: 0.4'],
  'half a core': [step1, '"NCPU": 4', '"NCPU": 0.5', 'error wrong-type: 0.5'],
  'no pilots': [step1, '"parameter_step": 1', '"parameter_step": 0', 'error too-small: 0'],
  'a granularity nobody knows': [step1, '"hour"', '"hours"', 'warning unknown-value: "hours"'],
  'a template with its ending': [step1, '$DATE"', '$DATE.tar"', 'warning template-ending: "field_cal_$STARTSB_$DATE.tar"'],
  'results nowhere': [step05, /RESULTS_DIR: "[^"]*"/, 'RESULTS_DIR: "results/here"', 'warning not-a-grid-url: "results/here"'],
  'results on a local disk': [step05, /RESULTS_DIR: "[^"]*"/, 'RESULTS_DIR: /home/me/x', 'warning not-a-grid-url: /home/me/x'],
  'results not said': [step05, /RESULTS_DIR: "[^"]*"/, 'RESULTS_DIR: ""'],
  'a name with a blank': [step05, 'name: field_cal', 'name: field cal', 'error unsafe-name: field cal'],
  'a name with a command': [step05, 'name: field_cal', 'name: "$(id)"', 'error unsafe-name: "$(id)"'],
  'a folder above': [step05, 'prefactor:\n', '../prefactor:\n', 'error unsafe-name: ../prefactor'],
  'a place above': [step05, '"/SURVEY/calib/"', '"SURVEY/../other"', 'error unsafe-path: "SURVEY/../other"'],
  'a repository that runs a command': [
    step05,
    'https://git.example.org/survey/sandbox.git',
    "'ext::sh -c id'",
    "error unsafe-repository: 'ext::sh -c id'",
  ],
  'a repository with a shell character': [
    step05,
    'survey/sandbox.git',
    'survey/sandbox.git;id',
    'error unsafe-repository: https://git.example.org/survey/sandbox.git;id',
  ],
  'a repository with a password': [step05, 'https://git.', 'https://me:pw1234@git.', 'warning secret-in-file: me:pw1234'],
  'a repository by ssh': [step05, 'https://git.example.org/survey/sandbox.git', 'git@git.example.org:survey/sandbox.git'],
  'a branch that is an option': [step05, 'branch: calib', 'branch: --upload-pack=x', 'error unsafe-name: --upload-pack=x'],
  'a password in the token': [step05, 'progress: ""', 'PICAS_USR_PWD: hunter2', 'warning secret-in-file: hunter2'],
  'a password by variable': [step05, 'progress: ""', 'PICAS_USR_PWD: $PICAS_USR_PWD'],
  'tabs before a value and a comment': [step05, 'progress: ""', 'progress:\t"" # a\tb', 'error tab: \t'],
  'a key twice': [step05, 'progress: ""', 'status: x', 'warning duplicate-key: status'],
  'an output outside': [stepOurs, "'*.log'", "'../*.log'", "error bad-pattern: '../*.log'"],
  'an output without name': [stepOurs, "'{obsid}/{token}/{fname}'", "'{obsid}'", "error bad-name-format: '{obsid}'"],
  'an output with an odd placeholder': [stepOurs, '{token}', '{tokn}', 'error bad-name-format: {tokn}'],
  'a failure nobody knows': [stepOurs, 'onFailure: logs', 'onFailure: log', 'warning unknown-value: log'],
  'a commit without branch, in our own form': [stepOurs, '    branch: imaging\n', ''],
};

describe('one thing wrong', () => {
  for (const [name, [base, from, to, ...expected]] of Object.entries(cases)) {
    it(name, () => {
      const text = base.replace(from, () => to);
      assert.notEqual(text, base);
      assert.deepEqual(loud(text), expected);
    });
  }
});

describe('quiet things are quiet', () => {
  const quiet = (text: string): string[] =>
    lint(text).map(({ code, severity, start, end }) => `${severity} ${code}: ${text.slice(start, end)}`);
  it('retired tools and hosts are hints, with what replaced them', () => {
    const found = lint(step1.replace('"queue": "medium"', '"queue": "medium", "command": "glite-wms-job-submit x"')).filter(
      ({ code }) => code === 'retired',
    );
    assert.deepEqual(new Set(found.map(({ severity }) => severity)), new Set(['hint']));
    assert.match(found.map(({ message }) => message).join(' '), /gLite is no longer in use\. Launch pilots on Slurm\./);
    const host = step05.replace('gridftp.grid.sara.nl:2811/pnfs/grid.sara.nl', 'dcachepool12.fz-juelich.de:2811/pnfs/fz-juelich.de');
    assert.ok(quiet(host).includes('hint retired: dcachepool12.fz-juelich.de'));
    assert.ok(quiet(host.replace('gsiftp://dcachepool12', 'srm://lofar-srm')).includes('hint retired: srm'));
  });

  it('"srm.txt: srm.txt" is never flagged', () => {
    const at = step05.indexOf('srm.txt : srm.txt');
    assert.ok(lint(step05).every(({ start, end }) => end <= at || start >= at + 'srm.txt : srm.txt'.length));
  });

  it('a note of a person is not a mistake', () => {
    assert.deepEqual(
      quiet('Token: {}\n_comment: x\nx-owner: me\n').filter((each) => /comment|owner/.test(each)),
      [],
    );
  });

  it('a field one letter beside a known one is asked about', () => {
    assert.ok(quiet(step05.replace('RESULTS_DIR: "g', 'RESULT_DIR: "g')).includes('information misspelt-field: RESULT_DIR'));
    assert.ok(!quiet(step05.replace('progress: ""', 'CAL2_OBSID: ""')).some((each) => each.includes('misspelt')));
  });
});

describe('JSON', () => {
  it('may begin with a byte order mark', () => assert.deepEqual(loud(`\uFEFF${step1}`), []));
});

describe('beside another service that reads the schema', () => {
  it('says only what a schema cannot', () => {
    const text = step1
      .replace('"NCPU": 4', '"NCPU": "four"')
      .replace('"$PARSET":', '"PARSET files":')
      .replace('"_token_keys"', '"_token_kys"');
    const all = lint(text).map(({ code }) => code);
    const ours = lintConfig(text, 'json', { withoutSchema: true }).map(({ code }) => code);
    assert.ok(all.includes('wrong-type') && all.includes('unknown-key'));
    assert.ok(!ours.includes('wrong-type') && !ours.includes('unknown-key'));
    assert.ok(ours.includes('undefined-variable'));
  });
});
