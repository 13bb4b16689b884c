/** Which token grid storage is called with; the secrets and the stagers are doubles, the tokens are real in form. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SecretStorage } from 'vscode';
import { GridError } from '../../../src/core/errors';
import { Bearers } from '../../../src/vscode/bearers';
import type { StagerSetting } from '../../../src/vscode/settings';
import { madeUp } from '../../practice/stageitMacaroon';

const location = 'davs://webdav.grid.site.org:2880/pnfs/data';

function bearers(stagers: readonly { name: string; url: string; token: string; kind?: StagerSetting['kind'] }[] = [], proxy = false) {
  const kept = new Map<string, string>();
  const secrets = {
    get: (key: string) => Promise.resolve(kept.get(key)),
    store: (key: string, value: string) => Promise.resolve(void kept.set(key, value)),
    delete: (key: string) => Promise.resolve(void kept.delete(key)),
  };
  const all = stagers.map(({ name, url, kind = 'tape' }) => ({ name, url, kind, user: '', sites: [] }));
  const tokenOf = ({ name }: { readonly name: string }) => Promise.resolve(stagers.find((each) => each.name === name)?.token);
  return { kept, bearers: new Bearers(secrets as unknown as SecretStorage, { all, tokenOf }, () => Promise.resolve(proxy)) };
}

const macaroon = (name: string, ...caveats: string[]) => madeUp(name, ['id:1;1;ada', ...caveats]);

test('what was given for the host comes before the stagers, for all of its ports and schemes', async () => {
  const { bearers: each, kept } = bearers([{ name: 'SARA', url: 'https://webdav.grid.site.org:2880', token: 'of-the-stager' }]);
  assert.equal(await each.of(location), 'of-the-stager');
  await each.signIn('https://WebDAV.grid.site.org', 'own');
  assert.equal(await each.of(location), 'own');
  assert.deepEqual([...kept], [['storage:webdav.grid.site.org', 'own']]);
  await each.signOut(location);
  assert.equal(await each.of(location), 'of-the-stager');
  await assert.rejects(each.signIn(location, ''), GridError);
  await assert.rejects(each.signIn('gsiftp://host/a', 'x'), GridError);
  await assert.rejects(each.signIn('dav://webdav.grid.site.org/a', 'x'), /readable on its way/);
  assert.equal(await each.of('dav://webdav.grid.site.org:2880/a'), undefined, 'nor by the open door beside it');
  await each.signIn('dav://127.0.0.1:2880', 'x');
  assert.equal(await each.of('http://127.0.0.1:2881/a'), 'x', 'which is this machine');
});

test('a token of a stager that may only recall, opens another folder, or has run out is not taken', async () => {
  const at = 'https://dcacheview.grid.site.org:22880/api/v1';
  const of = (token: string, kind?: StagerSetting['kind']) =>
    bearers([{ name: 'SARA', url: at, token, ...(kind === undefined ? {} : { kind }) }]).bearers.of(location);
  const good = macaroon('a', 'activity:LIST,DOWNLOAD,STAGE', 'path:/pnfs');
  assert.equal(await of(good), good);
  assert.equal(await of(macaroon('a', 'activity:STAGE')), undefined);
  assert.equal(await of(macaroon('a', 'path:/pnfs/other')), undefined);
  assert.equal(await of(macaroon('a', 'before:2020-01-01T00:00:00Z')), undefined);
  assert.equal(await of('api-token', 'stageit'), undefined, 'that is for another service');
  assert.equal(await bearers([{ name: 'g', url: 'srm://webdav.grid.site.org', token: 'x', kind: 'gfal' }]).bearers.of(location), undefined);
  assert.equal(await bearers().bearers.of(location), undefined);
});

test('a grid proxy that can be used comes before the token of a stager, and after one that was given', async () => {
  const { bearers: each } = bearers([{ name: 'SARA', url: 'https://webdav.grid.site.org:2880', token: 'of-the-stager' }], true);
  assert.equal(await each.of(location), undefined);
  await each.signIn(location, 'own');
  assert.equal(await each.of(location), 'own');
  const { bearers: local } = bearers([{ name: 'Here', url: 'http://localhost:1', token: 'of-the-stager' }], true);
  assert.equal(await local.of('dav://localhost:2/a'), 'of-the-stager', 'no proxy signs without encryption');
});

test('an own token that has run out is told, not replaced in silence', async () => {
  const { bearers: each } = bearers();
  await each.signIn(location, macaroon('a', 'before:2020-01-01T00:00:00Z'));
  await assert.rejects(
    each.of(location),
    (error) => error instanceof GridError && error.kind === 'expired' && error.message.includes('webdav.grid'),
  );
});
