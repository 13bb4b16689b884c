/** Real proxies: our reading of them beside voms-proxy-info's, and calls that are signed with them. */
import assert from 'node:assert/strict';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { BridgeProcess } from '../../src/adapters/gfalBridge';
import { openGfalProcess } from '../../src/adapters/gfalProcess';
import { confirmsProxy, findProxy, readProxy } from '../../src/adapters/proxy';
import { createTape } from '../../src/adapters/tape';
import { GridError } from '../../src/core/errors';
import { proxyComplaint } from '../../src/core/staging/complaint';
import { proxyEnds, proxyProblem } from '../../src/core/staging/proxy';
import { client, davLinks, env, here, localities, script, setDoor, setGfal, temporary } from './door';
import { makeAuthority, operator, type Authority } from './authority';
import { proxyOfVo } from './voms';

const hour = 3_600_000;

function question(authority: Authority, path: string) {
  return { env: { ...env, X509_USER_PROXY: path, X509_CERT_DIR: authority.certificates }, uid: 0, ...here };
}

test('a good proxy, one that has run out, one that ends too soon, one that others can read, none', async (t) => {
  const authority = await makeAuthority(await temporary(t));
  const good = await authority.proxy('good', '12:00');
  const found = await findProxy(question(authority, good));
  assert.deepEqual([found.identity, found.exposed, found.attributes], [operator, false, null]);
  assert.ok(Math.abs(found.ends - Date.now() - 12 * hour) < hour);
  assert.equal(proxyEnds(found), found.ends);
  assert.equal(proxyProblem(found, Date.now(), 6 * hour), undefined);
  assert.equal(await confirmsProxy(question(authority, good), 6 * hour), true);
  assert.equal(proxyProblem(found, Date.now(), 24 * hour)?.kind, 'expired');
  assert.equal(await confirmsProxy(question(authority, good), 24 * hour), false);
  assert.match(proxyProblem(found, Date.now(), 0, 'lofar')?.sentence ?? '', /no attributes of a VO.*--voms lofar/);
  const late = await authority.expired();
  assert.match(proxyProblem(await findProxy(question(authority, late)), Date.now())?.sentence ?? '', /^The grid proxy ran out \d/);
  assert.equal(await confirmsProxy(question(authority, late), 0), false);
  await chmod(good, 0o644);
  assert.equal(proxyProblem(await readProxy(good, here.signal), Date.now())?.kind, 'forbidden');
  const missing = join(authority.folder, 'nothing');
  await assert.rejects(findProxy(question(authority, missing)), (error) => error instanceof GridError && error.kind === 'auth');
  assert.equal(await confirmsProxy({ ...question(authority, good), program: '/nowhere/voms-proxy-info' }, 0), undefined);
});

test('attributes of a VO: which, their shorter life, and when they have run out before the proxy', async (t) => {
  const authority = await makeAuthority(await temporary(t));
  const names = ['/lofar/Role=NULL/Capability=NULL', '/lofar/user/Role=NULL/Capability=NULL'];
  const member = await findProxy(question(authority, await proxyOfVo(authority, 'member', { vo: 'lofar', names, hours: 3 })));
  const now = Date.now();
  assert.deepEqual([member.identity, member.attributes?.vo, member.attributes?.names], [operator, 'lofar', names]);
  assert.ok(Math.abs(member.ends - now - 24 * hour) < hour, 'the proxy itself lasts a day');
  assert.ok(Math.abs(proxyEnds(member) - now - 3 * hour) < hour / 4, 'what the VO says ends first');
  assert.equal(proxyProblem(member, now, 2 * hour, 'lofar'), undefined);
  assert.match(
    proxyProblem(member, now, 6 * hour)?.sentence ?? '',
    /^The VO attributes of the grid proxy end in (3 h|2 h 5\d min); 6 h are needed\./,
  );
  assert.match(
    proxyProblem(member, now, 0, 'projects.nl')?.sentence ?? '',
    /are of the VO lofar, not of projects\.nl.*--voms projects\.nl/,
  );
  const late = await proxyOfVo(authority, 'late', { vo: 'lofar', names: names.slice(0, 1), hours: 1, agoHours: 3 });
  const found = await findProxy(question(authority, late));
  assert.equal(proxyProblem({ ...found, attributes: null }, Date.now()), undefined, 'the proxy itself is good');
  assert.match(proxyProblem(found, Date.now())?.sentence ?? '', /^The VO attributes of the grid proxy have run out\. Make a new one/);
});

test('what the real tools print of each is a sentence of ours', async (t) => {
  const authority = await makeAuthority(await temporary(t));
  const at = { X509_CERT_DIR: authority.certificates };
  Object.assign(env, at);
  t.after(() => Object.keys(at).forEach((key) => Reflect.deleteProperty(env, key)));
  const missing = await client('voms-proxy-info', '-file', join(authority.folder, 'nothing'), '-exists');
  assert.match(proxyComplaint(missing.stderr + missing.stdout)?.sentence ?? '', /^There is no grid proxy\./);
  const init = await client(
    'voms-proxy-init',
    '-voms',
    'lofar',
    '-cert',
    join(authority.folder, 'user.pem'),
    '-key',
    join(authority.folder, 'user.key'),
  );
  assert.match(proxyComplaint(init.stderr + init.stdout)?.sentence ?? '', /does not know the server of the VO/);
});

async function httpsDoor(t: TestContext) {
  const authority = await makeAuthority(await temporary(t));
  const door = await setDoor(t, 3, { tls: authority.host, subjects: { 'Test Operator': 'operator' }, anonymous: '' });
  return { authority, door };
}

test('https signed with a proxy: the Tape REST API answers who the proxy stands for, and nobody else', async (t) => {
  const { authority, door } = await httpsDoor(t);
  const links = davLinks(door, 3);
  const path = await authority.proxy('good', '12:00');
  const at = { env: { X509_CERT_DIR: authority.certificates } };
  const open = (proxy: string) => createTape({ name: 'Door', url: door.url, secret: () => Promise.resolve({ proxy }), ...at });
  const tape = open(path);
  assert.deepEqual([...(await localities(tape, links)).values()], ['NEARLINE', 'NEARLINE', 'NEARLINE']);
  const id = await tape.submit(links, { ...here, notify: false });
  assert.ok((await tape.poll([{ id, links, online: 0 }], here)).get(id));
  assert.deepEqual([...new Set(door.log.map(({ user }) => user))], ['operator']);
  const refuses = async (proxy: string, kind: string) => {
    const calls = door.log.length;
    await assert.rejects(localities(open(proxy), links), (error) => error instanceof GridError && error.kind === kind);
    assert.equal(door.log.length, calls, 'nothing was sent');
  };
  await refuses(await authority.expired(), 'expired');
  await refuses(join(authority.folder, 'nothing'), 'auth');
  await chmod(path, 0o640);
  await refuses(path, 'forbidden');
  await chmod(path, 0o600);
  const stranger = createTape({ name: 'Door', url: door.url, secret: () => Promise.resolve({ proxy: path }), env: {} });
  await assert.rejects(localities(stranger, links), (error) => error instanceof GridError && error.kind === 'tls');
});

test('davs signed with a proxy: bridge, processes and the real client agree; without one they say so', async (t) => {
  const { authority, door } = await httpsDoor(t);
  const links = davLinks(door, 3);
  assert.match(links[0] ?? '', /^davs:/);
  const signed = { ...env, X509_CERT_DIR: authority.certificates, X509_USER_PROXY: await authority.proxy('good', '12:00') };
  const wanted = new Map(links.map((link) => [link, 'NEARLINE']));
  assert.deepEqual(await localities(setGfal(t, { env: signed }), links), wanted);
  assert.deepEqual(await localities(openGfalProcess({ env: signed }), links), wanted);
  const many = [...links, ...Array.from({ length: 20 }, (_, k) => `${door.url.replace('http', 'dav')}/data/absent${k}.tar`)];
  const before = door.log.length;
  const told = await localities(setGfal(t, { env: signed }), many);
  assert.equal([...told.values()].filter((word) => word === 'NEARLINE').length, 3);
  assert.deepEqual([...new Set(door.log.slice(before).map(({ user }) => user))], ['operator']);
  assert.ok(door.log.slice(before).some(({ call, body }) => call === 'archiveinfo' && body.split('absent').length === 21));
  const nobody = { ...signed, X509_USER_PROXY: join(authority.folder, 'nothing') };
  for (const source of [setGfal(t, { env: nobody }), openGfalProcess({ env: nobody })]) {
    for (const reason of (await localities(source, links)).values()) assert.match(reason, /does not (know who asks|allow this)/);
  }
  const distrust = { ...signed, X509_CERT_DIR: authority.folder };
  for (const reason of (await localities(setGfal(t, { env: distrust }), links)).values()) assert.match(reason, /do not trust each other/);
});

test('a bearer token goes through the pipe, for the host it is for, also to a bridge that has come back', async (t) => {
  const door = await setDoor(t, 2, { tokens: { 'a-bearer-token-of-some-length': 'operator' }, anonymous: '' });
  const links = davLinks(door, 2);
  const gfal = setGfal(t, { idleMs: 50 });
  for (const reason of (await localities(gfal, links)).values()) assert.match(reason, /does not (know who asks|allow this)/);
  await gfal.credential(door.url, 'a-bearer-token-of-some-length');
  assert.deepEqual([...(await localities(gfal, links)).values()], ['NEARLINE', 'NEARLINE']);
  await wait(500);
  assert.deepEqual([...(await localities(gfal, links)).values()], ['NEARLINE', 'NEARLINE']);
  const bridge = new BridgeProcess({ script, threads: 4, env });
  t.after(() => bridge.close());
  await bridge.credential('127.0.0.1', 'a-bearer-token-of-some-length');
  let told = 0;
  const ask = async () => {
    const answer = await bridge.ask({ do: 'locality', repeatable: true, fields: { url: links[0] } }, here.signal);
    assert.deepEqual(answer, { ok: 'NEARLINE' });
    if (++told === 20) globalThis.process.kill(bridge.pid ?? 0, 'SIGKILL');
  };
  await Promise.all(Array.from({ length: 200 }, ask));
  assert.equal(told, 200, 'a bridge that dies in the middle is signed again before it goes on');
  await assert.rejects(gfal.credential('srm://host/path', 'secret'), (error) => error instanceof GridError && error.kind === 'rejected');
});
