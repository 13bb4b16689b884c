/** Real storage servers on loopback for the time of a test: GridFTP and XRootD, each over a folder of its own. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { makeAuthority, operator } from './authority';
import type { DoorOptions, PracticeTapeDoor } from '../practice/tapeDoor';
import { setDoor, temporary } from './door';

export interface StorageServer {
  readonly name: string;
  /** Address of the folder that its files lie in. */
  readonly url: string;
  /** The same on this disk. */
  readonly folder: string;
  /** What clients need to reach it. */
  readonly env: NodeJS.ProcessEnv;
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
}

/**
 * A port that nobody listens on, below those that the system gives to whoever connects somewhere: between this look and the
 * server's start one of these may be taken.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 32_000);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

/** Runs until the test ends; ready when the port answers. */
async function serve(
  t: TestContext,
  argv: readonly [string, ...string[]],
  port: number,
  env: NodeJS.ProcessEnv,
  cwd: string,
): Promise<Pick<StorageServer, 'stop' | 'start'>> {
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const [program, ...args] = argv;
    child = spawn(program, args, { env, cwd, stdio: 'ignore', detached: true });
    for (let tries = 0; tries < 200; tries++) {
      assert.equal(child.exitCode, null, `${program} ended at its start`);
      if (await answers(port)) return;
      await wait(50);
    }
    assert.fail(`${program} does not answer`);
  };
  const stop = async (): Promise<void> => {
    const { pid, exitCode, signalCode } = child ?? {};
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    process.kill(-pid, 'SIGKILL');
    await ended;
  };
  await start();
  t.after(stop);
  return { stop, start };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

const clients = {
  ...process.env,
  GFAL_PYTHONBIN: '/usr/bin/python3',
  no_proxy: '*',
  NO_PROXY: '*',
  XRD_CONNECTIONWINDOW: '3',
  XRD_CONNECTIONRETRY: '1',
  XRD_REQUESTTIMEOUT: '20',
};

/** A GridFTP server that knows one user by a grid proxy. */
export async function gridFtp(
  t: TestContext,
): Promise<StorageServer & { readonly proxy: (name: string, valid: string) => Promise<string>; readonly expired: () => Promise<string> }> {
  const place = await temporary(t);
  const authority = await makeAuthority(place);
  const folder = join(place, 'data');
  await mkdir(folder);
  await writeFile(join(place, 'grid-mapfile'), `"${operator}" root\n`);
  await chmod(join(place, 'host.key'), 0o400);
  const port = await freePort();
  const trust = { ...clients, X509_CERT_DIR: authority.certificates };
  const server = {
    ...trust,
    X509_USER_CERT: join(place, 'host.pem'),
    X509_USER_KEY: join(place, 'host.key'),
    GRIDMAP: join(place, 'grid-mapfile'),
  };
  const argv = [
    'globus-gridftp-server',
    '-p',
    String(port),
    '-allow-root',
    '-control-interface',
    '127.0.0.1',
    '-data-interface',
    '127.0.0.1',
    '-c',
    '/dev/null',
  ] as const;
  const running = await serve(t, argv, port, server, place);
  const env = { ...trust, X509_USER_PROXY: await authority.proxy('proxy', '12:00') };
  return {
    name: 'GridFTP',
    url: `gsiftp://localhost:${port}${folder}`,
    folder,
    env,
    ...running,
    proxy: (name, valid) => authority.proxy(name, valid),
    expired: () => authority.expired(),
  };
}

export async function xrootd(t: TestContext): Promise<StorageServer> {
  const place = await temporary(t);
  const folder = join(place, 'data');
  for (const name of ['data', 'admin', 'run']) await mkdir(join(place, name));
  const port = await freePort();
  const lines = [
    `xrd.port ${port}`,
    'xrd.allow host *',
    `all.export ${folder}`,
    `all.adminpath ${join(place, 'admin')}`,
    `all.pidpath ${join(place, 'run')}`,
    'xrootd.chksum adler32',
  ];
  await writeFile(join(place, 'x.cfg'), `${lines.join('\n')}\n`);
  // It does not serve as root, and says so.
  await Promise.all(['', 'data', 'admin', 'run'].map((name) => chmod(join(place, name), 0o777)));
  const asNobody = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
  const [program = 'xrootd', ...args] = [...asNobody, 'xrootd', '-c', join(place, 'x.cfg'), '-l', join(place, 'run', 'log'), '-n', 'test'];
  const running = await serve(t, [program, ...args], port, { ...process.env, HOME: place }, place);
  return { name: 'XRootD', url: `root://localhost:${port}/${folder}`, folder, env: clients, ...running };
}

/** The practice door, over plain http. */
export async function httpDoor(
  t: TestContext,
  options: Partial<DoorOptions> = {},
): Promise<StorageServer & { readonly door: PracticeTapeDoor }> {
  const folder = await temporary(t);
  const door = await setDoor(t, 0, { folder, ...options });
  return {
    name: 'WebDAV',
    url: `${door.url.replace(/^http/, 'dav')}/data`,
    folder: join(folder, 'data'),
    env: clients,
    stop: () => door.stop(),
    start: () => Promise.reject(new Error('once only')),
    door,
  };
}
