import assert from 'node:assert/strict';
import {
  languages,
  Position,
  Range,
  window,
  workspace,
  WorkspaceEdit,
  type CodeAction,
  type CodeLens,
  type Hover,
  type MarkdownString,
  type Uri,
} from 'vscode';
import { eventually, execute, sample } from './practice';

const codes = (uri: Uri) => languages.getDiagnostics(uri).map(({ code }) => (typeof code === 'object' ? code.value : code));
const show = async (uri: Uri) => (await window.showTextDocument(uri)).document;

describe('which files are lists', () => {
  it('by name, with and without extension', async () => {
    assert.equal((await show(sample('srm_sara.txt'))).languageId, 'grid-links');
    assert.equal((await show(sample('srm_L701238'))).languageId, 'grid-links');
  });

  it('by the first line of plain text, once: changed back by hand, it stays so', async () => {
    await show(sample('links.txt'));
    const find = (language: string) =>
      workspace.textDocuments.find((each) => each.uri.path.endsWith('/links.txt') && each.languageId === language);
    const document = await eventually('links.txt is taken for a list', () => find('grid-links'));
    await languages.setTextDocumentLanguage(document, 'plaintext');
    await execute('workbench.action.closeAllEditors');
    await show(sample('links.txt'));
    await show(sample('srm_sara.txt'));
    assert.ok(find('plaintext'));
  });

  it('prose stays prose', async () => {
    assert.equal((await show(sample('notes.txt'))).languageId, 'plaintext');
  });
});

describe('problems of a list', () => {
  it('a good list has none that need a person', async () => {
    const { uri } = await show(sample('srm_poznan.txt'));
    assert.deepEqual(codes(uri), []);
  });

  it('each fault of the broken list has its code, source and place', async () => {
    const { uri } = await show(sample('srm_broken.txt'));
    const found = await eventually('the problems are there', () => codes(uri).length > 0 && codes(uri));
    for (const code of [
      'unknown-host',
      'double-slash',
      'wrong-port',
      'duplicate-link',
      'duplicate-subband',
      'not-a-link',
      'trailing-text',
    ]) {
      assert.ok(found.includes(code), code);
    }
    assert.ok(languages.getDiagnostics(uri).every((diagnostic) => diagnostic.source === 'grid'));
    const duplicate = languages.getDiagnostics(uri).find((diagnostic) => diagnostic.code === 'duplicate-link');
    assert.ok(duplicate?.relatedInformation?.length, 'the other place is named');
  });

  it('mixed sites and observations are told once each', async () => {
    const { uri } = await show(sample('srm_mixed.txt'));
    await eventually('the problems are there', () => codes(uri).includes('mixed-sites'));
    assert.equal(codes(uri).filter((code) => code === 'mixed-sites').length, 2);
    assert.equal(codes(uri).filter((code) => code === 'mixed-observations').length, 1);
  });

  it('follows typing', async () => {
    const { uri } = await show(sample('srm_poznan.txt'));
    const edit = new WorkspaceEdit();
    edit.insert(uri, new Position(0, 0), 'not a link\n');
    await workspace.applyEdit(edit);
    await eventually('the new line is a problem', () => codes(uri).includes('not-a-link'));
    const undo = new WorkspaceEdit();
    undo.delete(uri, new Range(0, 0, 1, 0));
    await workspace.applyEdit(undo);
    await eventually('and is none any more', () => codes(uri).length === 0);
    await execute('workbench.action.files.revert');
  });

  it('a very long list is checked, and says that not all problems are shown', async () => {
    const content = 'nonsense\n'.repeat(20_000);
    const { uri } = await workspace.openTextDocument({ language: 'grid-links', content });
    await eventually('problems, capped', () => codes(uri).length === 1001);
    assert.ok(codes(uri).includes('more-problems'));
  });
});

describe('quick fixes', () => {
  it('a mistyped host, a second slash, a duplicate: one action each, and the list is clean', async () => {
    const good = 'srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/data/L1/L1_SB000_uv.tar';
    const content = [
      good,
      good.replace('sara.nl:', 'sarra.nl:').replace('SB000', 'SB001'),
      `${good.replace('3/pnfs', '3//pnfs').replace('SB000', 'SB002')} junk`,
      good,
      '',
    ].join('\n');
    const { document } = await window.showTextDocument(await workspace.openTextDocument({ language: 'grid-links', content }));
    const wanted = {
      'duplicate-link': 'Remove this line',
      'double-slash': 'Write / instead of //',
      'trailing-text': 'Remove "junk"',
      'unknown-host': 'Write srm.grid.sara.nl instead of srm.grid.sarra.nl',
    };
    for (const [code, title] of Object.entries(wanted)) {
      await eventually(`${code} is found`, () => codes(document.uri).includes(code));
      const diagnostic = languages.getDiagnostics(document.uri).find((each) => each.code === code);
      assert.ok(diagnostic);
      const actions = await execute<CodeAction[]>('vscode.executeCodeActionProvider', document.uri, diagnostic.range);
      const action = actions.find((each) => each.title === title);
      assert.ok(action?.edit, `${title}, of: ${actions.map((each) => each.title).join(', ')}`);
      await workspace.applyEdit(action.edit);
    }
    await eventually('nothing is left', () => codes(document.uri).length === 0);
    assert.equal(document.lineCount, 4);
    assert.match(document.lineAt(1).text, /^srm:\/\/srm\.grid\.sara\.nl:8443\/pnfs/);
  });
});

describe('hover and lens', () => {
  it('pointing at a link shows what it is and its forms', async () => {
    const { uri } = await show(sample('srm_sara.txt'));
    const hovers = await execute<Hover[]>('vscode.executeHoverProvider', uri, new Position(0, 30));
    const text = hovers.flatMap((hover) => hover.contents.map((part) => (part as MarkdownString).value)).join('\n');
    assert.match(text, /\*\*L701234 SB\d{3}\*\* at SARA/);
    for (const form of ['gsiftp', 'https', 'gfal', 'path']) assert.ok(text.includes(`") ${form} \``), form);
  });

  it('line 1 has the facts and Stage', async () => {
    const { uri } = await show(sample('srm_sara.txt'));
    const lenses = await execute<CodeLens[]>('vscode.executeCodeLensProvider', uri, 10);
    const titles = lenses.map((lens) => lens.command?.title ?? '');
    assert.match(titles[0] ?? '', /^24 links · L701234 · SARA · SB\d{3}–\d{3}, SB112 missing$/);
    assert.ok(titles.includes('Stage…'));
  });
});
