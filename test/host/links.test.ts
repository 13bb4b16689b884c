import assert from 'node:assert/strict';
import { Uri, workspace } from 'vscode';
import type { ConvertResult, SplitResult } from '../../src/vscode/commands/links';
import { execute, sample } from './practice';

const convert = (uri: Uri, options: object) => execute<ConvertResult>('grid.links.convert', uri, options);
const split = (uri: Uri, options: object) => execute<SplitResult>('grid.links.split', uri, options);
const textOf = async (uri: string | Uri) =>
  Buffer.from(await workspace.fs.readFile(typeof uri === 'string' ? Uri.parse(uri) : uri)).toString();

describe('grid.links.convert', () => {
  it('gives each form, one link a line, in order', async () => {
    const { text, links, failed } = await convert(sample('srm_mixed.txt'), { form: 'gsiftp' });
    assert.equal(links, 15);
    assert.deepEqual(failed, []);
    const lines = text.split('\n');
    assert.equal(lines.pop(), '');
    assert.equal(lines.length, 15);
    for (const line of lines) assert.match(line, /^gsiftp:\/\/[\w.-]+:2811\/\S+$/);
  });

  it('names what it leaves out', async () => {
    const { links, failed } = await convert(sample('srm_broken.txt'), { form: 'https' });
    assert.ok(links > 0);
    assert.ok(failed.length > 0);
    for (const { message } of failed) assert.match(message, /^Line \d+/);
  });

  it('sees unsaved text, CRLF, BOM, tabs and second columns', async () => {
    const link = 'srm://srm.grid.sara.nl:8443/pnfs/grid.sara.nl/d/L1_SB000_uv.tar';
    const document = await workspace.openTextDocument({ content: `\uFEFF${link}\tfile:///x.tar\r\n\r\n  ${link}  \r\n` });
    const { text, links } = await convert(document.uri, { form: 'srm' });
    assert.equal(text, `${link}\n${link}\n`);
    assert.equal(links, 2);
  });

  it('refuses an unknown form, an unknown option and a missing file, each with its kind', async () => {
    await assert.rejects(convert(sample('srm_sara.txt'), { form: 'ftp' }), /There is no form "ftp"\..* \[rejected\]$/);
    await assert.rejects(convert(sample('srm_sara.txt'), { form: 'srm', fast: true }), /"fast" is not known.* \[rejected\]$/);
    await assert.rejects(convert(sample('nothing.txt'), { form: 'srm' }), /nothing\.txt cannot be read.* \[notFound\]$/);
  });
});

describe('grid.links.split', () => {
  it('by site: writes beside the source, loses nothing, overwrites nothing', async () => {
    const first = await split(sample('srm_mixed.txt'), { by: 'site' });
    assert.deepEqual(first.files.map((file) => file.slice(file.lastIndexOf('/') + 1)).sort(), [
      'srm_mixed.juelich.txt',
      'srm_mixed.poznan.txt',
      'srm_mixed.sara.txt',
    ]);
    const lines = (await Promise.all(first.files.map(textOf))).join('').trimEnd().split('\n');
    const original = (await textOf(sample('srm_mixed.txt'))).trimEnd().split('\n');
    assert.deepEqual(lines.map((line) => line.trim()).sort(), original.map((line) => line.trim()).sort());
    const second = await split(sample('srm_mixed.txt'), { by: 'site' });
    assert.ok(second.files.every((file) => decodeURIComponent(file).endsWith(' (2).txt')));
    for (const file of [...first.files, ...second.files]) await workspace.fs.delete(Uri.parse(file));
  });

  it('by slice: names are grid positions', async () => {
    const { files } = await split(sample('srm_sara.txt'), { by: 'slice', size: 10 });
    assert.equal(files.length, 3);
    assert.match(files[0] ?? '', /srm_sara\.\d{3}\.txt$/);
    for (const file of files) await workspace.fs.delete(Uri.parse(file));
  });

  it('refuses what it cannot do', async () => {
    await assert.rejects(split(sample('srm_sara.txt'), { by: 'colour' }), / \[rejected\]$/);
    await assert.rejects(split(sample('srm_sara.txt'), { by: 'slice', size: 0 }), / \[rejected\]$/);
    await assert.rejects(split(sample('notes.txt'), { by: 'site' }), /no link/);
  });
});
