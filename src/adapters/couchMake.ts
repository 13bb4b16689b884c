/**
 * The text of a new document with its attachments in base64, written while it is sent: a log of a gigabyte needs no
 * gigabyte here, and the document is there with all of its attachments or not at all.
 */
import type { Enclosed } from '../core/tokens/pool';

/** @param fields a JSON object as text */
export async function* documentText(fields: string, attachments: AsyncIterable<Enclosed>): AsyncGenerator<Uint8Array> {
  const open = fields.trimEnd().slice(0, -1).trimEnd();
  yield Buffer.from(`${open}${open.endsWith('{') ? '' : ','}"_attachments":{`);
  let comma = '';
  for await (const { name, contentType, content } of attachments) {
    yield Buffer.from(`${comma}${JSON.stringify(name)}:{"content_type":${JSON.stringify(contentType)},"data":"`);
    yield* base64(content);
    yield Buffer.from('"}');
    comma = ',';
  }
  yield Buffer.from('}}');
}

/** Three bytes make four letters: what is left over waits for the next part. */
async function* base64(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const part of content) {
    const bytes = Buffer.concat([rest, part]);
    const whole = bytes.length - (bytes.length % 3);
    rest = bytes.subarray(whole);
    if (whole > 0) yield Buffer.from(bytes.toString('base64', 0, whole), 'latin1');
  }
  if (rest.length > 0) yield Buffer.from(rest.toString('base64'), 'latin1');
}
