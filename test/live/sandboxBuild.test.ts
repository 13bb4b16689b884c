/** Sandboxes of real repositories: the same bytes twice, unpacked by the programs of a worker, and run. */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Manifest } from '../../src/core/sandbox/manifest';
import { build, git, recipeOf, repository, run, scripts, step, temporary, unfinished, write } from './sandbox';

test('two builds in two folders are the same bytes; tar and tarfile unpack them, and master.sh runs', async (t) => {
  const [one, two, source] = [await temporary(t), await temporary(t), await temporary(t)];
  const base = await repository(join(source, 'base'), { ...scripts, 'ünï côdé/ñ.txt': 'ñ', [`${'deep/'.repeat(30)}file`]: 'far' });
  const tool = await repository(join(source, 'tool'), { 'run.py': '#!/usr/bin/env python3\n', empty: '' });
  const pin = await tool.commit({ 'later.txt': 'x' });
  await tool.commit({ 'later.txt': 'y' });
  const recipe = step(
    `git: { location: "file://${base.folder}", branch: main }`,
    `git_scripts: { tool: { git_url: "file://${tool.folder}", commit: ${pin} } }`,
    'files: [parsets, { from: extra.txt, to: etc/extra.txt }]',
  );
  for (const folder of [one, two]) await write(folder, { 'parsets/a.parset': 'a', 'parsets/deeper/b.parset': 'b', 'extra.txt': 'e' });
  // Other times, other rights than the first.
  await run(['touch', '-d', '2001-01-01', 'extra.txt'], two);
  await run(['chmod', '600', 'extra.txt'], two);
  const first = await build(recipe, one);
  const second = await build(recipe, two);
  assert.deepEqual(
    [first.sha256, first.adler32, first.bytes, first.entries],
    [second.sha256, second.adler32, second.bytes, second.entries],
  );
  assert.ok((await readFile(first.file)).equals(await readFile(second.file)));
  assert.deepEqual(first.problems, []);

  const unpacked = join(one, 'unpacked');
  await mkdir(unpacked);
  assert.equal(await run(['tar', '-xvf', first.file], unpacked).then((text) => text.trim().split('\n').length), first.entries);
  assert.equal(await run(['./master.sh', 'well'], unpacked), 'ran well\n');
  assert.equal(await readFile(join(unpacked, 'tool/later.txt'), 'utf8'), 'x', 'the pinned commit');
  assert.equal(await readFile(join(unpacked, 'ünï côdé/ñ.txt'), 'utf8'), 'ñ');
  assert.equal(await readFile(join(unpacked, 'deep/'.repeat(30), 'file'), 'utf8'), 'far');
  assert.equal(await readFile(join(unpacked, 'tokvar.cfg'), 'utf8'), 'OBSID: $OBSID\n');
  assert.equal(await readFile(join(unpacked, 'etc/extra.txt'), 'utf8'), 'e');
  assert.ok(!(await readdir(unpacked)).includes('.git'));

  const python = join(one, 'python');
  await mkdir(python);
  await run(['python3', '-c', `import tarfile; t = tarfile.open(${JSON.stringify(first.file)}); t.extractall('.')`], python);
  assert.equal(await run(['./master.sh', 'again'], python), 'ran again\n');
  assert.equal(await run(['diff', '-r', unpacked, python], one), '');
  await run(['sha256sum', '-c', `${first.file}.sha256`], join(one, 'out'));

  const manifest = JSON.parse(await readFile(join(unpacked, 'MANIFEST.json'), 'utf8')) as Manifest;
  assert.deepEqual(
    manifest.sources.map(({ name, folder, commit }) => [name, folder, commit]),
    [
      ['base', '', await git(base.folder, 'rev-parse', 'HEAD')],
      ['tool', 'tool', pin],
    ],
  );
  for (const { path, sha256, bytes, link } of manifest.files) {
    if (link !== undefined) continue;
    assert.equal((await run(['sha256sum', path], unpacked)).slice(0, 64), sha256, path);
    assert.equal((await stat(join(unpacked, path))).size, bytes);
  }
  const text = await readFile(join(unpacked, 'MANIFEST.json'), 'utf8');
  assert.ok(!text.includes(one), 'nothing of this machine');
});

test('gzip on request, reproducible too', async (t) => {
  const folder = await temporary(t);
  const base = await repository(join(folder, 'base'), scripts);
  const recipe = step('gzip: true', `git: { location: "file://${base.folder}" }`);
  const first = await build(recipe, folder);
  assert.match(first.file, /pref-[0-9a-f]{8}\.tar\.gz$/);
  const second = await build(recipe, folder, { cache: join(folder, 'other'), folder: join(folder, 'out2') });
  assert.equal(first.sha256, second.sha256);
  assert.match(await run(['tar', '-tzf', first.file], folder), /^bin\/again\nbin\/say.sh\nmaster.sh\ntokvar.cfg\nMANIFEST.json\n$/);
});

test('an unchanged recipe is not built again; a changed one is', async (t) => {
  const folder = await temporary(t);
  const base = await repository(join(folder, 'base'), scripts);
  const recipe = step(`git: { location: "file://${base.folder}", branch: main }`, 'files: [local.txt]');
  await writeFile(join(folder, 'local.txt'), '1');
  const first = await build(recipe, folder);
  const commands: string[] = [];
  const again = await build(recipe, folder, { git: { told: (command) => commands.push(command) } });
  assert.deepEqual([again.cached, again.file, again.sha256], [true, first.file, first.sha256]);
  assert.ok(!commands.some((command) => command.startsWith('git fetch')), commands.join('\n'));
  await writeFile(join(folder, 'local.txt'), '2');
  const third = await build(recipe, folder);
  assert.deepEqual([third.cached, third.sha256 === first.sha256], [false, false]);
  await base.commit({ 'bin/say.sh': 'say() { echo new; }\n' });
  const fourth = await build(recipe, folder);
  assert.notEqual(fourth.sha256, third.sha256);
  // What somebody has changed or deleted is built anew.
  await writeFile(fourth.file, 'damaged');
  assert.deepEqual([(await build(recipe, folder)).cached, (await build(recipe, folder)).sha256], [false, fourth.sha256]);
  await rm(join(folder, 'out'), { recursive: true });
  assert.equal((await build(recipe, folder)).sha256, fourth.sha256);
});

test('pins: a tag, a short commit, a commit deep below its branch; no more history than that takes', async (t) => {
  const folder = await temporary(t);
  const base = await repository(join(folder, 'base'), scripts);
  const url = `file://${base.folder}`;
  const deep = await base.commit({ mark: 'deep' });
  await git(base.folder, 'tag', '-a', '-m', 'one', 'v1');
  for (let k = 0; k < 60; k++) await base.commit({ count: String(k) });
  const mark = async (pin: string): Promise<readonly [string, readonly string[]]> => {
    const commands: string[] = [];
    const built = await build(step(`git: { location: "${url}", ${pin} }`), folder, {
      cache: join(folder, `cache ${pin}`),
      git: { told: (line) => commands.push(line) },
    });
    const commit = built.manifest.sources[0]?.commit ?? '';
    return [commit, commands.filter((line) => line.startsWith('git fetch'))] as const;
  };
  const [byTag, tagFetches] = await mark('branch: v1');
  assert.equal(byTag, deep);
  assert.ok(tagFetches.length === 1 && tagFetches[0]?.includes('--depth 1 '), tagFetches.join('\n'));
  const [byCommit, commitFetches] = await mark(`commit: ${deep}`);
  assert.equal(byCommit, deep);
  assert.ok(commitFetches.length === 1 && commitFetches[0]?.includes('--depth 1 '), commitFetches.join('\n'));
  const [byBranch, branchFetches] = await mark(`commit: ${deep}, branch: main`);
  assert.equal(byBranch, deep);
  assert.match(branchFetches.at(-1) ?? '', /--depth 1000 /);
  assert.equal((await mark(`commit: "${deep.slice(0, 9)}"`))[0], deep);
  assert.equal((await mark(`commit: "${deep.slice(0, 9)}", branch: main`))[0], deep);
});

test('repositories inside are taken along when asked for, else told of', async (t) => {
  const folder = await temporary(t);
  const inner = await repository(join(folder, 'inner'), { 'inner.txt': 'i' });
  const base = await repository(join(folder, 'base'), scripts);
  await git(base.folder, 'submodule', '--quiet', 'add', '../inner', 'lib/inner');
  await base.commit({});
  await inner.commit({ 'inner.txt': 'later' });
  const url = `file://${base.folder}`;
  const without = await build(step(`git: { location: "${url}" }`), folder);
  assert.deepEqual(
    without.problems.map(({ code, file }) => [code, file]),
    [['submodule', 'lib/inner']],
  );
  const whole = await build(step(`git: { location: "${url}", submodules: true }`), folder);
  assert.deepEqual(whole.problems, []);
  assert.match(await run(['tar', '-xOf', whole.file, 'lib/inner/inner.txt'], folder), /^i$/);
  assert.deepEqual(
    whole.manifest.sources.map(({ folder: place }) => place),
    ['', 'lib/inner'],
  );
});

test('attributes, filters and line ends of this machine change nothing', async (t) => {
  const folder = await temporary(t);
  const attributes = '*.txt text eol=crlf\n*.c ident\nsecret export-ignore\nversion export-subst\n*.bin filter=evil\n';
  const base = await repository(join(folder, 'base'), {
    ...scripts,
    '.gitattributes': attributes,
    'a.txt': 'a\nb\n',
    'x.c': '$Id$\n',
    secret: 's',
    version: '$Format:%H$\n',
    'd.bin': 'd',
  });
  const recipe = recipeOf(`Token: {}\nSandbox:\n  name: s\n  git: { location: "file://${base.folder}" }\nShell_variables: {}\n`);
  const first = await build(recipe, folder);
  const config = join(folder, 'gitconfig');
  await writeFile(
    config,
    '[core]\n\tautocrlf = true\n[filter "evil"]\n\tsmudge = echo evil\n\trequired = true\n[diff]\n\texternal = false\n',
  );
  const second = await build(recipe, folder, { cache: join(folder, 'c2'), git: { env: { ...process.env, GIT_CONFIG_GLOBAL: config } } });
  assert.equal(first.sha256, second.sha256);
  for (const [path, text] of [
    ['a.txt', 'a\nb\n'],
    ['x.c', '$Id$\n'],
    ['secret', 's'],
    ['version', '$Format:%H$\n'],
    ['d.bin', 'd'],
  ] as const)
    assert.equal(await run(['tar', '-xOf', first.file, path], folder), text, path);
});

test('what pilots would stumble over is told before anything is packed', async (t) => {
  const folder = await temporary(t);
  const base = await repository(join(folder, 'base'), {
    ...scripts,
    'bin/dos.sh': 'echo\r\n',
    'master.sh': 'echo not executable\n',
    'big.dat': 'x'.repeat(5000),
    l: '->nothing',
  });
  const built = await build(step(`git: { location: "file://${base.folder}" }`), folder, { largeBytes: 4000 });
  assert.deepEqual(built.problems.map(({ code, file }) => `${code} ${file}`).sort(), [
    'crlf bin/dos.sh',
    'large-file big.dat',
    'link-broken l',
    'not-executable master.sh',
  ]);
  assert.deepEqual(await unfinished(folder), []);
});

test('scripts with CR LF get LF in the sandbox where that is wanted; their sources stay, and the manifest names them', async (t) => {
  const folder = await temporary(t);
  const base = await repository(join(folder, 'base'), { ...scripts, 'bin/dos.sh': 'say() {\r\n  echo dos\r\n}\r\n', 'data.txt': 'a\r\n' });
  await write(folder, { 'own.sh': '#!/bin/sh\r\necho own\r\n' });
  const source = `git: { location: "file://${base.folder}" }`;
  const recipe = step(source, 'files: [own.sh]');
  const plain = await build(recipe, folder);
  assert.deepEqual(plain.problems.map(({ file }) => file).sort(), ['bin/dos.sh', 'own.sh']);
  const said: string[] = [];
  const options = { lineEnds: true, said: (at: string, line: string) => said.push(`${at}: ${line}`) };
  const converted = await build(recipe, folder, options);
  assert.deepEqual(converted.problems, []);
  const named = converted.manifest.files.filter(({ lineEnds }) => lineEnds === 'converted').map(({ path }) => path);
  assert.deepEqual(named, ['bin/dos.sh', 'own.sh']);
  const unpacked = join(folder, 'unpacked');
  await mkdir(unpacked);
  await run(['tar', '-xf', converted.file], unpacked);
  assert.equal(await readFile(join(unpacked, 'bin/dos.sh'), 'utf8'), 'say() {\n  echo dos\n}\n');
  assert.equal(await run(['./own.sh'], unpacked), 'own\n');
  assert.equal(await readFile(join(unpacked, 'data.txt'), 'utf8'), 'a\r\n', 'what is no script stays as it is');
  assert.equal(await readFile(join(folder, 'own.sh'), 'utf8'), '#!/bin/sh\r\necho own\r\n', 'and so does the file of the person');
  assert.match(await readFile(join(unpacked, 'MANIFEST.json'), 'utf8'), /"path":"own\.sh".*"lineEnds":"converted"/);
  const told = await build(step(source, 'files: [own.sh]', 'convert_line_ends: true'), folder);
  assert.equal(told.sha256, converted.sha256, 'the recipe says the same as the option');
  const again = await build(recipe, folder);
  assert.deepEqual([again.sha256, again.cached], [plain.sha256, true], 'each of the two is kept by itself');
  assert.ok(
    said.some((line) => line.startsWith('clone0: $ git ls-remote -- file:')),
    said.join('\n'),
  );
});

test('what git says comes line by line, with the step that it belongs to', async (t) => {
  const folder = await temporary(t);
  const base = await repository(join(folder, 'base'), scripts);
  const said: (readonly [string, string])[] = [];
  await build(step(`git: { location: "file://${base.folder}" }`), folder, { said: (at, line) => said.push([at, line]) });
  assert.ok(
    said.some(([at, line]) => at === 'clone0' && /^remote: Counting objects: 100% .*done\.$/.test(line)),
    JSON.stringify(said),
  );
  assert.ok(said.every(([, line]) => !/[\r\n]/.test(line)));
  await assert.rejects(build(step(`git: { location: "file://${folder}/gone" }`), folder, { said: (at, line) => said.push([at, line]) }));
  assert.match(said.at(-1)?.[1] ?? '', /correct access rights|repository exists/);
});
