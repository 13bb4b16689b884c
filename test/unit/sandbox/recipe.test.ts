/** Recipes of all forms, and everything that a file may try to bring to git, the disk or the storage. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseJson } from '../../../src/core/config/json';
import { parseYaml } from '../../../src/core/config/yaml';
import { GridError } from '../../../src/core/errors';
import { planBuild, planText } from '../../../src/core/sandbox/plan';
import { readRecipe, type Recipe } from '../../../src/core/sandbox/recipe';

const yaml = (text: string): Recipe => readRecipe(parseYaml(text), 'step');
const json = (value: unknown, stem = 'step'): Recipe => readRecipe(parseJson(JSON.stringify(value)), stem);

const half = `Token:
    OBSID: ""
    RESULTS_DIR: "gsiftp://host/results"
Sandbox:
    name: pref_cal1.tar
    loc: "/LC9//calibrator/"
    loc2: None
    git:
        location: https://github.com/example/sandbox.git
        branch: prefactor
    git_scripts:
        prefactor:
            git_url: "https://gitlab.example.org/group/prefactor.git"
            branch: V3.2
            commit: 1234567
        losoto:
            git_url: git@example.org:group/losoto.git
            branch: None
    remove_when_done: True
Shell_variables:
    '_id': '$TOKEN'
    OBSID: '$OBSID'
    FREQUENCY: '$FREQ'
    '_attachments':
        srm.txt: srm.txt
`;

test('v0.5: repositories with their folders and pins, the place, the variables', () => {
  const recipe = yaml(half);
  assert.deepEqual(recipe.repositories, [
    {
      name: 'sandbox',
      url: 'https://github.com/example/sandbox.git',
      branch: 'prefactor',
      commit: undefined,
      folder: '',
      submodules: false,
    },
    {
      name: 'prefactor',
      url: 'https://gitlab.example.org/group/prefactor.git',
      branch: 'V3.2',
      commit: '1234567',
      folder: 'prefactor',
      submodules: false,
    },
    { name: 'losoto', url: 'git@example.org:group/losoto.git', branch: undefined, commit: undefined, folder: 'losoto', submodules: false },
  ]);
  const { name, place, files, missing, gzip, variables } = recipe;
  assert.deepEqual(
    { name, place, files, missing, gzip },
    { name: 'pref_cal1', place: 'LC9/calibrator', files: [], missing: ['FREQUENCY'], gzip: false },
  );
  assert.deepEqual(parseYaml(variables ?? '').faults, []);
  assert.match(variables ?? '', /OBSID: \$OBSID|OBSID: '\$OBSID'/);
});

test('ours: local files, compression, submodules, a folder of its own', () => {
  const recipe = yaml(`apiVersion: 2
Token: {}
Sandbox:
    name: s
    loc: a/b
    gzip: true
    git: { location: ../scripts, commit: 0123456789abcdef0123456789ABCDEF01234567, submodules: true }
    git_scripts:
        tool: { git_url: /data/tool.git, checkout_dir: bin }
    files:
        - ./master.sh
        - { from: parsets/, to: etc/parsets }
        - a folder/with blanks
`);
  assert.equal(recipe.gzip, true);
  assert.deepEqual(recipe.files, [
    { from: 'master.sh', to: 'master.sh' },
    { from: 'parsets', to: 'etc/parsets' },
    { from: 'a folder/with blanks', to: 'with blanks' },
  ]);
  const [base, tool] = recipe.repositories;
  assert.deepEqual([base?.commit, base?.submodules], ['0123456789abcdef0123456789abcdef01234567', true]);
  assert.deepEqual([tool?.name, tool?.folder], ['tool', 'bin']);
  assert.equal(recipe.variables, undefined);
});

test('v1: git, scripts and further repositories, variables the other way round, named after the file', () => {
  const recipe = json(
    {
      Token: { variables: { _token_keys: { $OBSID: 'OBSID' }, _attachments: { $SRMFILE: 'srm.txt' } } },
      Job: {},
      sandbox: {
        git: { url: 'https://example.org/base.git', branch: 'b' },
        scripts: [{ tool: { url: 'https://example.org/tool.git', branch: 'master', commit: 'abcdef1', checkout_dir: 'tool' } }],
        more: { url: 'ssh://git@example.org/more.git' },
      },
    },
    'imaging',
  );
  assert.deepEqual(
    recipe.repositories.map(({ name, folder }) => [name, folder]),
    [
      ['base', ''],
      ['tool', 'tool'],
      ['more', ''],
    ],
  );
  assert.equal(recipe.name, 'imaging');
  assert.match(recipe.variables ?? '', /OBSID: \$OBSID\n\n_attachments:\n {4}srm.txt: \$SRMFILE/);
  assert.equal(json({ Token: {}, sandbox: { git: { url: 'https://e.org/b.git' } } }, 'two words').name, 'sandbox');
});

const base = 'git: { location: https://example.org/b.git, branch: b }';
const sandbox = (body: string): string => `Token: {}\nSandbox:\n    ${body.split('\n').join('\n    ')}\n`;

/** What a sentence has to say of it; the line is part of it. */
const refused: readonly (readonly [what: string, text: string, sentence: RegExp])[] = [
  ['no map', 'Token: {}\nSandbox: 5\n', /^Line 2: There is no map “Sandbox”\. It says/],
  ['no Sandbox at all', 'Token: {}\nShell_variables: {}\n', /^There is no map “Sandbox”/],
  ['no git', sandbox('name: x\nloc: y'), /^Line 3: The sandbox has no repository\. Add “git”/],
  ['no name', sandbox(`loc: y\n${base}`), /The sandbox has no name\. Add “name”/],
  ...['a/b', '../x', 'two words', "it's", '$(id)', '.hidden', '-rf', 'a..b', '`id`'].map(
    (name) => [`name ${name}`, sandbox(`name: "${name}"\n${base}`), /^Line 3: Sandbox\.name: “.*” cannot be the name of a file/] as const,
  ),
  ...['../up', 'a/../../b', 'a b', 'a;b', 'gsiftp://host/x', '$HOME/x', "a'b"].map(
    (place) => [`loc ${place}`, sandbox(`name: x\nloc: "${place}"\n${base}`), /^Line 4: “.*”, the place of the sandbox, /] as const,
  ),
  ...['ext::sh -c id', '--upload-pack=id', 'https://h/a b.git', 'https://h/$(id).git', 'file.git', 'fd::17'].map(
    (url) =>
      [`address ${url}`, sandbox(`name: x\ngit: { location: "${url}" }`), /^Line 4: “.*” is no address of a repository: it /] as const,
  ),
  ['a variable', sandbox('name: x\ngit: { location: "$REPOSITORY" }'), /begins with a variable/],
  [
    'a password',
    sandbox('name: x\ngit: { location: "https://me:secret@h/a.git" }'),
    /^Line 4: The address of a repository holds a password\. Take it out/,
  ],
  ...['--exec=x', 'a b', 'a..b', 'x~1', '$(id)', 'v@{1}'].map(
    (branch) =>
      [
        `branch ${branch}`,
        sandbox(`name: x\ngit: { location: https://h/a.git, branch: "${branch}" }`),
        /cannot be the name of a branch/,
      ] as const,
  ),
  ...['abc', 'HEAD', '-1234567', 'g123456', '0123456789abcdef0123456789abcdef012345678'].map(
    (commit) =>
      [
        `commit ${commit}`,
        sandbox(`name: x\ngit: { location: https://h/a.git, commit: "${commit}" }`),
        /is no commit\. Write at least seven/,
      ] as const,
  ),
  ...['../tools', 'a/b', '$(id)', '.git', 'a b'].map(
    (folder) =>
      [
        `folder ${folder}`,
        sandbox(`name: x\n${base}\ngit_scripts: { "${folder}": { git_url: https://h/t.git } }`),
        /^Line 5: Sandbox\.git_scripts: /,
      ] as const,
  ),
  [
    'a folder by checkout_dir',
    sandbox(`name: x\n${base}\ngit_scripts: { t: { git_url: https://h/t.git, checkout_dir: ../../etc } }`),
    /checkout_dir: “/,
  ],
  [
    'two in one folder',
    sandbox(`name: x\n${base}\ngit_scripts: { a: { git_url: https://h/t.git, checkout_dir: b }, b: { git_url: https://h/t.git } }`),
    /Two repositories go into the folder “b”/,
  ],
  ...['/etc/passwd', '../secret', 'a/../../b', '~/.ssh', 'C:/x', '$(id)', "a'b", 'a\\\\b'].map(
    (file) => [`local ${file}`, sandbox(`name: x\n${base}\nfiles: ["${file}"]`), /^Line 5: The local file “.*” /] as const,
  ),
  ...['../x', '/etc', 'a b', '.git/hooks', '$(id)', 'a//../b'].map(
    (to) => [`local to ${to}`, sandbox(`name: x\n${base}\nfiles: [{ from: a, to: "${to}" }]`), /cannot be a place in the sandbox/] as const,
  ),
  ['a token template', '_id: x\nOBSID: ""\nSBXloc: a\n', /^This is token template: .*Choose the step configuration/],
];

for (const [what, text, sentence] of refused) {
  test(`refused: ${what}`, () => {
    assert.throws(
      () => yaml(text),
      (error) =>
        error instanceof GridError &&
        error.kind === 'rejected' &&
        (assert.match(error.sentence, sentence), !error.sentence.includes('secret@')),
    );
  });
}

test('a file that cannot be read says where', () => {
  assert.throws(
    () => yaml('Token: [\n'),
    (error) => error instanceof GridError && error.kind === 'malformed' && error.message.startsWith('Line '),
  );
});

test('CRLF and a byte order mark do not matter', () => {
  assert.deepEqual(yaml(`\uFEFF${half.replaceAll('\n', '\r\n')}`), yaml(half));
});

test('the plan is told before anything runs', () => {
  const recipe = yaml(half);
  assert.deepEqual(
    planBuild(recipe).map(({ title, detail }) => [title, detail]),
    [
      ['Plan', '3 repositories, 1 local file'],
      ['Clone sandbox', 'prefactor'],
      ['Clone prefactor', 'commit 1234567 of V3.2'],
      ['Clone losoto', 'as it stands, not pinned'],
      ['Copy local files', 'tokvar.cfg'],
      ['Check scripts', ''],
      ['Pack', 'pref_cal1.tar, reproducible'],
    ],
  );
  assert.match(planText(recipe).join('\n'), /The token lacks FREQUENCY, which Shell_variables names: the worker skips them\.$/);
});
