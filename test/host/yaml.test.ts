/** Beside Red Hat's YAML extension, in a restricted window: steps are checked, and nothing is said twice. */
import assert from 'node:assert/strict';
import {
  extensions,
  languages,
  window,
  workspace,
  type DocumentSymbol,
  type Hover,
  type TextDocument,
  type TextEdit,
  type Uri,
} from 'vscode';
import { eventually, execute, sample } from './practice';

const codes = (uri: Uri) => languages.getDiagnostics(uri).map(({ code }) => code);

async function put(name: string, text: string): Promise<TextDocument> {
  const uri = sample(name);
  await workspace.fs.writeFile(uri, Buffer.from(text));
  return (await window.showTextDocument(uri)).document;
}

const text =
  'Token:\n    CHUNK: 0010\n    upload: {location: "$NONE", template: x, date_granularity: century}\nSandbox: {}\nShell_variables: {}\n';

describe('beside the YAML extension', () => {
  it('is there', () => assert.ok(extensions.getExtension('redhat.vscode-yaml')));

  it('a .cfg is ours, but for its syntax', async () => {
    await window.showTextDocument(sample('imaging.cfg'));
    await eventually('it is checked', () => codes(sample('imaging.cfg')).includes('missing-dollar'));
    const broken = await put('broken.cfg', `${text}a: [\n`);
    const half = await put('half.cfg', `${text}Token: {}\n`);
    await eventually('the other one is checked', () => codes(sample('half.cfg')).includes('octal-number'));
    assert.ok(!codes(half.uri).includes('duplicate-key'));
    assert.ok(!codes(broken.uri).includes('syntax'));
  });

  it('what the schema says of a file with its name is left to the extension', async () => {
    const own = await put('own.cfg', text);
    await eventually(
      'by its content all is ours',
      () => codes(own.uri).includes('sandbox-without-git') && codes(own.uri).includes('missing-key'),
    );
    const named = await put('named.step.yaml', text);
    await eventually('the rest is ours', () => codes(named.uri).includes('octal-number'));
    assert.ok(!codes(named.uri).includes('missing-key'));
    const at = (word: string) => named.positionAt(text.indexOf(word) + 2);
    assert.deepEqual(await execute<Hover[]>('vscode.executeHoverProvider', named.uri, at('Sandbox')), []);
    assert.equal((await execute<Hover[]>('vscode.executeHoverProvider', named.uri, at('0010'))).length, 1);
    for (const command of ['vscode.executeDocumentSymbolProvider', 'vscode.executeFormatDocumentProvider'])
      assert.equal(await execute<DocumentSymbol[] | TextEdit[] | undefined>(command, named.uri, {}), undefined, command);
  });
});
