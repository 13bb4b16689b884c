import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { dump } from 'js-yaml';
import { convertConfig, formOf, forms } from '../../../src/core/config/convert/convert';
import { lintConfig } from '../../../src/core/config/rules/lint';
import { dataOfTree } from '../../../src/core/config/convert/plain';
import { parseConfig } from '../../../src/core/config/syntax';
import { type Syntax } from '../../../src/core/config/tree';
import { GridError } from '../../../src/core/errors';
import { half, one, ours, stepData, type Data } from './forms';

const read = (text: string, syntax: Syntax = 'yaml') => dataOfTree(parseConfig(text, syntax)) as Data & Record<string, Data>;
const errors = (text: string, syntax: Syntax) =>
  lintConfig(text, syntax).flatMap(({ severity, code, message }) => (severity === 'error' ? [`${code}: ${message}`] : []));
const dumped = (data: Data) => dump(data, { lineWidth: -1 });
const kindOf = (run: () => unknown): GridError => {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof GridError, String(error));
    return error;
  }
  return assert.fail('nothing was thrown');
};

describe('v0.5 ↔ Grid Workbench', () => {
  test('v0.5 becomes ours by one word, and comes back byte for byte', () => {
    const { text, syntax, lost } = convertConfig(half, 'yaml', 'workbench');
    assert.equal(text, half.replace('apiVersion: 0', 'apiVersion: 2'));
    assert.deepEqual([syntax, lost], ['yaml', []]);
    assert.deepEqual(convertConfig(text, 'yaml', 'v0.5'), { text: half, syntax: 'yaml', lost: [] });
  });

  test('CRLF, a byte order mark and a file without a version are kept as they are', () => {
    const windows = `\uFEFF${half.replace('apiVersion: 0\n\n', '').replaceAll('\n', '\r\n')}`;
    const { text } = convertConfig(windows, 'yaml', 'workbench');
    assert.equal(text, windows.replace('Token:', 'apiVersion: 2\r\nToken:'));
  });

  test('“Submit” is called “Job”, and keeps its comments', () => {
    const { text } = convertConfig(`${half}Submit: # on Spider\n    NCPU: 2 # two\n`, 'yaml', 'workbench');
    assert.ok(text.endsWith('Job: # on Spider\n    NCPU: 2 # two\n'), text);
    assert.deepEqual(read(text).Job, { NCPU: 2 });
  });

  test('what v0.5 has no place for goes with a sentence each, and nothing else changes', () => {
    const { text, lost } = convertConfig(ours, 'yaml', 'v0.5');
    const wanted = ours
      .replace('apiVersion: 2 ', 'apiVersion: 0 ')
      .replace(', commit: "0012345"', '')
      .replace(/ *checkout_dir: .*\n/, '')
      .replace('gzip: true}\n', 'gzip: true}\n    SIMG: "/cvmfs/example.org/images/two.sif"\n    SIMG_COMMIT: "abc"\n')
      .replace(/Job:[^]*$/, '');
    assert.equal(text, wanted);
    for (const word of ['“Job”', '“NCPU”', '“downloader”', '“outputs”', 'commit', 'elsewhere|checkout_dir', 'Token.upload']) {
      assert.ok(
        lost.some((sentence) => new RegExp(word).test(sentence)),
        `${word}: ${lost.join('\n')}`,
      );
    }
    assert.equal(formOf(text, 'yaml'), 'v0.5');
    assert.deepEqual(errors(text, 'yaml'), []);
  });

  test('anchors that are used elsewhere are written out instead of broken, and that is said', () => {
    const text = ours.replace('commit: "0012345"}', 'commit: &c "0012345"}').replace('Job:\n', 'x-note: *c\nJob:\n');
    const { text: result, lost } = convertConfig(text, 'yaml', 'v0.5');
    assert.equal(read(result)['x-note'], '0012345');
    assert.deepEqual(errors(result, 'yaml'), []);
    assert.ok(lost.some((sentence) => sentence.startsWith('Comments are left out')));
  });

  test('merged maps and flow maps are changed as well', () => {
    const text = `x-base: &base {branch: main, commit: abc1234}\n${ours.replace('branch: main, commit: "0012345"', '<<: *base')}`;
    const { text: result } = convertConfig(text, 'yaml', 'v0.5');
    assert.deepEqual(read(result).Sandbox?.git, { location: 'https://git.example.org/team/sandbox.git', branch: 'main' });
    const flow =
      'apiVersion: 2\nToken: {SIMG: a}\nSandbox: {name: x, loc: x, git: {location: "https://e.org/a.git", branch: b}, git_scripts: {}, remove_when_done: true}\nShell_variables: {}\nJob: {NCPU: 1}\n';
    assert.equal(convertConfig(flow, 'yaml', 'v0.5').text, flow.replace('apiVersion: 2', 'apiVersion: 0').replace(/Job:.*\n/, ''));
  });

  test('a key that stands twice counts as its last, and the first is left alone', () => {
    const text = half.replace('apiVersion: 0', 'apiVersion: 1\napiVersion: 0');
    assert.equal(convertConfig(text, 'yaml', 'workbench').text, text.replace('apiVersion: 0', 'apiVersion: 2'));
  });
});

describe('v1', () => {
  test('v0.5 → v1: fields, variables, image and repositories have their places', () => {
    const { text, syntax, lost } = convertConfig(half, 'yaml', 'v1');
    assert.equal(syntax, 'json');
    assert.deepEqual(JSON.parse(text), {
      PicasApiVersion: 0.5,
      Job: {
        variables: {
          OBSID: '',
          STARTSB: '000',
          PIPELINE_STEP: 'pref_cal1',
          RESULTS_DIR: 'gsiftp://door.example.org:2811/pnfs/example.org/data/team/cal',
        },
      },
      Token: {
        SBXloc: 'team/cal/cal_one.tar',
        progress: 0,
        status: 'queued',
        times: {},
        variables: {
          _token_keys: {
            $TOKEN: '_id',
            $OBSID: 'OBSID',
            $STARTSB: 'STARTSB',
            $PIPELINE_STEP: 'PIPELINE_STEP',
            $RESULTS_DIR: 'RESULTS_DIR',
          },
          _attachments: { $PARSET: 'Cal-1.parset', $SRMFILE: 'srm.txt' },
        },
      },
      container: { singularity: { SIMG: '/cvmfs/example.org/images/one.simg' } },
      sandbox: {
        git: { url: 'https://git.example.org/team/sandbox.git', branch: 'cal' },
        scripts: [{ tool: { url: 'https://git.example.org/team/tool.git', commit: 'c625e8f', checkout_dir: 'tool' } }],
      },
    });
    assert.deepEqual(lost, [
      'v1 has no place for Sandbox.name, Sandbox.loc, Sandbox.remove_when_done.',
      'Comments are left out: JSON has none.',
    ]);
    assert.match(text, /^\{\n {4}"PicasApiVersion"/);
  });

  test('v1 → v0.5: the usual order, reserved fields at their defaults, no shared id', () => {
    const { text, lost } = convertConfig(one, 'json', 'v0.5');
    const data = read(text);
    assert.deepEqual(Object.keys(data), ['apiVersion', 'Token', 'Sandbox', 'Shell_variables']);
    assert.match(text, /^apiVersion: 0\n\nToken:\n {4}OBSID: L1\n/);
    const { lock, done, hostname, _id, STARTSB, SIMG } = data.Token ?? {};
    assert.deepEqual([lock, done, hostname, _id, STARTSB, SIMG], [0, 0, '', undefined, '000', '/cvmfs/example.org/images/three.sif']);
    assert.deepEqual(data.Shell_variables, {
      OBSID: '$OBSID',
      RESULTS_DIR: '$RESULTS_DIR',
      STARTSB: '$STARTSB',
      _attachments: { 'Cal-3.parset': '$PARSET', 'srm.txt': '$SRMFILE' },
    });
    assert.ok(lost.some((sentence) => sentence.includes('Sandbox.name and Sandbox.loc are proposals')));
    assert.deepEqual(errors(text, 'yaml'), []);
  });

  test('v1 → ours → v1 says the same but for the shared id', () => {
    const { text } = convertConfig(one, 'json', 'workbench');
    const back = JSON.parse(convertConfig(text, 'yaml', 'v1').text) as Data & Record<string, Data>;
    const { Job, Token, ...rest } = JSON.parse(one) as Data & Record<string, Data>;
    const { Job: backJob, Token: backToken, ...backRest } = back;
    assert.deepEqual(backRest, rest);
    // A field that no variable names stands in Token then; the token that is built is the same.
    const built = (job?: Data, token?: Data) => ({ ...token, ...(job?.variables as Data) });
    const { _id, ...wanted } = built(Job, Token);
    assert.equal(_id, 'cal3_');
    assert.deepEqual(built(backJob, backToken), wanted);
  });

  test('an attachment without a variable gets one, with a sentence when the name is invented', () => {
    const text = half.replace('srm.txt : srm.txt', 'srm.txt : srm.txt\n        notes.txt: notes.txt\n        list.txt: $SRMFILE');
    const { text: json, lost } = convertConfig(text, 'yaml', 'v1');
    const attachments = (JSON.parse(json) as { Token: { variables: { _attachments: Data } } }).Token.variables._attachments;
    assert.deepEqual(attachments, {
      $PARSET: 'Cal-1.parset',
      $SRMFILE: 'list.txt',
      $ATTACHMENT_1: 'srm.txt',
      $ATTACHMENT_2: 'notes.txt',
    });
    assert.equal(lost.filter((sentence) => sentence.includes('$ATTACHMENT_')).length, 2);
    const back = read(convertConfig(json, 'json', 'v0.5').text).Shell_variables?._attachments;
    assert.deepEqual(back, { 'Cal-1.parset': '$PARSET', 'list.txt': '$SRMFILE', 'srm.txt': '$ATTACHMENT_1', 'notes.txt': '$ATTACHMENT_2' });
  });

  test('an image that a variable names stays on the token too', () => {
    const { text } = convertConfig(half.replace("OBSID : '$OBSID'", "SIMG : '$SIMG'"), 'yaml', 'v1');
    const { Job, container } = JSON.parse(text) as { Job: { variables: Data }; container: { singularity: Data } };
    assert.equal(Job.variables.SIMG, container.singularity.SIMG);
  });

  test('a folder that is not the name of its repository, and one at the top', () => {
    const moved = JSON.parse(convertConfig(ours, 'yaml', 'v1').text) as { sandbox: { scripts: Data[]; git: Data } };
    assert.equal((moved.sandbox.scripts[0]?.tool as Data).checkout_dir, 'elsewhere');
    assert.equal(moved.sandbox.git.commit, '0012345');
    const top = convertConfig(one.replace(/,\s*"checkout_dir": "tool"/, ''), 'json', 'workbench');
    assert.ok(top.lost.some((sentence) => sentence.includes('at the top of the sandbox')));
  });

  test('two variables of one field, one variable of two, and names that are none: each is said', () => {
    const twice = one.replace('"$OBSID": "OBSID"', '"$OBSID": "OBSID", "$AGAIN": "OBSID", "bad-name": "status"');
    const { text, lost } = convertConfig(twice, 'json', 'workbench');
    assert.equal(read(text).Shell_variables?.OBSID, '$OBSID');
    assert.ok(
      lost.some((sentence) => sentence.includes('$AGAIN is left out')) && lost.some((sentence) => sentence.includes('“bad-name”')),
      lost.join('\n'),
    );
    const shared = convertConfig(half.replace("STARTSB: '$STARTSB'", "STARTSB: '$OBSID'"), 'yaml', 'v1');
    assert.ok(shared.lost.some((sentence) => sentence.includes('“STARTSB” is left out')));
  });

  test('comments of JSON, values of the wrong kind and dates are not lost in silence', () => {
    const { lost } = convertConfig(
      one.replace('"NCPU"', '// cores\n"NCPU"').replace(/"variables": \{\s*"_token_keys"/, '"variables": 5, "x": {"_token_keys"'),
      'json',
      'workbench',
    );
    assert.ok(lost.some((sentence) => sentence.startsWith('Comments are left out')));
    assert.ok(lost.some((sentence) => sentence.includes('“variables” is no map')));
    const dated = convertConfig(half.replace('progress: 0', 'progress: 2018-03-01'), 'yaml', 'v1');
    assert.match(dated.text, /"progress": "2018-03-01"/);
  });

  test('v0.5 wants a branch, and none is invented', () => {
    const { text, lost } = convertConfig(one.replace(/,\s*"branch": "cal"/, ''), 'json', 'v0.5');
    assert.equal((read(text).Sandbox?.git as Data).branch, undefined);
    assert.ok(lost.some((sentence) => sentence.includes('add “branch”')));
  });
});

describe('what cannot be converted', () => {
  test('a form that is there already is returned as it is', () => {
    assert.deepEqual(convertConfig(half, 'yaml', 'v0.5'), { text: half, syntax: 'yaml', lost: [] });
    assert.deepEqual(convertConfig(one, 'json', 'v1'), { text: one, syntax: 'json', lost: [] });
  });

  test('unreadable text is malformed, with its place', () => {
    const cases: [string, Syntax, RegExp][] = [
      ['', 'yaml', /^Line 1, column 1: the file is empty\./],
      ['Token:\n    OBSID: "L1\n', 'yaml', /^Line \d, column \d+: A quote/],
      ['Token:\n    OBSID: *obs\nSandbox: {}\n', 'yaml', /^Line 2, column 12: nothing above is anchored/],
      ['Token: {}\nSandbox: {}\n---\na: 1\n', 'yaml', /second document/],
      ['- a\n', 'yaml', /holds no map/],
      ['{ "Token": { "a": } }', 'json', /^Line 1, column 19: JSON cannot be read/],
      ['a: &a [*a, *a]\nSandbox: *a\nToken: {}\n', 'yaml', /anchors repeat/],
    ];
    for (const [text, syntax, sentence] of cases) {
      const error = kindOf(() => convertConfig(text, syntax, 'v1'));
      assert.equal(error.kind, 'malformed', text);
      assert.match(error.sentence, sentence);
    }
  });

  test('token templates and files of 2017 are refused with what to do', () => {
    assert.match(kindOf(() => convertConfig('OBSID: ""\nlock: 0\n', 'yaml', 'v1')).sentence, /token template/);
    assert.match(kindOf(() => convertConfig('LRT:\n    name:"x"\n', 'yaml', 'v1')).sentence, /Import it/);
  });

  test('anchors of anchors end with a sentence, not with the memory', () => {
    const lines = Array.from({ length: 30 }, (_, n) => `x${n}: &x${n} [${n === 0 ? 'a, a' : `*x${n - 1}, *x${n - 1}`}]`);
    assert.equal(kindOf(() => convertConfig(`Sandbox: {}\n${lines.join('\n')}\n`, 'yaml', 'v1')).kind, 'malformed');
  });
});

describe('for any file', () => {
  const clean = (text: string, syntax: Syntax) => assert.deepEqual(errors(text, syntax), [], text);

  test('ours → v1 → ours and v0.5 → ours → v0.5: the same data for what both hold, and no errors', () => {
    fc.assert(
      fc.property(stepData(true), (data) => {
        const text = dumped(data);
        clean(text, 'yaml');
        const there = convertConfig(text, 'yaml', 'v1');
        clean(there.text, 'json');
        const back = convertConfig(there.text, 'json', 'workbench');
        clean(back.text, 'yaml');
        assert.deepEqual(read(back.text), read(text));
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(stepData(false), (data) => {
        const text = dumped(data);
        const there = convertConfig(text, 'yaml', 'workbench');
        clean(there.text, 'yaml');
        assert.equal(convertConfig(there.text, 'yaml', 'v0.5').text, text);
      }),
      { numRuns: 100 },
    );
  });

  test('ours → v0.5 keeps what it names, and lints without errors', () => {
    fc.assert(
      fc.property(stepData(true), (data) => {
        const { text, lost } = convertConfig(dumped(data), 'yaml', 'v0.5');
        clean(text, 'yaml');
        const before = read(dumped(data));
        const after = read(text);
        assert.deepEqual(after.Shell_variables, before.Shell_variables);
        for (const [field, value] of Object.entries(before.Token ?? {})) assert.deepEqual(after.Token?.[field], value);
        for (const key of ['Job', 'downloader'])
          assert.equal(
            lost.some((sentence) => sentence.includes(`“${key}”`)),
            key in before,
          );
      }),
      { numRuns: 100 },
    );
  });

  test('damaged text ends with a result or a GridError, and never otherwise', () => {
    const source = fc.constantFrom<[string, Syntax]>([half, 'yaml'], [ours, 'yaml'], [one, 'json'], [one, 'yaml']);
    const edit = fc.tuple(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(20),
      fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('\n', ': ', '- ', '&a ', '*a', '{', '}', '"', '\t', '<<: ', '---\n')),
    );
    fc.assert(
      fc.property(source, fc.array(edit, { maxLength: 4 }), fc.constantFrom(...forms), ([text, syntax], edits, to) => {
        let damaged = text;
        for (const [where, length, put] of edits) {
          const at = Math.floor(where * damaged.length);
          damaged = damaged.slice(0, at) + put + damaged.slice(at + length);
        }
        try {
          const { text: result, syntax: written } = convertConfig(damaged, syntax, to);
          dataOfTree(parseConfig(result, written));
        } catch (error) {
          assert.ok(error instanceof GridError && ['malformed', 'rejected'].includes(error.kind), String(error));
        }
      }),
      { numRuns: 1500 },
    );
  });
});
