import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, env, Uri, window, workspace } from 'vscode';
import type { LocalityResult } from '../../src/core/staging/check';
import type { FilesResult, ListResult } from '../../src/vscode/commands/storage';
import type { OlderResult, RemoveResult } from '../../src/vscode/commands/storageDelete';
import type { ListMade } from '../../src/vscode/commands/storageRead';
import { eventually, execute, practiceDoor, sara } from './practice';
import { gfalIsThere } from './storage.test';

const set = (id: string, value: unknown) => workspace.getConfiguration().update(id, value, true);
const there = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

describe('grid storage', () => {
  let place = '';
  let root = '';
  const list = (location: string, more: object = {}) => execute<ListResult>('grid.storage.list', { location, ...more });

  before(async function () {
    if (!(await gfalIsThere())) this.skip();
    place = await mkdtemp(join(tmpdir(), 'grid-storage-'));
    root = `file://${join(place, 'store')}`;
    await mkdir(join(place, 'store', 'run', 'deep'), { recursive: true });
    for (const name of ['SB10.tar', 'SB9.tar', 'with blank.txt']) await writeFile(join(place, 'store', 'run', name), name);
    await writeFile(join(place, 'store', 'run', 'deep', 'inner.tar'), 'inner');
    const old = Date.UTC(2019, 2, 3) / 1000;
    await utimes(join(place, 'store', 'run', 'SB9.tar'), old, old);
  });
  after(async () => {
    await execute('workbench.action.closeAllEditors');
    await set('grid.storage.roots', undefined);
    await set('grid.storage.protected', undefined);
    await set('grid.links.sites', undefined);
    if (place !== '') await rm(place, { recursive: true, force: true });
  });

  it('a root is added, changed and removed in the settings; what is none says why', async () => {
    assert.deepEqual(await execute('grid.storage.addRoot', { name: 'Here', location: `${root}/` }), { name: 'Here' });
    assert.deepEqual(workspace.getConfiguration().get('grid.storage.roots'), [{ name: 'Here', location: root }]);
    await assert.rejects(
      execute('grid.storage.addRoot', { name: 'Bad', location: 'nonsense' }),
      /is no location on grid storage.* \[rejected\]$/,
    );
    await assert.rejects(
      execute('grid.storage.addRoot', { name: 'Bad', location: 'davs://me:word@h/a' }),
      /user name or password.* \[rejected\]$/,
    );
    await execute('grid.storage.addRoot', { name: 'Other', location: 'davs://h/a' });
    await execute('grid.storage.removeRoot', { name: 'Other' });
    await assert.rejects(execute('grid.storage.removeRoot', { name: 'Other' }), / \[notFound\]$/);
  });

  it('lists a folder, and all below it; refuses fields it does not know', async () => {
    const { entries, failed } = await list(`${root}/run`);
    assert.deepEqual(failed, []);
    assert.deepEqual(
      entries.map(({ name, size, directory }) => [name, directory ? 0 : size, directory]),
      [
        ['deep', 0, true],
        ['SB9.tar', 7, false],
        ['SB10.tar', 8, false],
        ['with blank.txt', 14, false],
      ],
    );
    assert.equal(entries[1]?.modified, Date.UTC(2019, 2, 3));
    assert.equal(entries[3]?.location, `${root}/run/with blank.txt`);
    const all = await list(root, { recursive: true });
    assert.ok(all.entries.some(({ name }) => name === 'run/deep/inner.tar'));
    await assert.rejects(list(root, { deep: true }), /The option "deep" is not known here/);
    await assert.rejects(list(`${root}/absent`), / \[notFound\]$/);
    await assert.rejects(list('file:///a/../b'), / \[rejected\]$/);
  });

  it('downloads files and folders; what is there already stays and is told', async () => {
    const to = Uri.file(join(place, 'down here'));
    const first = await execute<FilesResult>('grid.storage.download', { location: `${root}/run`, to });
    assert.deepEqual(first.failed, []);
    assert.equal(first.files.length, 4);
    assert.ok(first.files.every((file) => file.startsWith('file:///')));
    assert.equal(await readFile(join(to.fsPath, 'run', 'deep', 'inner.tar'), 'utf8'), 'inner');
    const again = await execute<FilesResult>('grid.storage.download', {
      locations: [`${root}/run/SB9.tar`, `${root}/no`],
      to: Uri.joinPath(to, 'run'),
    });
    assert.deepEqual(again.files, []);
    assert.deepEqual(
      again.failed.map(({ message }) => /exists already|no such file/.test(message)),
      [true, true],
    );
    const over = await execute<FilesResult>('grid.storage.download', {
      location: `${root}/run/SB9.tar`,
      to: Uri.joinPath(to, 'run'),
      overwrite: true,
    });
    assert.equal(over.files.length, 1);
  });

  it('uploads files and folders, and makes directories', async () => {
    const up = join(place, 'up');
    await mkdir(join(up, 'sub'), { recursive: true });
    await writeFile(join(up, 'a#1.txt'), 'a');
    await writeFile(join(up, 'sub', 'b'), 'b');
    const sent = await execute<FilesResult>('grid.storage.upload', { file: Uri.file(up), to: `${root}/new/place` });
    assert.deepEqual(sent.failed, []);
    assert.deepEqual([...sent.files].sort(), [`${root}/new/place/up/a#1.txt`, `${root}/new/place/up/sub/b`]);
    const again = await execute<FilesResult>('grid.storage.upload', { files: [Uri.file(join(up, 'a#1.txt'))], to: `${root}/new/place/up` });
    assert.match(again.failed[0]?.message ?? '', /is there already/);
    assert.deepEqual(await execute('grid.storage.makeDirectory', { location: `${root}/new/dir` }), {
      location: `${root}/new/dir`,
      failed: [],
    });
    await assert.rejects(execute('grid.storage.makeDirectory', { location: `${root}/new/dir` }), / \[conflict\]$/);
  });

  it('counts, finds what is old, makes lists of links, opens a text', async () => {
    const { files, folders, bytes } = await execute<{ files: number; folders: number; bytes: number }>('grid.storage.count', {
      location: `${root}/run`,
    });
    assert.deepEqual([files, folders, bytes], [4, 1, 34]);
    const older = await execute<OlderResult>('grid.storage.older', { location: root, days: 31 });
    assert.deepEqual(
      older.files.map(({ name }) => name),
      ['SB9.tar'],
    );
    const made = await execute<ListMade>('grid.storage.makeList', { location: `${root}/run`, pattern: '*.tar', recursive: true });
    assert.deepEqual([made.links, made.failed], [3, []]);
    assert.equal(made.text, [`${root}/run/SB10.tar`, `${root}/run/SB9.tar`, `${root}/run/deep/inner.tar`, ''].join('\n'));
    assert.deepEqual(await execute('grid.storage.open', { location: `${root}/run/with blank.txt` }), { text: 'with blank.txt' });
    await assert.rejects(execute('grid.storage.open', { location: `${root}/run` }), /is a folder.* \[rejected\]$/);
  });

  it('a list of a WebDAV folder is in the srm form of its site, and tells where the files are', async () => {
    await practiceDoor.reset();
    await set('grid.links.sites', { practice: { name: 'Practice', hosts: ['127.0.0.1'], srm: '127.0.0.1:1', roots: ['/pnfs'] } });
    const links = sara(910_099, 5);
    const [first = ''] = links;
    const folder = `${practiceDoor.url.replace(/^http/, 'dav')}${new URL(first.slice(0, first.lastIndexOf('/'))).pathname}`;
    const names = links.map((link) => join(place, link.slice(link.lastIndexOf('/') + 1)));
    for (const name of names) await writeFile(name, 'x');
    const sent = await execute<FilesResult>('grid.storage.upload', { files: names.map((name) => Uri.file(name)), to: folder });
    assert.deepEqual(sent.failed, []);
    for (const subband of ['SB000', 'SB001', 'SB002']) await practiceDoor.locality(subband, 'TAPE');
    const made = await execute<ListMade>('grid.storage.makeList', { location: folder, recursive: true });
    assert.deepEqual(
      made.text.trim().split('\n').sort(),
      links.map((link) => link.replace('srm.grid.sara.nl:8443', '127.0.0.1:1')),
    );
    const checked = await execute<LocalityResult>('grid.storage.check', { location: folder });
    assert.deepEqual([checked.total, checked.counts], [5, { ONLINE: 2, NEARLINE: 3 }]);
    assert.equal(checked.percentStaged, 40);
    await execute('grid.storage.check', { location: folder, map: true });
    const tabs = () => window.tabGroups.all.flatMap(({ tabs: all }) => all.map(({ label }) => label));
    await eventually('the map is open', () => tabs().some((label) => label.startsWith('Where: ')));
    const shown = workspace.textDocuments.find((document) => document.isUntitled && document.getText().startsWith(`${folder}/`));
    assert.ok(shown, 'the files stand in a list');
    const { text } = await execute<{ text: string }>('grid.links.exportChecked', shown.uri, { state: 'online' });
    assert.equal(text.trim().split('\n').length, 2, 'which knows what was told');
    await execute('workbench.action.revertAndCloseActiveEditor');
    await practiceDoor.reset();
  });

  it('a root is called with the token given for its host, until the root is removed', async () => {
    await practiceDoor.reset();
    const location = `${practiceDoor.url.replace(/^http/, 'dav')}/`;
    await execute('grid.storage.addRoot', { name: 'Door', location });
    const upload = async (name: string) => {
      await writeFile(join(place, name), name);
      return execute<FilesResult>('grid.storage.upload', { file: Uri.file(join(place, name)), to: `${location}signed` });
    };
    await assert.rejects(execute('grid.storage.signIn', { name: 'Absent', token: 'x' }), / \[notFound\]$/);
    await assert.rejects(execute('grid.storage.signIn', { name: 'Door', token: ' ' }), /The token is empty.* \[rejected\]$/);
    await assert.rejects(execute('grid.storage.signIn', { name: 'Here', token: 'x' }), / \[rejected\]$/);
    await execute('grid.storage.signIn', { name: 'Door', token: await practiceDoor.macaroon(['activity:LIST,READ_METADATA']) });
    await list(location);
    const refused = await upload('one').catch((error: unknown) => ({ files: [], failed: [{ message: String(error) }] }));
    assert.deepEqual([refused.files, refused.failed.length], [[], 1]);
    assert.match(refused.failed[0]?.message ?? '', /does not allow/);
    assert.deepEqual(await execute('grid.storage.signIn', { name: 'Door', token: `Bearer ${practiceDoor.token}` }), { name: 'Door' });
    assert.deepEqual((await upload('two')).failed, []);
    const to = Uri.file(join(place, 'signed'));
    assert.deepEqual((await execute<FilesResult>('grid.storage.download', { location: `${location}signed/two`, to })).failed, []);
    await execute('grid.storage.signIn', { name: 'Door', token: 'nobody-knows-this' });
    await assert.rejects(list(location), / \[auth\]$/);
    await execute('grid.storage.addRoot', { name: 'Other port', location: `dav://${new URL(practiceDoor.url).hostname}:1/` });
    await execute('grid.storage.removeRoot', { name: 'Other port' });
    await assert.rejects(list(location), / \[auth\]$/, 'another root of the host keeps the token');
    await execute('grid.storage.removeRoot', { name: 'Door' });
    // The practice door lets everybody in who shows nothing.
    assert.ok((await list(location)).entries.some(({ name }) => name === 'signed'));
    await practiceDoor.reset();
  });

  it('deletes what is named: not the roots, not what is protected, not a full folder unasked', async () => {
    const remove = (options: object) => execute<RemoveResult>('grid.storage.delete', options);
    assert.match((await remove({ location: root, recursive: true })).failed[0]?.message ?? '', /it is a root of the tree/);
    await set('grid.storage.protected', [`${join(place, 'store')}/run/deep`]);
    const kept = await remove({ locations: [`${root}/run/deep`, `${root}/run/SB10.tar`], recursive: true });
    assert.deepEqual([kept.removed, kept.failed.length], [1, 1]);
    assert.match(kept.failed[0]?.message ?? '', /is protected/);
    await assert.rejects(remove({ location: `${root}/new` }), /holds 6 more entries.* \[rejected\]$/);
    assert.deepEqual(await remove({ location: `${root}/new`, recursive: true }), { removed: 7, failed: [] });
    assert.equal(await there(join(place, 'store', 'new')), false);
    assert.match((await remove({ location: `${root}/new` })).failed[0]?.message ?? '', /There is no new here/);
  });

  it("a person's calls: a listing as text, a link in the clipboard", async () => {
    const node = { node: 'storageRoot', name: 'Here', location: root };
    await execute('grid.storage.list', node, [node]);
    const shown = await eventually('the listing is shown', () => window.activeTextEditor?.document.getText().includes('run/'));
    assert.ok(shown);
    assert.deepEqual(
      await execute('grid.storage.copyLink', { location: 'srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/d/x', form: 'gsiftp' }),
      {
        text: 'gsiftp://gridftp.grid.sara.nl:2811/pnfs/grid.sara.nl/d/x',
      },
    );
    assert.equal(typeof (await env.clipboard.readText()), 'string');
    assert.ok((await commands.getCommands(true)).includes('grid.storage.older'));
  });
});
