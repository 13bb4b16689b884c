/** Lists that are changed: fixes, refactorings and their commands, as VS Code itself asks for them. */
import assert from 'node:assert/strict';
import { CodeActionKind, languages, Position, Range, Selection, Uri, window, workspace, WorkspaceEdit, type TextDocument } from 'vscode';
import { a, actions, b, c, choose, codes, named, open } from './lists';
import { eventually, execute, linksAt, write } from './practice';

const everything = (document: TextDocument) => new Range(0, 0, document.lineCount, 0);
const lineOf = (document: TextDocument, line: number) => document.lineAt(line).range;
const select = (first: number, last: number) => {
  const editor = window.activeTextEditor;
  if (editor !== undefined) editor.selection = new Selection(first, 0, last, 3);
};
const undo = () => execute('undo');

after(() => execute('workbench.action.closeAllEditors'));

describe('fixing many problems at once', () => {
  const wrong = [a.replace('8443', '1'), b.replace('8443', '1'), c.replace('/pnfs', '//pnfs'), a, 'note'];

  it('all of one code, and all that are certain, are offered beside the one', async () => {
    const document = await open(...wrong);
    await eventually('problems are found', () => codes(document.uri).includes('wrong-port'));
    const found = await actions(document, lineOf(document, 0), CodeActionKind.QuickFix, 20);
    assert.equal(named(found, 'Write 8443 instead of 1').isPreferred, true);
    await choose(named(found, 'Fix all 2 "wrong-port" problems'));
    assert.deepEqual(document.getText().split('\n'), [a, b, ...wrong.slice(2)]);
    await undo();
    assert.equal(document.getText(), wrong.join('\n'));
    await eventually('they are found again', () => codes(document.uri).filter((code) => code === 'wrong-port').length === 2);
    await choose(
      named(await actions(document, lineOf(document, 0), CodeActionKind.QuickFix, 20), 'Fix all problems that have a certain fix'),
    );
    assert.deepEqual(document.getText().split('\n'), [a, b, c, 'note']);
    await undo();
    assert.equal(document.getText(), wrong.join('\n'), 'one step');
  });

  it('source.fixAll.grid does what is certain, and is there only then', async () => {
    const document = await open(...wrong);
    await eventually('problems are found', () => codes(document.uri).length > 0);
    const found = await actions(document, everything(document), CodeActionKind.SourceFixAll, 10);
    assert.deepEqual(
      found.map(({ kind }) => kind?.value),
      ['source.fixAll.grid'],
    );
    await choose(named(found, /certain/));
    assert.deepEqual(document.getText().split('\n'), [a, b, c, 'note']);
    assert.deepEqual(await actions(document, everything(document), CodeActionKind.SourceFixAll, 10), []);
  });

  it('on saving, when the settings say so', async () => {
    const uri = await write('srm_saved.txt', wrong);
    const settings = workspace.getConfiguration('editor');
    await settings.update('codeActionsOnSave', { 'source.fixAll.grid': 'explicit' }, true);
    try {
      const { document } = await window.showTextDocument(uri);
      const edit = new WorkspaceEdit();
      edit.insert(uri, new Position(0, 0), '# list\n');
      await workspace.applyEdit(edit);
      assert.ok(await document.save());
      assert.deepEqual(
        Buffer.from(await workspace.fs.readFile(uri))
          .toString()
          .split('\n'),
        ['# list', a, b, c, 'note', ''],
      );
    } finally {
      await settings.update('codeActionsOnSave', undefined, true);
      await execute('workbench.action.closeActiveEditor');
      await workspace.fs.delete(uri);
    }
  });

  it('the command gives a program the text, and leaves the file', async () => {
    const uri = await write('srm_fix.txt', wrong);
    const before = Buffer.from(await workspace.fs.readFile(uri)).toString();
    assert.deepEqual(await execute('grid.links.fixAll', uri, {}), { text: `${[a, b, c, 'note'].join('\n')}\n`, changed: 4 });
    assert.equal(Buffer.from(await workspace.fs.readFile(uri)).toString(), before);
    await assert.rejects(execute('grid.links.fixAll', uri, { hard: true }), /"hard" is not known.* \[rejected\]$/);
    await workspace.fs.delete(uri);
  });

  it('the command mends the active list of a person', async () => {
    const document = await open(...wrong);
    await execute('grid.links.fixAll');
    assert.deepEqual(document.getText().split('\n'), [a, b, c, 'note']);
  });
});

describe('fixes that need a person', () => {
  it('one of two links of a subband: either line, neither preferred, and never all at once', async () => {
    const other = a.replace('/lc1/', '/lc2/');
    const document = await open(a, b, other);
    await eventually('it is found', () => codes(document.uri).includes('duplicate-subband'));
    const found = await actions(document, lineOf(document, 2), CodeActionKind.QuickFix, 10);
    assert.deepEqual(
      found.map(({ title, isPreferred }) => [title, isPreferred ?? false]),
      [
        ['Remove this line', false],
        ['Remove line 1, the other one', false],
      ],
    );
    await choose(named(found, /^Remove line 1/));
    assert.equal(document.getText(), `${b}\n${other}`);
  });

  it('what is no link becomes a comment, or goes', async () => {
    const document = await open(a, 'see the log', b);
    await eventually('it is found', () => codes(document.uri).includes('not-a-link'));
    const found = await actions(document, lineOf(document, 1), CodeActionKind.QuickFix, 10);
    assert.deepEqual(
      found.map(({ title, isPreferred }) => [title, isPreferred ?? false]),
      [
        ['Remove this line', false],
        ['Make it a comment', false],
      ],
    );
    await choose(named(found, 'Make it a comment'));
    assert.equal(document.lineAt(1).text, '# see the log');
    await eventually('and is no problem any more', () => codes(document.uri).length === 0);
  });

  it('a second link comes to stand on a line of its own', async () => {
    const document = await open(`${a}  ${b}`);
    await eventually('it is found', () => codes(document.uri).includes('trailing-text'));
    await choose(named(await actions(document, lineOf(document, 0), CodeActionKind.QuickFix, 10), 'Put it on a line of its own'));
    assert.equal(document.getText(), `${a}\n${b}`);
  });

  it('a fault of many lines is one problem, mended for all', async () => {
    const inside = linksAt('sara', 1, 5).map((link) => link.replace('/lc1/', '/lc1//'));
    const document = await open(...inside);
    await eventually('it is found, once', () => codes(document.uri).length === 1);
    const [diagnostic] = languages.getDiagnostics(document.uri);
    assert.match(diagnostic?.message ?? '', /^In 5 links two slashes/);
    const action = named(await actions(document, lineOf(document, 0), CodeActionKind.QuickFix, 10), 'Fix all 5 "double-slash" problems');
    assert.equal(action.isPreferred, true);
    await choose(action);
    assert.equal(document.getText(), linksAt('sara', 1, 5).join('\n'));
  });

  it('rows of a table become links, for one and for all; joined links are parted', async () => {
    const document = await open(`"${a}","12"`, `${b};`, `${c}${a.replace('/lc1/', '/lc2/')}`, `"${c.replace('SB002', 'SB003')}"`);
    await eventually('they are found', () => codes(document.uri).length === 4);
    await choose(named(await actions(document, lineOf(document, 1), CodeActionKind.QuickFix, 10), 'Write the link alone'));
    await eventually('one is left out', () => codes(document.uri).length === 3);
    await choose(named(await actions(document, lineOf(document, 0), CodeActionKind.QuickFix, 10), 'Fix all 2 "quoted-link" problems'));
    await choose(named(await actions(document, lineOf(document, 2), CodeActionKind.QuickFix, 10), 'Put it on a line of its own'));
    const other = a.replace('/lc1/', '/lc2/');
    assert.deepEqual(document.getText().split('\n'), [`${a} # 12`, b, c, other, c.replace('SB002', 'SB003')]);
  });

  it('a link that does not come first is put there', async () => {
    const document = await open(`wget ${a}`, b);
    await eventually('it is found', () => codes(document.uri).includes('not-a-link'));
    await choose(named(await actions(document, lineOf(document, 0), CodeActionKind.QuickFix, 10), 'Put the link first'));
    assert.deepEqual(document.getText().split('\n'), [`${a} # wget`, b]);
  });

  it('mixed lists are split, missing subbands copied', async () => {
    const uri = await write('srm_two.txt', [a, ...linksAt('juelich', 2, 5).filter((_, index) => index !== 3)]);
    const { document } = await window.showTextDocument(uri);
    await eventually('problems are found', () => codes(uri).length === 3);
    const found = await actions(document, lineOf(document, 1), CodeActionKind.QuickFix, 10);
    await choose(named(found, 'Copy the name of the missing subband'));
    await choose(named(found, 'Split the list by site'));
    await choose(named(found, 'Split the list by observation'));
    const names = (await workspace.fs.readDirectory(Uri.joinPath(uri, '..'))).map(([name]) => name);
    for (const part of ['sara', 'juelich', 'L1', 'L2']) {
      assert.ok(names.includes(`srm_two.${part}.txt`), part);
      await workspace.fs.delete(Uri.joinPath(uri, '..', `srm_two.${part}.txt`));
    }
    await workspace.fs.delete(uri);
  });
});

describe('changing a list in place', () => {
  const gsiftp = (link: string) => link.replace('srm://srm.grid.sara.nl:8443', 'gsiftp://gridftp.grid.sara.nl:2811');
  const rewrite = CodeActionKind.RefactorRewrite.append('grid');

  it('refactorings are offered when asked for, not at every line', async () => {
    const document = await open(a, b);
    const all = await actions(document, new Range(0, 0, 0, 0), rewrite);
    assert.deepEqual(
      all.map(({ title }) => title),
      [...['srm', 'gsiftp', 'https', 'gfal', 'path'].map((form) => `Convert all links to ${form}`), 'Sort the list', 'Remove duplicates'],
    );
    const some = await actions(document, new Range(0, 0, 1, 4), rewrite);
    assert.ok(some.every(({ title }) => title.includes('selected')));
  });

  it('converts all links, or those of the selection, in one step', async () => {
    const lines = ['# head', `${a}\tfile:///a`, 'note', '', b];
    const document = await open(...lines);
    await choose(named(await actions(document, new Range(0, 0, 0, 0), rewrite), 'Convert all links to gsiftp'));
    assert.deepEqual(document.getText().split('\n'), ['# head', `${gsiftp(a)}\tfile:///a`, 'note', '', gsiftp(b)]);
    await undo();
    assert.deepEqual(document.getText().split('\n'), lines);
    select(3, 4);
    await choose(named(await actions(document, new Range(3, 0, 4, 3), rewrite), 'Convert the selected links to gsiftp'));
    assert.deepEqual(document.getText().split('\n'), [...lines.slice(0, 4), gsiftp(b)]);
  });

  it('sorts the list, or the selection', async () => {
    const document = await open('# of b', b, c, a, '# end');
    await choose(named(await actions(document, new Range(0, 0, 0, 0), rewrite), 'Sort the list'));
    assert.deepEqual(document.getText().split('\n'), [a, '# of b', b, c, '# end']);
    await undo();
    select(2, 3);
    await execute('grid.links.sort', document.uri);
    assert.deepEqual(document.getText().split('\n'), ['# of b', b, a, c, '# end']);
  });

  it('removes second copies, by any door', async () => {
    const document = await open(a, gsiftp(a), b, `${b} file:///b`, c);
    await execute('grid.links.removeDuplicates');
    assert.deepEqual(document.getText().split('\n'), [a, b, c]);
    await undo();
    assert.equal(document.lineCount, 5);
  });

  it('a program gets the texts, and nothing changes', async () => {
    const uri = await write('srm_program.txt', [b, `${a} file:///a`, gsiftp(b), 'note']);
    assert.deepEqual(await execute('grid.links.sort', uri, {}), {
      text: [`${a} file:///a`, b, gsiftp(b), 'note', ''].join('\n'),
      changed: 2,
    });
    assert.deepEqual(await execute('grid.links.removeDuplicates', uri, {}), {
      text: [b, `${a} file:///a`, 'note', ''].join('\n'),
      changed: 1,
    });
    const converted = await execute<{ text: string; links: number; failed: readonly unknown[] }>('grid.links.convertInPlace', uri, {
      form: 'gsiftp',
    });
    assert.equal(converted.text, [gsiftp(b), `${gsiftp(a)} file:///a`, gsiftp(b), 'note', ''].join('\n'));
    assert.deepEqual([converted.links, converted.failed.length], [3, 1]);
    await assert.rejects(execute('grid.links.convertInPlace', uri, { form: 'ftp' }), /There is no form "ftp"\..* \[rejected\]$/);
    assert.ok(!workspace.textDocuments.some((document) => document.uri.toString() === uri.toString()));
    await workspace.fs.delete(uri);
  });

  it('a file of the Explorer is shown, changed, and left for a person to save', async () => {
    const uri = await write('srm_explorer.txt', [b, a]);
    await execute('grid.links.sort', uri, [uri]);
    const document = window.activeTextEditor?.document;
    assert.equal(document?.uri.toString(), uri.toString());
    assert.equal(document?.getText(), `${a}\n${b}\n`);
    assert.ok(document?.isDirty);
    await execute('workbench.action.revertAndCloseActiveEditor');
    await workspace.fs.delete(uri);
  });

  it('5000 lines', async () => {
    const lines = Array.from({ length: 5000 }, (_, k) => a.replace('SB000', `SB${String(4999 - k).padStart(5, '0')}`));
    const document = await open(...lines);
    await execute('grid.links.convertInPlace', document.uri, undefined, 'gsiftp');
    assert.equal(document.lineAt(4999).text, gsiftp(lines[4999] ?? ''));
    await execute('grid.links.sort');
    assert.equal(document.lineAt(0).text, gsiftp(lines[4999] ?? ''));
    assert.equal(document.lineCount, 5000);
    await undo();
    await undo();
    assert.equal(document.lineAt(0).text, lines[0]);
  }).timeout(120_000);
});
