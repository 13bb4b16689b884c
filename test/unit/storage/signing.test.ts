import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signerFor } from '../../../src/core/storage/signing';

const at = (address: string) => ({ address });

test('the signer of a host itself comes first, then one beside it in its domain, and none of elsewhere', () => {
  const frontend = at('https://dcacheview.grid.surfsara.nl:22880/api/v1');
  const door = at('davs://WebDAV.grid.surfsara.nl:2880');
  const stranger = at('https://grid.example.org/');
  const all = [stranger, frontend, door];
  assert.equal(signerFor('webdav.grid.surfsara.nl', all), door);
  assert.equal(signerFor('webdav.grid.surfsara.nl', [stranger, frontend]), frontend);
  assert.equal(signerFor('webdav.grid.example.com', all), undefined);
  assert.equal(signerFor('surfsara.nl', all), undefined, 'above the domain');
  assert.equal(signerFor('b.org', [at('https://a.org')]), undefined, 'a top-level domain is nobody’s');
  assert.equal(signerFor('10.0.0.2', [at('https://10.0.0.1')]), undefined, 'numbers have no domain');
  assert.equal(signerFor('grid.notsurfsara.nl', [at('https://grid.surfsara.nl')]), undefined);
  assert.equal(signerFor('a.b.c', [at('gsiftp://a.b.c/'), at('nonsense')]), undefined);
  assert.equal(signerFor('localhost', [at('http://localhost:2880')])?.address, 'http://localhost:2880');
});
