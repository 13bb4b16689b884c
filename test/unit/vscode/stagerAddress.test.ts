import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkUrl, isHome } from '../../../src/vscode/stagerAddress';

test('accounts of the old clients go to ASTRON and to this machine, and nowhere that only looks like it', () => {
  for (const url of [
    'https://webportal.astron.nl/service-public/xmlrpc',
    'https://sdc.astron.nl/stageit',
    'https://astron.nl/x',
    'http://localhost:8080/',
    'http://127.0.0.1:1/',
    'http://[::1]:9/',
  ])
    assert.equal(isHome(url), true, url);
  for (const url of [
    'https://astron.nl.example.org/',
    'https://notastron.nl/',
    'https://webportal.astron.n1/',
    'https://example.org/astron.nl',
    'https://astron.nl@example.org/',
    'https://127.0.0.1.example.org/',
    'https://localhost.example.org/',
  ])
    assert.equal(isHome(url), false, url);
});

test('an address is https, or this machine, and holds no password', () => {
  assert.doesNotThrow(() => checkUrl('https://sdc.astron.nl/stageit'));
  assert.doesNotThrow(() => checkUrl('http://127.0.0.1:4000/'));
  assert.throws(() => checkUrl('http://sdc.astron.nl/stageit'), /readable on its way to sdc\.astron\.nl/);
  assert.throws(() => checkUrl('https://ada:secret@sdc.astron.nl/'), /must not hold a user or password/);
  assert.throws(
    () => checkUrl('srm://ada:secret@host/'),
    (error: Error) => error.message.includes('is not the address of a stager') && !error.message.includes('secret'),
  );
});
