/** The WebDAV side of the practice door: a folder, with files that must be recalled before they can be read. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { TapeStore } from './tapeDoorStore';

export const davMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'MKCOL', 'PROPFIND', 'MOVE', 'OPTIONS']);

/** Carries out a call of WebDAV. `path` is decoded and begins with a slash. */
export async function answerDav(store: TapeStore, path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const status = await act(store, path, request, response);
  if (status !== undefined) response.writeHead(status, { 'content-length': 0 }).end();
}

/** The status to answer with; undefined when the answer has been given. */
async function act(store: TapeStore, path: string, request: IncomingMessage, response: ServerResponse): Promise<number | undefined> {
  const file = store.file(path);
  switch (request.method) {
    case 'OPTIONS':
      response.writeHead(200, { dav: '1', allow: [...davMethods].join(', '), 'content-length': 0 }).end();
      return undefined;
    case 'GET':
      return read(store, path, request, response);
    case 'HEAD':
      return head(store, path, request, response);
    case 'PROPFIND':
      return list(store, path, request, response);
    case 'MKCOL':
      return mkdir(file).then(
        () => 201,
        (error: NodeJS.ErrnoException) => (error.code === 'EEXIST' ? 405 : 409),
      );
    case 'PUT':
      if (!(await isFolder(dirname(file)))) return 409;
      await pipeline(request, createWriteStream(file));
      store.written(path);
      return 201;
    case 'DELETE':
      if (!(await exists(store, path))) return 404;
      await rm(file, { recursive: true, force: true });
      store.removed(path);
      return 204;
    case 'MOVE': {
      const target = URL.canParse(String(request.headers.destination)) ? new URL(String(request.headers.destination)).pathname : '';
      if (target === '' || !(await exists(store, path))) return target === '' ? 400 : 404;
      await rename(file, store.file(decodeURIComponent(target)));
      store.moved(path, decodeURIComponent(target));
      return 201;
    }
    default:
      return 405;
  }
}

/** A file on tape is recalled by being read: the reader waits, and the store remembers that nobody had asked for it. */
async function read(store: TapeStore, path: string, request: IncomingMessage, response: ServerResponse): Promise<number | undefined> {
  if (await isFolder(store.file(path))) return 405;
  if ((await store.wordOf(path)) === 'TAPE') {
    store.opened.push(path);
    await store.make('', 'STAGE', new Map([[path, 3_600_000]]));
    while ((await store.wordOf(path)) === 'TAPE' && !response.destroyed) {
      await wait(50);
      store.settle();
    }
  }
  const size = await store.size(path);
  if (size === undefined) return 404;
  const word = await store.wordOf(path);
  if (word === 'LOST' || word === 'UNAVAILABLE') return 500;
  if (store.isMade(path)) {
    response.writeHead(200, { 'content-length': size }).end(Buffer.alloc(size));
    return undefined;
  }
  const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const range =
    request.headers.range === undefined ? undefined : { start: Number(from), end: Math.min(to === '' ? size - 1 : Number(to), size - 1) };
  if (range === undefined) response.writeHead(200, { 'content-length': size });
  else
    response.writeHead(206, {
      'content-length': range.end - range.start + 1,
      'content-range': `bytes ${range.start}-${range.end}/${size}`,
    });
  await pipeline(createReadStream(store.file(path), range), response);
  return undefined;
}

async function head(store: TapeStore, path: string, request: IncomingMessage, response: ServerResponse): Promise<number | undefined> {
  const size = await store.size(path);
  if (size === undefined && !(await isFolder(store.file(path)))) return 404;
  // The sum is kept with the file's name, so that asking for it recalls nothing.
  const digest =
    size === undefined || store.isMade(path) ? undefined : await digestOf(store.file(path), String(request.headers['want-digest'] ?? ''));
  response.writeHead(200, { 'content-length': size ?? 0, ...(digest === undefined ? {} : { digest }) }).end();
  return undefined;
}

async function digestOf(file: string, wanted: string): Promise<string | undefined> {
  if (/adler32/i.test(wanted))
    return `adler32=${adler32(await readFile(file))
      .toString(16)
      .padStart(8, '0')}`;
  if (/md5/i.test(wanted))
    return `md5=${createHash('md5')
      .update(await readFile(file))
      .digest('base64')}`;
  return undefined;
}

/** RFC 1950. */
export function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return ((b << 16) | a) >>> 0;
}

async function list(store: TapeStore, path: string, request: IncomingMessage, response: ServerResponse): Promise<number | undefined> {
  const folder = await isFolder(store.file(path));
  if (!folder && (await store.size(path)) === undefined) return 404;
  const rows = [await row(store, path)];
  if (folder && request.headers.depth !== '0') {
    for (const name of (await readdir(store.file(path))).sort()) rows.push(await row(store, `${path.replace(/\/$/, '')}/${name}`));
  }
  const text = `<?xml version="1.0" encoding="utf-8"?>\n<D:multistatus xmlns:D="DAV:">\n${rows.join('')}</D:multistatus>\n`;
  response.writeHead(207, { 'content-type': 'application/xml; charset=utf-8', 'content-length': Buffer.byteLength(text) }).end(text);
  return undefined;
}

async function row(store: TapeStore, path: string): Promise<string> {
  const found = await stat(store.file(path)).catch(() => undefined);
  const isDirectory = found?.isDirectory() === true;
  const modified = (found?.mtime ?? new Date(0)).toUTCString();
  const type = isDirectory ? '<D:resourcetype><D:collection/></D:resourcetype>' : '<D:resourcetype/>';
  const size = isDirectory ? '' : `<D:getcontentlength>${(await store.size(path)) ?? 0}</D:getcontentlength>`;
  const href = path.split('/').map(encodeURIComponent).join('/') + (isDirectory && !path.endsWith('/') ? '/' : '');
  return (
    `<D:response><D:href>${href}</D:href><D:propstat><D:prop>${type}${size}<D:getlastmodified>${modified}</D:getlastmodified>` +
    '</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>\n'
  );
}

async function exists(store: TapeStore, path: string): Promise<boolean> {
  return (await store.size(path)) !== undefined || (await isFolder(store.file(path)));
}

async function isFolder(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined))?.isDirectory() === true;
}
