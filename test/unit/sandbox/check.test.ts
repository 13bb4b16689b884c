import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkContent, checkEntries, collisions, type Entry } from '../../../src/core/sandbox/check';
import { differences, manifestText, publicUrl, type Manifest } from '../../../src/core/sandbox/manifest';

const file = (path: string, more: Partial<Entry> = {}): Entry => ({ path, size: 10, executable: path === 'master.sh', ...more });
const codes = (...entries: readonly Entry[]): string[] => checkEntries(entries, 1000).map(({ code, file: name }) => `${code} ${name}`);

test('master.sh has to be there, and to be executable', () => {
  assert.deepEqual(codes(file('bin/master.sh')), ['no-master master.sh']);
  assert.deepEqual(codes(file('master.sh', { executable: false })), ['not-executable master.sh']);
  assert.deepEqual(codes(file('master.sh'), file('data', { size: 1001 })), ['large-file data']);
});

test('links that leave the tree, also by the way of other links', () => {
  const link = (path: string, to: string): Entry => file(path, { link: to });
  const all = [file('master.sh'), file('a/b/c'), file('y')];
  for (const inside of ['../y', 'b/c', 'b', './b//c', '../a/b/../b/c', '..'])
    assert.deepEqual(codes(...all, link('a/l', inside)), [], inside);
  for (const outside of ['/etc/passwd', '../../x', '../a/../../x', 'b/../../../x'])
    assert.deepEqual(codes(...all, link('a/l', outside)), ['link-leaves a/l'], outside);
  assert.deepEqual(codes(...all, link('a/l', 'nothing')), ['link-broken a/l']);
  // a/b/d is the top: what is above it is outside, though it is written two folders below.
  assert.deepEqual(codes(...all, link('a/b/d', '../..'), link('l', 'a/b/d/../y')), ['link-leaves l']);
  assert.deepEqual(codes(...all, link('p', 'q'), link('q', 'p')), ['link-leaves p', 'link-leaves q']);
});

test('CRLF in what a shell reads, and pointers of Git LFS', () => {
  const told = (path: string, text: string, executable = false): readonly string[] =>
    checkContent({ path, executable, size: text.length }, Buffer.from(text)).map(({ message }) => message);
  assert.deepEqual(told('a.sh', '#!/bin/sh\necho a\r\necho b\r\n'), ['a.sh has CRLF line ends; a shell stops at line 2.']);
  assert.deepEqual(told('run', '#!/usr/bin/env bash\r\n', true), ['run has CRLF line ends; a shell stops at line 1.']);
  assert.deepEqual(told('run', '#!/usr/bin/python3\r\n', true), []);
  assert.deepEqual(told('a.sh', 'printf "\r"\n'), []);
  assert.equal(told('sky.model', 'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n').length, 1);
});

test('two sources of one file, and a file where another has a folder', () => {
  const one = { path: 'bin/x', source: 'base' };
  assert.deepEqual(collisions([one, { path: 'bin/y', source: 'tool' }]), []);
  assert.deepEqual(collisions([one, { path: 'bin/x', source: 'tool' }]), ['bin/x comes from base and from tool.']);
  assert.deepEqual(collisions([one, { path: 'bin', source: 'tool' }]), ['bin is a file of tool and a folder of base.']);
});

test('the manifest can be read again, and compared', () => {
  const manifest = (...files: Manifest['files']): Manifest => ({ format: 1, name: 's', sources: [], files });
  const older = manifest({ path: 'a', bytes: 1, sha256: 'x' }, { path: 'b', bytes: 1, sha256: 'x' }, { path: 'c', bytes: 1, link: 'a' });
  const newer = manifest(
    { path: 'a', bytes: 1, sha256: 'x' },
    { path: 'b', bytes: 1, sha256: 'x', executable: true },
    { path: 'd', bytes: 1, sha256: 'x' },
  );
  assert.deepEqual(JSON.parse(manifestText(older)), older);
  assert.deepEqual(
    [...differences(older, newer)],
    [
      ['b', 'changed'],
      ['d', 'new'],
      ['c', 'removed'],
    ],
  );
  assert.equal(publicUrl('https://me@host/a.git'), 'https://host/a.git');
  assert.equal(publicUrl('git@host:a.git'), 'git@host:a.git');
});
