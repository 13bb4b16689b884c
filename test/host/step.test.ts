import assert from 'node:assert/strict';
import {
  CodeActionKind,
  commands,
  DiagnosticSeverity,
  DiagnosticTag,
  extensions,
  languages,
  Position,
  Range,
  SnippetString,
  Uri,
  window,
  workspace,
  WorkspaceEdit,
  type CodeAction,
  type CompletionList,
  type Diagnostic,
  type DocumentLink,
  type DocumentSymbol,
  type FoldingRange,
  type Hover,
  type MarkdownString,
  type TextDocument,
  type TextEdit,
} from 'vscode';
import { eventually, execute, sample } from './practice';

const ours = (uri: Uri): Diagnostic[] => languages.getDiagnostics(uri).filter(({ source }) => source === 'grid');
const codes = (uri: Uri) => ours(uri).map(({ code }) => code);
const loud = (uri: Uri) => ours(uri).filter(({ severity }) => severity !== DiagnosticSeverity.Hint);

/** Shows a sample; when it opens as properties, waits until it is YAML. */
async function show(name: string): Promise<TextDocument> {
  await window.showTextDocument(sample(name));
  if (!name.endsWith('.cfg')) return workspace.openTextDocument(sample(name));
  return eventually(`${name} is taken for YAML`, () =>
    workspace.textDocuments.find((each) => each.uri.path.endsWith(name) && each.languageId === 'yaml'),
  );
}

/** A step of ours beside the samples; gone after the tests. */
async function put(name: string, text: string): Promise<TextDocument> {
  const uri = sample(name);
  await workspace.fs.writeFile(uri, Buffer.from(text));
  return (await window.showTextDocument(uri)).document;
}

async function hoverText(document: TextDocument, word: string, by = 0): Promise<string> {
  const at = document.positionAt(document.getText().indexOf(word) + by);
  const hovers = await execute<Hover[]>('vscode.executeHoverProvider', document.uri, at);
  return hovers.flatMap(({ contents }) => contents.map((part) => (part as MarkdownString).value)).join('\n');
}

/** Labels of what is offered at an offset, with what would be written. */
async function offered(document: TextDocument, offset: number): Promise<Map<string, string>> {
  const { items } = await execute<CompletionList>('vscode.executeCompletionItemProvider', document.uri, document.positionAt(offset));
  return new Map(
    items.map(({ label, insertText }) => [
      typeof label === 'string' ? label : label.label,
      insertText instanceof SnippetString ? insertText.value : (insertText ?? ''),
    ]),
  );
}

async function actionsAt(document: TextDocument, code: string, kind?: string): Promise<CodeAction[]> {
  const problem = await eventually(`${code} is found`, () => ours(document.uri).find((each) => each.code === code));
  return execute<CodeAction[]>('vscode.executeCodeActionProvider', document.uri, problem.range, kind);
}

describe('which files are steps', () => {
  after(() => execute('workbench.action.closeAllEditors'));

  it('a .cfg with a token is YAML, once: changed back by hand, it stays so', async () => {
    const document = await show('pref_cal1.cfg');
    await languages.setTextDocumentLanguage(document, 'properties');
    await execute('workbench.action.closeAllEditors');
    await window.showTextDocument(sample('pref_cal1.cfg'));
    // Another file goes the same way and arrives, so this one would have too.
    await show('imaging.cfg');
    const find = (language: string) =>
      workspace.textDocuments.find((each) => each.uri.path.endsWith('/pref_cal1.cfg') && each.languageId === language);
    assert.ok(find('properties'));
    await languages.setTextDocumentLanguage(find('properties')!, 'yaml');
    await eventually('it is checked as YAML', () => codes(sample('pref_cal1.cfg')).includes('lost-zeros'));
  });

  it('other properties stay properties', async () => {
    await window.showTextDocument(sample('tools.cfg'));
    await show('imaging.cfg');
    assert.equal((await workspace.openTextDocument(sample('tools.cfg'))).languageId, 'properties');
    assert.deepEqual(ours(sample('tools.cfg')), []);
  });

  it('JSON by what it holds; other JSON and YAML is left alone', async () => {
    const step = await show('target.step.json');
    await eventually('a step has its problems', () => ours(step.uri).length > 0);
    const other = await put('other.yaml', 'Tokens:\n    a: yes\n    b:\t000  \n');
    const plain = await put('other.json', '{ "Token": 1, "Token": 2 }');
    await show('imaging.cfg');
    assert.deepEqual(ours(other.uri), []);
    assert.deepEqual(ours(plain.uri), []);
    assert.equal(await execute<TextEdit[] | undefined>('vscode.executeFormatDocumentProvider', other.uri, {}), undefined);
    for (const { uri } of [other, plain]) await workspace.fs.delete(uri);
  });

  it('a file of 2017 has one calm sentence, and stays what it is', async () => {
    const document = await put('old_step.cfg', 'LRT:\n    name:"imaging"\n    staging:\n        ignore_unstaged:True\n');
    await eventually('one problem', () => codes(document.uri).length === 1);
    assert.deepEqual(codes(document.uri), ['legacy-file']);
    assert.equal(document.languageId, 'properties');
    // The light bulb offers what the window has.
    const actions = await execute<CodeAction[]>('vscode.executeCodeActionProvider', document.uri, new Range(0, 0, 0, 1));
    const [action] = actions.filter(({ command }) => command?.command === 'grid.config.import');
    assert.equal(action !== undefined, (await commands.getCommands(true)).includes('grid.config.import'));
    if (action !== undefined) assert.equal(String(action.command?.arguments?.[0]), document.uri.toString());
    await workspace.fs.delete(document.uri);
  });

  it('a new document becomes a step while it is typed', async () => {
    const { uri } = await window.showTextDocument(await workspace.openTextDocument({ language: 'yaml' })).then(({ document }) => document);
    const edit = new WorkspaceEdit();
    edit.insert(uri, new Position(0, 0), 'Token:\n    CHUNK: 0010\nSandbox:\n');
    await workspace.applyEdit(edit);
    await eventually('it is checked', () => codes(uri).includes('octal-number'));
    await execute('workbench.action.revertAndCloseActiveEditor');
  });
});

describe('problems of a step', () => {
  it('good steps have none that need a person', async () => {
    const { uri } = await show('pref_cal1.cfg');
    await eventually('it was checked', () => codes(uri).length > 0);
    assert.deepEqual(loud(uri), []);
    const json = await show('cal_pref3.json');
    await hoverText(json, '"Token"', 2);
    assert.deepEqual(languages.getDiagnostics(json.uri), []);
  });

  it('each has its code, source, place and tag', async () => {
    const document = await show('imaging.cfg');
    await eventually('the problems are there', () => codes(document.uri).includes('missing-dollar'));
    for (const code of ['octal-number', 'truth-word', 'number-for-text', 'attachment-direction', 'double-slash-path', 'unused-key'])
      assert.ok(codes(document.uri).includes(code), code);
    const dollar = ours(document.uri).find(({ code }) => code === 'missing-dollar');
    assert.equal(document.getText(dollar?.range), '"RESULTS_DIR"');
    assert.deepEqual(ours(document.uri).find(({ code }) => code === 'unused-key')?.tags, [DiagnosticTag.Unnecessary]);
  });

  it('are kept up while typing', async () => {
    const document = await put('typing.step.yaml', 'Token:\n    OBSID: ""\n    CHUNK: 1\nSandbox: {}\nShell_variables: {}\n');
    const { uri } = document;
    await eventually('the sandbox lacks its repository', () => codes(uri).includes('sandbox-without-git'));
    const edit = new WorkspaceEdit();
    edit.replace(uri, new Range(2, 11, 2, 12), '12:30:45');
    await workspace.applyEdit(edit);
    await eventually('the new value is a problem', () => codes(uri).includes('base-sixty'));
    await execute('workbench.action.files.revert');
    await eventually('and is none any more', () => !codes(uri).includes('base-sixty'));
    await execute('workbench.action.closeActiveEditor');
    await workspace.fs.delete(uri);
  });

  it('a very long list of problems is capped, and says so', async () => {
    const fields = Array.from({ length: 1500 }, (_, index) => `    F${index}: 0010\n`).join('');
    const { uri } = await workspace.openTextDocument({ language: 'yaml', content: `Sandbox: {}\nToken:\n${fields}` });
    await eventually('problems, capped', () => codes(uri).length === 1001);
    assert.ok(codes(uri).includes('more-problems'));
  });

  it('for JSON nothing is said twice: by its name it has the schema, and the editor reads that', async () => {
    const document = await show('target.step.json');
    await eventually('ours are there', () => codes(document.uri).includes('template-ending'));
    for (const code of ['wrong-type', 'unknown-value', 'syntax']) assert.ok(!codes(document.uri).includes(code), code);
    const found = languages.getDiagnostics(document.uri).map(({ range }) => `${range.start.line}:${range.start.character}`);
    assert.equal(new Set(found).size, found.length);
    assert.doesNotMatch(await hoverText(document, '"upload"', 2), /· GRID_LRT v1/);
  });
});

describe('light bulbs of a step', () => {
  it('a missing “$” is put in', async () => {
    const document = await show('imaging.cfg');
    const fix = (await actionsAt(document, 'missing-dollar')).find(({ title }) => title === 'Write $RESULTS_DIR');
    assert.ok(fix?.edit);
    assert.equal(fix.isPreferred, true);
    await workspace.applyEdit(fix.edit);
    assert.ok(document.getText().includes('RESULTS_DIR: "$RESULTS_DIR"'));
    await eventually('the problem is gone', () => !codes(document.uri).includes('missing-dollar'));
    await execute('workbench.action.files.revert');
  });

  it('each certain fix is an action, the preferred one, and mends its problem', async () => {
    const document = await show('imaging.cfg');
    const found = (code: string) => codes(document.uri).filter((each) => each === code).length;
    for (const code of ['tab', 'octal-number', 'number-for-text', 'attachment-direction', 'double-slash-path']) {
      await eventually(`${code} is there`, () => found(code) > 0);
      const before = found(code);
      const place = ours(document.uri).find((each) => each.code === code)?.range;
      // A neighbour's may be among them.
      const own = (await actionsAt(document, code)).filter(
        ({ isPreferred, edit }) => isPreferred && place && edit?.get(document.uri)[0]?.range.start.isEqual(place.start),
      );
      assert.equal(own.length, 1, code);
      assert.ok(own[0]?.edit, code);
      await workspace.applyEdit(own[0].edit);
      await eventually(`${code} is mended`, () => found(code) === before - 1);
    }
    await execute('workbench.action.files.revert');
  });

  it('all problems of one kind at once', async () => {
    const { document } = await window.showTextDocument(
      await workspace.openTextDocument({ language: 'yaml', content: 'Token:\n    A: 0010\n    B: 0020\n    C: 0030\nSandbox: {}\n' }),
    );
    const fix = (await actionsAt(document, 'octal-number')).find(({ title }) => title === 'Fix all 3 “octal-number” problems');
    assert.ok(fix?.edit);
    await workspace.applyEdit(fix.edit);
    assert.ok(document.getText().startsWith('Token:\n    A: "0010"\n    B: "0020"\n    C: "0030"\n'));
    await execute('workbench.action.revertAndCloseActiveEditor');
  });

  it('source.fixAll.grid does what is certain, in YAML and JSON, and nothing else', async () => {
    for (const [name, code, here, still] of [
      ['imaging.cfg', 'missing-dollar', 'imaging.parset: $PARSET', 'DO_DEMIX: yes'],
      ['target.step.json', 'template-ending', '"template": "target_$STARTSB_$DATE"', '"$RESULT_DIR"'],
    ] as const) {
      const document = await show(name);
      const [fix, ...more] = await actionsAt(document, code, `${CodeActionKind.SourceFixAll.value}.grid`);
      assert.ok(fix?.edit, name);
      assert.deepEqual(more, []);
      await workspace.applyEdit(fix.edit);
      assert.ok(document.getText().includes(here) && document.getText().includes(still), document.getText());
      await execute('workbench.action.files.revert');
    }
  });
});

describe('hover, completion, links and structure of a step', () => {
  it('also where the path holds what stands for others in a pattern', async () => {
    const folder = sample('run [2] {draft} *');
    try {
      const uri = Uri.joinPath(folder, 'odd.step.yaml');
      await workspace.fs.writeFile(uri, Buffer.from('Token:\n  SBXloc: /a/sandbox.tar\n'));
      const { document } = await window.showTextDocument(uri);
      await eventually('the hover is there', async () => (await hoverText(document, 'SBXloc', 2)).includes('SBXloc'));
    } finally {
      await execute('workbench.action.closeAllEditors');
      await workspace.fs.delete(folder, { recursive: true });
    }
  });

  it('pointing at a key, a value, a variable and an address', async () => {
    const document = await show('pref_cal1.cfg');
    assert.match(await hoverText(document, 'SBXloc', 2), /\*\*SBXloc\*\*\s+Sandbox that the pilot unpacks/);
    assert.match(await hoverText(document, ' 000', 2), /reads “000” as the number 0/);
    assert.match(await hoverText(document, '$RESULTS_DIR', 2), /From the token field “RESULTS\\_DIR”/);
    assert.match(await hoverText(document, 'gsiftp://', 2), /Grid storage at SARA/);
    const json = await show('cal_pref3.json');
    assert.match(await hoverText(json, 'date_granularity', 2), /\*\*week\*\*: 2026\\-W09/);
    assert.match(await hoverText(json, '$RESULTS_DIR/', 2), /From the token field/);
  });

  it('keys, values, variables and attachments are offered, in YAML and in JSON', async () => {
    const document = await put(
      'offers.step.yaml',
      'Token:\n    status: \n    \nSandbox: {}\nShell_variables:\n    _attachments:\n        \n',
    );
    const text = document.getText();
    assert.equal((await offered(document, text.indexOf('status: ') + 8)).get('queued'), 'queued');
    assert.equal((await offered(document, text.indexOf('\nSandbox'))).get('OBSID'), 'OBSID: $0');
    const attachments = await offered(document, text.length - 1);
    assert.equal(attachments.get('calibrator.parset'), 'calibrator.parset: "\\$PARSET"');
    await execute('workbench.action.closeActiveEditor');
    await workspace.fs.delete(document.uri);

    const json = await show('cal_pref3.json');
    const source = json.getText();
    assert.equal((await offered(json, source.indexOf('"hour"') + 1)).get('month'), '"month"');
    assert.equal((await offered(json, source.indexOf('$RESULTS_DIR/') + 13)).get('$STARTSB'), '$STARTSB');
  });

  it('an empty step offers a whole file', async () => {
    const document = await put('empty.step.yaml', '');
    const found = await eventually('it is there', async () => {
      const all = await offered(document, 0);
      return all.has('v0.5 step') && all;
    });
    assert.match(found.get('Grid Workbench step') ?? '', /^apiVersion: 2\n/);
    await execute('workbench.action.closeActiveEditor');
    await workspace.fs.delete(document.uri);
  });

  it('repositories and attachments that are there are links', async () => {
    for (const name of ['pref_cal1.cfg', 'cal_pref3.json']) {
      const { uri } = await show(name);
      const wanted = 'https://github.com/example/practice_sandbox/tree/prefactor';
      const links = await eventually(`links of ${name}`, async () => {
        const all = await execute<DocumentLink[]>('vscode.executeLinkProvider', uri);
        return all.some(({ target }) => target?.toString() === wanted) && all;
      });
      const files = links.filter(({ target }) => target?.scheme === uri.scheme).map(({ target }) => target?.path.split('/').at(-1));
      assert.deepEqual(files, ['calibrator.parset']);
    }
  });

  it('outline, folding and formatting of YAML', async () => {
    const document = await show('imaging.cfg');
    const symbols = await execute<DocumentSymbol[]>('vscode.executeDocumentSymbolProvider', document.uri);
    assert.deepEqual(
      symbols.map(({ name }) => name),
      ['apiVersion', 'Token', 'Sandbox', 'Shell_variables'],
    );
    const folds = await execute<FoldingRange[]>('vscode.executeFoldingRangeProvider', document.uri);
    const token = document.getText().split('\n').indexOf('Token:');
    assert.ok(folds.some(({ start, end }) => start === token && document.lineAt(end).text.includes('times')));
    const options = { tabSize: 4, insertSpaces: true };
    const line = document.lineAt(document.getText().slice(0, document.getText().indexOf('3.10')).split('\n').length - 1);
    const some = await execute<TextEdit[]>('vscode.executeFormatRangeProvider', document.uri, line.range, options);
    assert.deepEqual([...new Set(some.map(({ range }) => range.start.line))], [line.lineNumber]);
    const edits = await execute<TextEdit[]>('vscode.executeFormatDocumentProvider', document.uri, options);
    const edit = new WorkspaceEdit();
    edit.set(document.uri, edits);
    await workspace.applyEdit(edit);
    assert.doesNotMatch(document.getText(), /[ \t]\n|\t|\n\n$/);
    assert.ok(document.getText().includes('# quoted, it stays 3.10'));
    await execute('workbench.action.files.revert');
  });

  it('no one else speaks for YAML in this window', () => assert.equal(extensions.getExtension('redhat.vscode-yaml'), undefined));
});
