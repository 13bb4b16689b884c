/** Lists that are read: layout, completion, links, folds, outline, hover, facts, as VS Code itself asks for them. */
import assert from 'node:assert/strict';
import {
  LanguageStatusSeverity,
  Position,
  Range,
  TabInputText,
  Uri,
  window,
  workspace,
  WorkspaceEdit,
  type CodeLens,
  type CompletionList,
  type DocumentLink,
  type DocumentSymbol,
  type FoldingRange,
  type Hover,
  type MarkdownString,
  type TextDocument,
  type TextEdit,
} from 'vscode';
import { linksAtMost } from '../../src/vscode/language/downloads';
import { checked } from '../../src/vscode/language/status';
import { a, b, c, open } from './lists';
import { eventually, execute, linksAt, sample } from './practice';

const options = { tabSize: 2, insertSpaces: true };

after(() => execute('workbench.action.closeAllEditors'));

describe('layout', () => {
  it('formats the document, and lines of it, with edits of the changed lines only', async () => {
    const document = await open(` ${a}\t file:///a `, b, `${c}  `, '', '');
    const edits = await execute<TextEdit[]>('vscode.executeFormatDocumentProvider', document.uri, options);
    assert.ok(edits.every(({ range }) => range.start.line !== 1));
    const edit = new WorkspaceEdit();
    edit.set(document.uri, edits);
    await workspace.applyEdit(edit);
    assert.equal(document.getText(), `${a} file:///a\n${b}\n${c}\n`);
    assert.deepEqual((await execute<TextEdit[] | undefined>('vscode.executeFormatDocumentProvider', document.uri, options)) ?? [], []);
    const other = await open(` ${a}`, ` ${b}`, ` ${c}`);
    const some = await execute<TextEdit[]>('vscode.executeFormatRangeProvider', other.uri, new Range(1, 0, 1, 5), options);
    assert.deepEqual([...new Set(some.map(({ range }) => range.start.line))], [1]);
  });
});

describe('completion', () => {
  const complete = async (document: TextDocument, line: number, character: number) => {
    const found = await execute<CompletionList>('vscode.executeCompletionItemProvider', document.uri, new Position(line, character));
    return found.items.filter(({ detail }) => / door$|, path$/.test(detail ?? ''));
  };
  const text = ({ insertText }: CompletionList['items'][number]) => (typeof insertText === 'string' ? insertText : insertText?.value);

  it('offers doors and roots of every site where a link begins', async () => {
    const document = await open(a, '', '  srm://srm.gr', a, '# ');
    const empty = await complete(document, 1, 0);
    for (const site of ['SARA', 'Jülich', 'Poznań'])
      for (const what of ['srm door', 'GridFTP door', 'download door', 'path'])
        assert.ok(
          empty.some(({ detail }) => detail === `${site}, ${what}`),
          `${site}, ${what}`,
        );
    const half = (await complete(document, 2, 14)).find((item) => text(item) === 'srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/');
    assert.ok(half);
    const range = half.range instanceof Range ? half.range : half.range?.inserting;
    assert.deepEqual([range?.start.character, range?.end.character], [2, 14]);
    assert.equal(half.filterText, 'srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/');
    assert.match((half.documentation as MarkdownString).value, /SARA.*\/pnfs\/grid\.sara\.nl/);
  });

  it('behind a link, in a second column and in a comment offers nothing; inside a link its door', async () => {
    const document = await open(`${a} `, a, '# srm');
    assert.deepEqual(await complete(document, 0, a.length), []);
    assert.deepEqual(await complete(document, 0, a.length + 1), []);
    assert.deepEqual(await complete(document, 2, 5), []);
    const inside = await complete(document, 1, 14);
    const door = inside.find((item) => text(item) === 'srm://lofar-srm.fz-juelich.de:8443');
    assert.ok(door);
    const range = door.range instanceof Range ? door.range : door.range?.replacing;
    assert.equal(document.getText(range), 'srm://srm.grid.sara.nl:8443');
  });

  it('knows the sites of the settings', async () => {
    const settings = workspace.getConfiguration('grid.links');
    await settings.update(
      'sites',
      { lyon: { name: 'Lyon', hosts: ['in2p3.fr'], srm: 'ccsrm.in2p3.fr:8446', roots: ['/pnfs/in2p3.fr'] } },
      true,
    );
    try {
      const document = await open('');
      await eventually('Lyon is offered', async () => (await complete(document, 0, 0)).some(({ detail }) => detail === 'Lyon, srm door'));
    } finally {
      await settings.update('sites', undefined, true);
    }
  });
});

describe('links, folds, outline, hover, facts', () => {
  it('the file name of a link opens at the download door of its site', async () => {
    const document = await open('# list', `${a} file:///a`, 'srm://storage.example.org/x');
    const links = await execute<DocumentLink[]>('vscode.executeLinkProvider', document.uri, 10);
    const own = links.filter(({ tooltip }) => tooltip?.startsWith('Download'));
    assert.deepEqual(
      own.map(({ range, target, tooltip }) => [range.start.line, document.getText(range), target?.toString(true), tooltip]),
      [
        [
          1,
          'L1_SB000_uv.MS_0123abcd.tar',
          `https://lofar-download.grid.sara.nl/lofigrid/SRMFifoGet.py?surl=${a}`,
          'Download through lofar-download.grid.sara.nl',
        ],
      ],
    );
  });

  it('of a very long list not every line is a link', async () => {
    const document = await open(...Array.from({ length: 20_000 }, (_, k) => a.replace('SB000', `SB${k}`)));
    const links = await execute<DocumentLink[]>('vscode.executeLinkProvider', document.uri);
    assert.equal(links.filter(({ tooltip }) => tooltip?.startsWith('Download')).length, linksAtMost);
  });

  it('folds and outline go by observation', async () => {
    const document = await open('# one', '# two', ...linksAt('sara', 1, 4), ...linksAt('sara', 2, 4).filter((_, k) => k !== 2));
    const folds = await execute<FoldingRange[]>('vscode.executeFoldingRangeProvider', document.uri);
    assert.deepEqual(
      folds.map(({ start, end }) => [start, end]).sort((x, y) => (x[0] ?? 0) - (y[0] ?? 0)),
      [
        [0, 1],
        [2, 5],
        [6, 8],
      ],
    );
    const symbols = await execute<DocumentSymbol[]>('vscode.executeDocumentSymbolProvider', document.uri);
    assert.deepEqual(
      symbols.map(({ name, detail, range, children }) => [name, detail, range.start.line, range.end.line, children.length]),
      [
        ['L1', 'SB000–003, none missing', 2, 5, 0],
        ['L2', 'SB000–003, SB002 missing', 6, 8, 0],
      ],
    );
  });

  it('facts of line 1 follow an edit', async () => {
    const document = await open(a, b);
    const first = async () => (await execute<CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 10))[0]?.command?.title;
    assert.equal(await first(), '2 links · L1 · SARA · SB000–001, none missing');
    const edit = new WorkspaceEdit();
    edit.insert(document.uri, new Position(1, b.length), `\n${c}`);
    await workspace.applyEdit(edit);
    assert.equal(await first(), '3 links · L1 · SARA · SB000–002, none missing');
  });

  it('pointing at a link offers to stage it; at the second column nothing', async () => {
    const document = await open(`${a} file:///a.tar`);
    const hover = async (character: number) => {
      const found = await execute<Hover[]>('vscode.executeHoverProvider', document.uri, new Position(0, character));
      return found.flatMap(({ contents }) => contents.map((part) => (part as MarkdownString).value)).join('\n');
    };
    const text = await hover(30);
    assert.match(text, /\[Stage…\]\(command:grid\.staging\.stageLink\?/);
    assert.match(text, /\[Download\]\(https:\/\/lofar-download\.grid\.sara\.nl\//);
    const [, encoded = ''] = /stageLink\?([^ )]+)/.exec(text) ?? [];
    assert.deepEqual((JSON.parse(decodeURIComponent(encoded)) as string[])[0], a);
    assert.doesNotMatch(await hover(a.length + 4), /Copy/);
  });
});

describe('language status', () => {
  const list = { links: 51, problems: 0, shownAtMost: 1000, plain: false };
  const say = (change: Partial<typeof list>) => {
    const { text, detail, severity, command } = checked({ ...list, ...change });
    return [text, detail, severity, command?.title];
  };

  it('says what is checked, and what is not shown', () => {
    const { Information, Warning } = LanguageStatusSeverity;
    assert.deepEqual(say({}), ['51 links checked, no problems', '', Information, undefined]);
    assert.deepEqual(say({ problems: 1 }), ['51 links checked, 1 problem', '', Information, 'Show Problems']);
    assert.deepEqual(say({ problems: 1001 }), ['51 links checked, 1001 problems', '1000 of them are shown.', Warning, 'Show More']);
    assert.match(String(say({ plain: true })[1]), /^No colours: /);
  });
});

describe('what is too large for the editor', () => {
  it('is read from disk by the commands that need not show it, and is a tab without an editor for extensions', async () => {
    const uri = Uri.joinPath(sample('x'), '..', 'srm_huge.txt');
    const remark = `# ${'x'.repeat(1022)}\n`;
    await workspace.fs.writeFile(uri, Buffer.from(`${a}\n${remark.repeat(52 * 1024)}${b}\n`));
    try {
      await assert.rejects(Promise.resolve(workspace.openTextDocument(uri)), 'the editor refuses it');
      const { links } = await execute<{ links: number }>('grid.links.convert', uri, { form: 'gsiftp' });
      assert.equal(links, 2);
      assert.equal((await execute<{ changed: number }>('grid.links.fixAll', uri, {})).changed, 0);
      const { files } = await execute<{ files: readonly string[] }>('grid.links.split', uri, { by: 'observation' });
      assert.deepEqual(
        files.map((file) => file.slice(file.lastIndexOf('/') + 1)),
        ['srm_huge.L1.txt'],
      );
      for (const file of files) await workspace.fs.delete(Uri.parse(file));
      await execute('vscode.open', uri);
      await eventually('its tab is there', () => window.tabGroups.activeTabGroup.activeTab?.label === 'srm_huge.txt');
      assert.equal(window.activeTextEditor, undefined);
      assert.ok(window.tabGroups.activeTabGroup.activeTab?.input instanceof TabInputText);
    } finally {
      await execute('workbench.action.closeActiveEditor');
      await workspace.fs.delete(uri);
    }
  }).timeout(120_000);
});
