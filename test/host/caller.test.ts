import assert from 'node:assert/strict';
import { Uri } from 'vscode';
import { callerOf, optionsOf, urisOf } from '../../src/vscode/caller';

const uri = Uri.file('/data/srm.txt');
const other = Uri.file('/data/other.txt');
const node = { node: 'request', request: { id: '1' } };

describe('who calls: the shapes that VS Code passes', () => {
  const people: [string, unknown[], { uris: number; nodes: number; selected: boolean }][] = [
    ['the palette', [], { uris: 0, nodes: 0, selected: false }],
    ['the Explorer, one file', [uri, [uri]], { uris: 1, nodes: 0, selected: true }],
    ['the Explorer, several files', [uri, [uri, other]], { uris: 2, nodes: 0, selected: true }],
    ['the editor', [uri], { uris: 1, nodes: 0, selected: false }],
    ['an editor title', [uri, { groupId: 0, editorIndex: 1 }], { uris: 1, nodes: 0, selected: false }],
    ['a tab', [uri, { groupId: 2, editorIndex: 0, preserveFocus: true }], { uris: 1, nodes: 0, selected: false }],
    ['a tree, inline', [node], { uris: 0, nodes: 1, selected: false }],
    ['a tree, nothing selected', [node, undefined], { uris: 0, nodes: 1, selected: false }],
    ['a tree, several selected', [node, [node, { ...node }]], { uris: 0, nodes: 2, selected: true }],
  ];
  for (const [what, args, expected] of people) {
    it(`${what}: a person`, () => {
      const call = callerOf(args);
      assert.ok(call.by === 'person');
      assert.deepEqual({ uris: call.uris.length, nodes: call.nodes.length, selected: call.selected }, expected);
    });
  }

  const programs: [string, unknown[]][] = [
    ['a file and empty options', [uri, {}]],
    ['several files and options', [[uri, other], { stager: 'LTA' }]],
    ['only options', [{}]],
    ['options with a field called kind', [{ name: 'LTA', kind: 'lta', url: 'http://127.0.0.1' }]],
    ['a file as text', ['/data/srm.txt', {}]],
  ];
  for (const [what, args] of programs) {
    it(`${what}: a program`, () => assert.equal(callerOf(args).by, 'program'));
  }

  it('a Uri that crossed a process border is a Uri, not options', () => {
    const crossed = JSON.parse(JSON.stringify(uri)) as unknown;
    const call = callerOf([crossed]);
    assert.ok(call.by === 'person');
    assert.equal(call.uris[0]?.toString(), uri.toString());
  });

  it('three arguments are refused', () => assert.throws(() => callerOf([uri, uri, {}]), /at most two/));
});

describe('options of a program', () => {
  it('unknown fields are refused by name', () => {
    assert.throws(() => optionsOf({ stager: 'LTA', colour: 'red' }, { stager: 'string?' }), /"colour" is not known here/);
  });
  it('wrong types are refused by name', () => {
    assert.throws(() => optionsOf({ size: '10' }, { size: 'number' }), /"size" must be a number/);
    assert.throws(() => optionsOf({}, { form: 'string' }), /"form" must be a string/);
  });
  it('no file is refused', () => assert.throws(() => urisOf(undefined), /A file is missing/));
  it('files come as Uri, text and path', () => {
    assert.deepEqual(urisOf([uri, uri.toString(), '/data/srm.txt']).map(String), [uri, uri, uri].map(String));
  });
});
