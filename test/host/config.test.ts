import assert from 'node:assert/strict';
import { commands, languages, TabInputTextDiff, Uri, window, workspace } from 'vscode';
import { eventually, execute, sample } from './practice';

interface Conversion {
  readonly text: string;
  readonly lost: readonly string[];
}
interface Import {
  readonly text: string;
  readonly notes: readonly string[];
}

const step = `apiVersion: 0
# Fields of the token
Token:
    OBSID: ""
Sandbox:
    name: one
    loc: team
    git: {location: "https://git.example.org/sandbox.git", branch: main}
    git_scripts:
    remove_when_done: true
Shell_variables:
    OBSID: $OBSID
`;
const legacy = 'step_name: cal\noptions:\n    parset: Cal.parset\n    ignore-unstaged:False\n';

const file = (name: string) => Uri.joinPath(sample('x'), '..', name);
const put = async (name: string, text: string) => {
  await workspace.fs.writeFile(file(name), Buffer.from(text));
  return file(name);
};
const names = async () => (await workspace.fs.readDirectory(file('.'))).map(([name]) => name).sort();
const textOf = async (uri: Uri) => Buffer.from(await workspace.fs.readFile(uri)).toString();

describe('grid.config', () => {
  let before: string[];
  const uris: Uri[] = [];
  beforeEach(async () => {
    uris.push(await put('one.cfg', step), await put('old.cfg', legacy));
    before = await names();
  });
  afterEach(async () => {
    await commands.executeCommand('notifications.clearAll');
    await commands.executeCommand('workbench.action.closeAllEditors');
    for (const uri of uris.splice(0)) await workspace.fs.delete(uri);
  });

  it('convert, for a program: the text, what is lost, and no file', async () => {
    const ours = await execute<Conversion>('grid.config.convert', file('one.cfg'), { to: 'workbench' });
    assert.deepEqual(ours, { text: step.replace('apiVersion: 0', 'apiVersion: 2'), lost: [] });
    const one = await execute<Conversion>('grid.config.convert', file('one.cfg'), { to: 'v1' });
    assert.ok('Token' in (JSON.parse(one.text) as object));
    assert.ok(one.lost.some((sentence) => sentence.startsWith('Comments are left out')));
    assert.deepEqual(await names(), before);
    assert.equal(await textOf(file('one.cfg')), step);
  });

  it('convert sees unsaved text, and the language of a document without a name', async () => {
    const document = await workspace.openTextDocument({ language: 'json', content: '{ "Token": { "status": "todo" } }' });
    const { text } = await execute<Conversion>('grid.config.convert', document.uri, { to: 'workbench' });
    assert.match(text, /^apiVersion: 2\n\nToken:\n {4}status: todo\n/);
  });

  it('convert refuses an unknown form, an unknown option, unreadable text and old files, each with its kind', async () => {
    const convert = (uri: Uri, options: object) => execute('grid.config.convert', uri, options);
    await assert.rejects(convert(file('one.cfg'), { to: 'v2' }), /There is no form "v2"\..* \[rejected\]$/);
    await assert.rejects(convert(file('one.cfg'), { to: 'v1', now: true }), /"now" is not known.* \[rejected\]$/);
    await assert.rejects(convert(file('old.cfg'), { to: 'v1' }), /Import it instead\. \[rejected\]$/);
    await assert.rejects(convert(sample('notes.txt'), { to: 'v1' }), / \[malformed\]$/);
    await assert.rejects(convert(file('nothing.cfg'), { to: 'v1' }), / \[notFound\]$/);
  });

  it('convert, for a person: a form is picked, a comparison opens, nothing is written', async () => {
    const running = execute<Conversion | undefined>('grid.config.convert', file('one.cfg'));
    // A form is picked as soon as the list is there; until then the order is passed over.
    const compared = await eventually('the comparison opens', async () => {
      await commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      const input = window.tabGroups.activeTabGroup.activeTab?.input;
      return input instanceof TabInputTextDiff && input.modified.scheme === 'grid-config' ? input : undefined;
    });
    assert.equal(compared.original.toString(), file('one.cfg').toString());
    assert.match(compared.modified.path, /\/one\.step\.yaml$/);
    const shown = await workspace.openTextDocument(compared.modified);
    assert.equal(shown.getText(), step.replace('apiVersion: 0', 'apiVersion: 2'));
    assert.deepEqual(await running, { text: shown.getText(), lost: [] });
    assert.deepEqual(await names(), before);
    assert.equal(workspace.textDocuments.find(({ uri }) => uri.toString() === file('one.cfg').toString())?.isDirty, false);
  });

  it('import, for a program: one file or several, and what has to be looked at', async () => {
    const { text, notes } = await execute<Import>('grid.config.import', [file('old.cfg')], {});
    assert.match(text, /^apiVersion: 2\n\nToken:\n {4}PIPELINE_STEP: cal\n/);
    assert.match(text, /# +options\.ignore-unstaged: False/);
    assert.ok(notes.some((sentence) => sentence.includes('add “git”')));
    assert.deepEqual(await execute('grid.config.import', file('old.cfg'), {}), { text, notes });
    await assert.rejects(execute('grid.config.import', file('one.cfg'), {}), /Convert it instead\. \[rejected\]$/);
    assert.deepEqual(await names(), before);
  });

  it('import, for a person: shows the step, nothing is written', async () => {
    const result = await execute<Import | undefined>('grid.config.import', file('old.cfg'), [file('old.cfg')]);
    const document = window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'grid-config');
    assert.equal(document?.languageId, 'yaml');
    assert.equal(document?.getText(), result?.text);
    assert.deepEqual(await names(), before);
  });

  it('Save Beside… writes under a free name, beside the file', async () => {
    // Where the editor has a dialog of the system's, a test cannot answer it.
    await workspace.getConfiguration('files').update('simpleDialog.enable', true, true);
    uris.push(await put('old.step.yaml', 'mine: true\n'), file('old (2).step.yaml'));
    const result = await execute<Import | undefined>('grid.config.import', file('old.cfg'), [file('old.cfg')]);
    await eventually('the file is there', async () => {
      await commands.executeCommand('notification.acceptPrimaryAction');
      await commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return (await names()).includes('old (2).step.yaml');
    });
    assert.equal(await textOf(file('old (2).step.yaml')), result?.text);
    assert.equal(await textOf(file('old.step.yaml')), 'mine: true\n');
  });

  it('keys: the page is there, and opens for a person', async () => {
    const { page } = await execute<{ page: string }>('grid.config.keys', {});
    assert.match(await textOf(Uri.parse(page)), /^# Step configuration\n/);
    await execute('grid.config.keys');
    await eventually('a tab shows the page', () =>
      window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => label.includes('step.md'))),
    );
  });

  it('the schema speaks in JSON with a step’s name', async () => {
    const uri = await put('bad.step.json', '{ "Token": {}, "Job": { "NCPU": "six" }, "sandbox": {} }');
    uris.push(uri);
    await window.showTextDocument(uri);
    const told = await eventually('VS Code’s own service finds the wrong type', () =>
      languages.getDiagnostics(uri).find(({ message }) => /type/i.test(message)),
    );
    assert.equal(told.source !== 'grid', true);
  });
});
