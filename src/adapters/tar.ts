/**
 * The tar format as far as archives of ours need it: regular files and symbolic links, POSIX ustar with pax records for names
 * that are long or not ASCII and for sizes above 8 GB. What other programs add (folders, hard links) is told by its type and
 * skipped by whoever reads. The library for it (tar-stream) is 40 kB of code with its streams; this is a tenth of that.
 * Source: POSIX.1-2017, pax, "ustar Interchange Format" and "pax Header Block".
 */
import { GridError } from '../core/errors';

const block = 512;
/** Largest size that twelve octal digits hold. */
const mostOctal = 0o77777777777;

export interface TarFile {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Permissions; 0644 when absent. */
  readonly mode?: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** Where a symbolic link leads; its size is 0 then. */
  readonly link?: string;
}

export interface TarEntry {
  readonly name: string;
  readonly size: number;
  /** '0' for a regular file, '2' for a link. */
  readonly type: string;
  readonly executable: boolean;
  /** Where a link leads; '' for what is none. */
  readonly link: string;
  /** Can be read until the next entry is asked for; what is left is skipped. */
  readonly content: AsyncIterable<Uint8Array>;
}

/** A name that the header itself can hold. */
const plain = /^[\x20-\x7e]{1,100}$/;

/** What stands before the content of a file. */
export function tarHeader({ name, size, mode = 0o644, mtime, link }: TarFile): Uint8Array {
  const pax: string[] = [];
  const fits = plain.test(name);
  if (!fits) pax.push(paxRecord('path', name));
  if (link !== undefined && !plain.test(link)) pax.push(paxRecord('linkpath', link));
  if (size > mostOctal) pax.push(paxRecord('size', String(size)));
  const own = headerBlock(fits ? name : asciiOf(name), Math.min(size, mostOctal), mode, mtime, link === undefined ? '0' : '2', link);
  if (pax.length === 0) return own;
  const records = Buffer.from(pax.join(''), 'utf8');
  return Buffer.concat([headerBlock('PaxHeader', records.length, 0o644, mtime, 'x'), records, tarPadding(records.length), own]);
}

/** What stands after a content of this size. */
export function tarPadding(size: number): Uint8Array {
  return new Uint8Array((block - (size % block)) % block);
}

/** What ends an archive. */
export function tarEnd(): Uint8Array {
  return new Uint8Array(2 * block);
}

/** "31 path=…\n": its length counts itself. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  let length = bytes + 1;
  while (bytes + String(length).length !== length) length++;
  return `${length}${rest}`;
}

/** For readers that know no pax. */
function asciiOf(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, '_').slice(-100);
}

function headerBlock(name: string, size: number, mode: number, mtime: number, type: string, link = ''): Uint8Array {
  const bytes = Buffer.alloc(block);
  bytes.write(name, 0, 100, 'latin1');
  const octal = (value: number, at: number, digits: number): void => {
    bytes.write(`${Math.floor(value).toString(8).padStart(digits, '0')}\0`, at, 'latin1');
  };
  octal(mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size, 124, 11);
  octal(Math.max(0, mtime), 136, 11);
  bytes.write(type, 156, 'latin1');
  bytes.write(asciiOf(link), 157, 100, 'latin1');
  bytes.write('ustar\0' + '00', 257, 'latin1');
  bytes.write(`${checksum(bytes).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return bytes;
}

/** The sum of the header's bytes, its own field counted as blanks. */
function checksum(header: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < block; at++) sum += at >= 148 && at < 156 ? 0x20 : (header[at] ?? 0);
  return sum;
}

/** The stream is no tar, or ends in the middle of one. */
function damaged(detail: 'breaks off' | 'is damaged'): GridError {
  return new GridError('malformed', `The archive ${detail}.`, { hint: 'Copy it again from where it was written.', cause: { tar: detail } });
}

/** Whether an error of {@link readTar} says that the archive ends too early. */
export function isBrokenOff({ cause }: GridError): boolean {
  return typeof cause === 'object' && cause !== null && 'tar' in cause && cause.tar === 'breaks off';
}

/** Records that say more of the next file; their content is read whole. */
const mostRecords = 1_000_000;

/** Files of an archive in their order. @throws GridError `malformed` for what is no tar, or half of one */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const input = new Input(source);
  let more: Readonly<Record<string, string>> = {};
  for (;;) {
    const header = await input.take(block);
    if (header.every((byte) => byte === 0)) {
      await input.drain();
      return;
    }
    const { name, size: stated, type, executable, link } = readHeader(header);
    if (type === 'x' || type === 'L' || type === 'g') {
      if (stated > mostRecords) throw damaged('is damaged');
      const content = Buffer.from(await input.take(stated));
      await input.take(tarPadding(stated).length);
      // What holds for all files (`g`) is of no concern here.
      if (type === 'x') more = { ...more, ...paxRecords(content) };
      else if (type === 'L') more = { ...more, path: content.toString('utf8').replace(/\0+$/, '') };
      continue;
    }
    const size = more.size === undefined ? stated : Number(more.size);
    if (!Number.isSafeInteger(size) || size < 0) throw damaged('is damaged');
    const rest = { left: size };
    // Whoever begins again goes on where the last reader left.
    const content = { [Symbol.asyncIterator]: () => input.parts(rest) };
    yield { name: more.path ?? name, size, type, executable, link: more.linkpath ?? link, content };
    more = {};
    await input.skip(rest.left + tarPadding(size).length);
  }
}

function readHeader(header: Uint8Array): Omit<TarEntry, 'content'> {
  const text = (at: number, length: number): string =>
    Buffer.from(header.subarray(at, at + length))
      .toString('utf8')
      .replace(/\0[\s\S]*$/, '');
  const octal = (at: number, length: number): number => parseInt(text(at, length).trim() || '0', 8);
  if (octal(148, 8) !== checksum(header)) throw damaged('is damaged');
  const prefix = text(257, 5) === 'ustar' ? text(345, 155) : '';
  const size = octal(124, 12);
  if (!Number.isSafeInteger(size) || size < 0) throw damaged('is damaged');
  const name = `${prefix === '' ? '' : `${prefix}/`}${text(0, 100)}`;
  return { name, size, type: text(156, 1) || '0', executable: (octal(100, 8) & 0o111) !== 0, link: text(157, 100) };
}

function paxRecords(content: Buffer): Record<string, string> {
  const records: Record<string, string> = {};
  for (let at = 0; at < content.length;) {
    const blank = content.indexOf(0x20, at);
    const length = Number(content.toString('latin1', at, blank));
    if (blank < 0 || !Number.isInteger(length) || length <= 0) throw damaged('is damaged');
    const record = content.toString('utf8', blank + 1, at + length - 1);
    const sign = record.indexOf('=');
    records[record.slice(0, Math.max(0, sign))] = record.slice(sign + 1);
    at += length;
  }
  return records;
}

/** Bytes of a stream, as many as are wanted at a time. */
class Input {
  readonly #source: AsyncIterator<Uint8Array, void>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, void>;
  }

  async take(length: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for await (const part of this.parts({ left: length })) parts.push(part);
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  }

  async skip(length: number): Promise<void> {
    const rest = { left: length };
    const parts = this.parts(rest);
    while (rest.left > 0) await parts.next();
  }

  /** To its end: what packs the archive checks itself there. */
  async drain(): Promise<void> {
    while ((await this.#source.next()).done !== true);
  }

  /** @param rest counts down, so that what a reader leaves can be skipped */
  async *parts(rest: { left: number }): AsyncGenerator<Uint8Array, void, undefined> {
    while (rest.left > 0) {
      if (this.#rest.length === 0) {
        const { done, value } = await this.#source.next();
        if (done === true) throw damaged('breaks off');
        this.#rest = value;
        continue;
      }
      const part = this.#rest.subarray(0, rest.left);
      this.#rest = this.#rest.subarray(part.length);
      rest.left -= part.length;
      yield part;
    }
  }
}
