import assert from 'node:assert/strict';
import {
  DiagnosticSeverity,
  languages,
  Range,
  Uri,
  window,
  workspace,
  type CodeAction,
  type DocumentLink,
  type Hover,
  type InlayHint,
  type MarkdownString,
  type TextDocument,
} from 'vscode';
import { eventually, execute, sample } from './practice';
import { addPool, edit, fileUri, make, openToken, removePool, revert } from './tokens';

const ours = (uri: Uri) => languages.getDiagnostics(uri).filter(({ source }) => source === 'grid');
const codes = (uri: Uri) => ours(uri).map(({ code }) => code);

async function hover(document: TextDocument, word: string): Promise<string> {
  const at = document.positionAt(document.getText().indexOf(word) + 2);
  const hovers = await execute<Hover[]>('vscode.executeHoverProvider', document.uri, at);
  return hovers.flatMap(({ contents }) => contents.map((part) => (part as MarkdownString).value)).join('\n');
}

describe('the language of tokens', () => {
  before(addPool);
  afterEach(async () => {
    await execute('workbench.action.closeAllEditors');
  });
  after(removePool);

  it('a good token has no problems', async () => {
    await make('word_1', { _attachments: { 'srm.txt': { content_type: 'text/plain', data: 'eA==' } } });
    const { uri } = await openToken('word_1');
    await eventually('it is known', async () => (await hover(await workspace.openTextDocument(uri), '"lock"')).includes('To do'));
    assert.deepEqual(ours(uri), []);
  });

  it('problems come with code, place and severity, follow the text, and are mended', async () => {
    await make('word_2', { lock: '0', scrub_count: -1, scrubcount: 2, exit_code: '0' });
    const document = await openToken('word_2');
    await eventually('they are found', () => codes(document.uri).length >= 3);
    assert.deepEqual(codes(document.uri).sort(), ['bad-count', 'code-as-text', 'wrong-type']);
    const wrong = ours(document.uri).find(({ code }) => code === 'wrong-type');
    assert.deepEqual([document.getText(wrong?.range), wrong?.severity], ['"0"', DiagnosticSeverity.Error]);
    const actions = await execute<CodeAction[]>('vscode.executeCodeActionProvider', document.uri, wrong?.range ?? new Range(0, 0, 0, 0));
    const fix = actions.find(({ title }) => title === 'Write 0');
    assert.ok(fix?.edit);
    assert.ok(await workspace.applyEdit(fix.edit));
    await eventually('it is gone', () => !codes(document.uri).includes('wrong-type'));
    await edit(document, '"_rev": "', '"_note": "');
    await eventually(
      'what is CouchDB’s is told',
      () => codes(document.uri).includes('reserved-field') && codes(document.uri).includes('changed-revision'),
    );
    await revert(document);
  });

  it('attachments taken out of the text are told before they are saved', async () => {
    await make('word_3', { _attachments: { 'srm.txt': { content_type: 'text/plain', data: 'eA==' } } });
    const document = await openToken('word_3');
    await edit(document, 'srm.txt', 'other.txt');
    await eventually('it is told', () => codes(document.uri).includes('changed-attachments'));
    await revert(document);
    await eventually('and no longer', () => codes(document.uri).length === 0);
  });

  it('pointing says what times, states, codes and files mean', async () => {
    const lock = Math.floor(Date.now() / 1000) - 22_800;
    await make('word_4', {
      lock,
      done: lock + 60,
      output: 22,
      times: { running: lock + 30 },
      _attachments: { 'a:b/c': { content_type: 'image/png', data: 'eA==' } },
    });
    const document = await openToken('word_4');
    await eventually('it is known', async () => (await hover(document, '"lock"')) !== '');
    assert.match(await hover(document, '"lock"'), /6 h 20 min ago.*Error: the data was not staged \\\(22\\\)\. Retry once staged\./s);
    assert.match(await hover(document, '"output"'), /Retry once staged/);
    assert.match(await hover(document, '"running"'), /6 h 19 min ago/);
    assert.match(await hover(document, '"a:b/c"'), /image\/png, 1\u2009B/);
    const hints = await execute<InlayHint[]>('vscode.executeInlayHintProvider', document.uri, new Range(0, 0, document.lineCount, 0));
    assert.equal(hints.length, 3);
    assert.match(typeof hints[0]?.label === 'string' ? hints[0].label : '', /, 6 h 20 min ago$/);
    const links = await execute<DocumentLink[]>('vscode.executeLinkProvider', document.uri);
    assert.deepEqual(
      links.map(({ target }) => target?.toString()),
      [fileUri('word_4', 'a:b/c').toString()],
    );
  });

  it('a local copy is a token; other JSON is not', async () => {
    const copy = Uri.joinPath(sample('x'), '..', 'copy_of_a_token.json');
    const other = Uri.joinPath(sample('x'), '..', 'other_lock.json');
    await workspace.fs.writeFile(copy, Buffer.from('{ "_id": "a", "type": "task", "lock": 0, "done": 0 }'));
    await workspace.fs.writeFile(other, Buffer.from('{ "lock": "yes", "type": "task" }'));
    await window.showTextDocument(other);
    await window.showTextDocument(copy);
    await eventually('it is checked', () => codes(copy).includes('task-type'));
    assert.deepEqual(ours(other), []);
    for (const uri of [copy, other]) await workspace.fs.delete(uri);
  });
});
