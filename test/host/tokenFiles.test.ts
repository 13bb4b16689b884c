import assert from 'node:assert/strict';
import {
  ConfigurationTarget,
  DataTransfer,
  DataTransferItem,
  FileType,
  TabInputTextDiff,
  TextDocumentSaveReason,
  Uri,
  window,
  workspace,
} from 'vscode';
import type { Resolved } from '../../src/vscode/tokens/conflicts';
import { TokenDrag } from '../../src/vscode/trees/tokenDrag';
import { eventually, execute, practicePool, sample } from './practice';
import { addPool, change, edit, fileUri, make, openToken, poolName, removePool, revert, setText, tokenUri } from './tokens';

const pixel = Buffer.from(
  '89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c020000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082',
  'hex',
);
const field = async (id: string, name: string): Promise<unknown> => (await practicePool.document(id))?.[name];
const diffs = () => window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(({ input }) => input instanceof TabInputTextDiff);

describe('tokens as files', () => {
  before(addPool);
  afterEach(async () => {
    await execute('workbench.action.closeAllEditors');
  });
  after(removePool);

  it('open laid out, in the server’s words; are edited and saved over what was read', async () => {
    await make('file_1', { seed: 1, nested: { a: [1, { b: null }] } });
    const document = await openToken('file_1');
    assert.equal(document.languageId, 'json');
    assert.match(document.getText(), /^\{\n {2}"/);
    const { _rev: before } = (await practicePool.document('file_1')) ?? {};
    assert.ok(document.getText().includes(`"_rev": "${String(before)}"`));
    await edit(document, '"note": "x"', '"note": "grüße"');
    assert.ok(await document.save());
    assert.equal(await field('file_1', 'note'), 'grüße');
    const now = String(await field('file_1', '_rev'));
    await eventually('the editor shows the new revision', () => document.getText().includes(now) && !document.isDirty);
    // Again, and at once: the editor may not have read the new revision yet.
    for (const note of ['a', 'b', 'c']) {
      await edit(document, /"note": "[^"]*"/, `"note": "${note}"`);
      assert.ok(await document.save(), note);
    }
    assert.equal(await field('file_1', 'note'), 'c');
  });

  it('one that a pilot changes is shown changed while nobody edits it', async () => {
    await make('file_2');
    const document = await openToken('file_2');
    await change('file_2', { lock: 1_479_384_000, hostname: 'wn-3' });
    await eventually('the lock is shown', () => document.getText().includes('1479384000') && !document.isDirty);
    await edit(document, '"note": "x"', '"note": "y"');
    assert.ok(await document.save());
    assert.deepEqual([await field('file_2', 'lock'), await field('file_2', 'note')], [1_479_384_000, 'y']);
  });

  it('what cannot be saved is not, and nothing is lost', async () => {
    await make('file_3', { _attachments: { 'a.txt': { content_type: 'text/plain', data: 'eA==' } } });
    const document = await openToken('file_3');
    const text = document.getText();
    for (const spoil of [
      (good: string) => good.replace('"note": "x"', '"note": '),
      (good: string) => good.replace('"note": "x"', '"note": "x", "note": "y"'),
      (good: string) => good.replace('"file_3"', '"file_4"'),
      (good: string) => good.replace('a.txt', 'b.txt'),
      (good: string) => good.replace(/"_rev": "[^"]*",?/, ''),
      (good: string) => good.replace('"note"', '"_deleted": true, "note"'),
    ]) {
      await setText(document, spoil(text));
      assert.equal(await document.save(), false);
      assert.ok(document.isDirty);
    }
    assert.match(String(await field('file_3', '_rev')), /^1-/);
    await setText(document, `${text.replace('"x"', '"z"').replaceAll('\n', '\r\n')}`);
    assert.ok(await document.save());
    assert.deepEqual([await field('file_3', 'note'), Object.keys((await field('file_3', '_attachments')) as object)], ['z', ['a.txt']]);
  });

  describe('changed by somebody else while it is edited', () => {
    const start = async (id: string, mine: string, theirs: object) => {
      await make(id, { status: 'queued', times: { queued: 1 } });
      const document = await openToken(id);
      await edit(document, '"note": "x"', mine);
      await change(id, theirs);
      assert.equal(await document.save(), false, 'it is not written over');
      await eventually('both are shown', () => diffs().length === 1);
      return document;
    };
    /** Ends it, as soon as it is known; any other error is one. */
    const resolve = (choice: string, uri: Uri): Promise<Resolved> =>
      eventually('the conflict is known', () =>
        execute<Resolved>(`grid.tokens.${choice}`, uri, {}).catch((error: unknown) => {
          if (String(error).includes('no conflict in this document')) return undefined;
          throw error;
        }),
      );

    it('theirs: ours goes, theirs stands', async () => {
      const document = await start('clash_1', '"note": "mine"', { lock: 5, note: 'theirs' });
      const { saved } = await resolve('takeTheirs', document.uri);
      assert.ok(saved);
      await eventually('no edits are left', () => !document.isDirty && document.getText().includes('"theirs"'));
      assert.match(String(await field('clash_1', '_rev')), /^2-/, 'nothing was written');
      await eventually('the comparison is closed', () => diffs().length === 0);
    });

    it('mine: over the newest version, whose attachments stay', async () => {
      const document = await start('clash_2', '"note": "mine"', {
        lock: 5,
        _attachments: { log: { content_type: 'text/plain', data: 'eA==' } },
      });
      assert.ok((await resolve('writeMine', document.uri)).saved);
      const now = await practicePool.document('clash_2');
      assert.deepEqual([now?.lock, now?.note, Object.keys(now?._attachments as object)], [0, 'mine', ['log']]);
      assert.match(String(now?._rev), /^3-/);
    });

    it('merge: what only one has changed is taken from it', async () => {
      const document = await start('clash_3', '"note": "mine"', { lock: 5, times: { queued: 1, running: 2 } });
      const { saved, clashes } = await resolve('merge', document.uri);
      assert.deepEqual([saved, clashes], [true, []]);
      const now = await practicePool.document('clash_3');
      assert.deepEqual([now?.lock, now?.note, now?.times], [5, 'mine', { queued: 1, running: 2 }]);
    });

    it('merge where both changed a field: it waits, with mine in the text and theirs beside it', async () => {
      const document = await start('clash_4', '"note": "mine"', { lock: 5, note: 'theirs' });
      const { saved, clashes } = await resolve('merge', document.uri);
      assert.deepEqual([saved, clashes], [false, ['note']]);
      assert.ok(document.isDirty);
      assert.match(String(await field('clash_4', '_rev')), /^2-/, 'nothing was written');
      assert.ok(document.getText().includes('"mine"') && document.getText().includes('"lock": 5'));
      await edit(document, '"mine"', '"both"');
      assert.ok(await document.save());
      const now = await practicePool.document('clash_4');
      assert.deepEqual([now?.lock, now?.note], [5, 'both']);
    });

    it('a second change meanwhile is a conflict again', async () => {
      const document = await start('clash_5', '"note": "mine"', { lock: 5 });
      assert.ok((await resolve('merge', document.uri)).saved);
      await edit(document, /"status": "queued"/, '"status": "mine"');
      await change('clash_5', { status: 'theirs' });
      assert.equal(await document.save(), false);
      assert.equal(await field('clash_5', 'status'), 'theirs');
    });

    it('a deleted one can be made again', async () => {
      await make('clash_6');
      const document = await openToken('clash_6');
      await edit(document, '"note": "x"', '"note": "mine"');
      const found = await practicePool.document('clash_6');
      await practicePool.write([{ _id: 'clash_6', _rev: found?._rev, _deleted: true }]);
      assert.equal(await document.save(), false);
      await assert.rejects(resolve('merge', document.uri), /was deleted/);
      assert.ok((await resolve('writeMine', document.uri)).saved);
      assert.equal(await field('clash_6', 'note'), 'mine');
      await eventually('nothing is left to save', () => !document.isDirty);
    });
  });

  it('a program that writes the file is held to the same rule, also against the editor of its own window', async () => {
    await make('file_5');
    const uri = tokenUri('file_5');
    const read = Buffer.from(await workspace.fs.readFile(uri)).toString();
    const document = await openToken('file_5');
    await edit(document, '"note": "x"', '"note": "by hand"');
    assert.ok(await document.save());
    const written = (text: string) => Promise.resolve(workspace.fs.writeFile(uri, Buffer.from(text)));
    await assert.rejects(written(read.replace('"x"', '"program"')), /Not saved: somebody has changed it/);
    assert.equal(await field('file_5', 'note'), 'by hand');
    await written(
      Buffer.from(await workspace.fs.readFile(uri))
        .toString()
        .replace('by hand', 'program'),
    );
    await eventually('the editor shows it', () => document.getText().includes('"program"') && !document.isDirty);
  });

  it('attachments are files, of any name and any bytes', async () => {
    const id = 'a:b/c +%';
    await make(id, {
      _attachments: { '17/11/2026_10:00:00_logs_out': { content_type: 'text/x-log', data: Buffer.from('begun\n').toString('base64') } },
    });
    const log = fileUri(id, '17/11/2026_10:00:00_logs_out');
    assert.equal(Buffer.from(await workspace.fs.readFile(log)).toString(), 'begun\n');
    const shown = await workspace.openTextDocument(log);
    assert.equal(shown.getText(), 'begun\n');
    await workspace.fs.writeFile(fileUri(id, 'a:b/c'), pixel);
    assert.deepEqual(Buffer.from(await workspace.fs.readFile(fileUri(id, 'a:b/c'))), pixel);
    await workspace.fs.writeFile(log, Buffer.from('begun\nended\n'));
    const stubs = (await field(id, '_attachments')) as Record<string, { content_type: string; length: number }>;
    assert.deepEqual(
      [stubs['17/11/2026_10:00:00_logs_out']?.content_type, stubs['17/11/2026_10:00:00_logs_out']?.length],
      ['text/x-log', 12],
    );
    assert.equal(stubs['a:b/c']?.length, pixel.length);
    await eventually('the open log is read again', () => shown.getText() === 'begun\nended\n');
    const folder = Uri.joinPath(tokenUri(id), '..', 'attachments');
    assert.deepEqual((await workspace.fs.readDirectory(folder)).map(([name]) => decodeURIComponent(name)).sort(), [
      '17/11/2026_10:00:00_logs_out',
      'a:b/c',
    ]);
    assert.deepEqual(
      (await workspace.fs.readDirectory(Uri.joinPath(folder, '..'))).map(([, type]) => type),
      [FileType.File, FileType.Directory],
    );
    await workspace.fs.delete(fileUri(id, 'a:b/c'));
    assert.deepEqual(Object.keys((await field(id, '_attachments')) as object), ['17/11/2026_10:00:00_logs_out']);
    await assert.rejects(Promise.resolve(workspace.fs.stat(fileUri(id, 'a:b/c'))));
    assert.equal(await field(id, 'note'), 'x');
  });

  it('attaching while its token is edited is no conflict', async () => {
    await make('file_6');
    const document = await openToken('file_6');
    await edit(document, '"note": "x"', '"note": "y"');
    await workspace.fs.writeFile(fileUri('file_6', 'in.txt'), Buffer.from('1'));
    assert.ok(await document.save());
    const now = await practicePool.document('file_6');
    assert.deepEqual([now?.note, Object.keys(now?._attachments as object)], ['y', ['in.txt']]);
  });

  it('a text attachment that somebody else replaced is not overwritten by the editor', async () => {
    await make('file_7', { _attachments: { 'p.parset': { content_type: 'text/plain', data: Buffer.from('a=1\n').toString('base64') } } });
    const document = await workspace.openTextDocument(fileUri('file_7', 'p.parset'));
    await window.showTextDocument(document);
    await edit(document, '1', '2');
    await change('file_7', { _attachments: { 'p.parset': { content_type: 'text/plain', data: Buffer.from('a=3\n').toString('base64') } } });
    await eventually('it is not saved', async () => !(await document.save()));
    assert.equal(Buffer.from(await workspace.fs.readFile(document.uri)).toString(), 'a=3\n');
    await revert(document);
    await eventually('theirs is shown', () => document.getText() === 'a=3\n');
  });

  it('a file dropped on a token is attached; a token dragged away is its address', async () => {
    await make('file_9');
    const drag = new TokenDrag<{ readonly node: string; readonly pool: string; readonly id: string; readonly name?: string }>();
    const dropped = new DataTransfer();
    dropped.set('text/uri-list', new DataTransferItem(sample('calibrator.parset').toString()));
    await drag.handleDrop({ node: 'token', pool: poolName, id: 'file_9' }, dropped);
    const stubs = (await field('file_9', '_attachments')) as Record<string, { content_type: string }>;
    assert.deepEqual([Object.keys(stubs), stubs['calibrator.parset']?.content_type], [['calibrator.parset'], 'text/plain']);
    // A folder, and a place that is no token: nothing is attached.
    dropped.set('text/uri-list', new DataTransferItem(Uri.joinPath(sample('x'), '..').toString()));
    await drag.handleDrop({ node: 'token', pool: poolName, id: 'file_9' }, dropped);
    await drag.handleDrop({ node: 'state', pool: poolName, id: '' }, dropped);
    assert.match(String(await field('file_9', '_rev')), /^2-/);
    const dragged = new DataTransfer();
    const nodes = [
      { node: 'token', pool: poolName, id: 'a/b' },
      { node: 'attachment', pool: poolName, id: 'a/b', name: 'c:d' },
      { node: 'state', pool: poolName, id: '' },
    ];
    await drag.handleDrag(nodes, dragged);
    assert.equal(await dragged.get('text/uri-list')?.asString(), [tokenUri('a/b'), fileUri('a/b', 'c:d')].map(String).join('\r\n'));
  });

  it('a token is not saved by Auto Save', async () => {
    await make('file_10');
    const document = await openToken('file_10');
    const auto = workspace.getConfiguration('files');
    await auto.update('autoSave', 'afterDelay', ConfigurationTarget.Global);
    await auto.update('autoSaveDelay', 50, ConfigurationTarget.Global);
    try {
      const tried = new Promise<void>((resolve) => {
        const listening = workspace.onWillSaveTextDocument(({ document: saved, reason }) => {
          if (saved.uri.toString() !== document.uri.toString() || reason === TextDocumentSaveReason.Manual) return;
          listening.dispose();
          resolve();
        });
      });
      await edit(document, '"note": "x"', '"note": "half"');
      await tried;
    } finally {
      await auto.update('autoSave', undefined, ConfigurationTarget.Global);
      await auto.update('autoSaveDelay', undefined, ConfigurationTarget.Global);
    }
    assert.ok(document.isDirty);
    assert.ok(await document.save(), 'but by the person');
    assert.equal(await field('file_10', 'note'), 'half');
    assert.match(String(await field('file_10', '_rev')), /^2-/);
  });

  it('what is no file of ours says so', async () => {
    await make('file_8');
    const root = Uri.from({ scheme: 'gridtoken', path: '/' });
    assert.ok((await workspace.fs.readDirectory(root)).some(([name]) => name === encodeURIComponent(poolName)));
    assert.deepEqual(await workspace.fs.readDirectory(Uri.joinPath(tokenUri('file_8'), '..', '..')), [], 'a pool lists no tokens');
    const refused = (promise: Thenable<unknown>, words: RegExp) => assert.rejects(Promise.resolve(promise), words);
    await refused(
      workspace.fs.rename(fileUri('file_8', 'a'), fileUri('file_8', 'b')),
      /cannot rename an attachment|not found|nonexistent/i,
    );
    await refused(workspace.fs.createDirectory(Uri.joinPath(tokenUri('file_8'), '..', 'attachments', 'sub')), /one folder of attachments/);
    await refused(workspace.fs.readFile(tokenUri('not there')), /EntryNotFound|not found/);
    await refused(workspace.fs.writeFile(tokenUri('file_8'), Buffer.from([0xff, 0xfe, 0x00])), /not in UTF-8/);
    await refused(execute('grid.tokens.open', { pool: poolName, id: 'not there' }), /does not have “not there”.* \[notFound\]$/);
    await refused(
      execute('grid.tokens.openAttachment', { pool: poolName, id: 'file_8', name: 'x' }),
      /has no attachment “x”.* \[notFound\]$/,
    );
    await refused(execute('grid.tokens.open', { pool: 'nowhere', id: 'x' }), /There is no pool “nowhere”/);
    await workspace.fs.delete(tokenUri('file_8'));
    assert.equal(await practicePool.document('file_8'), undefined);
  });
});
