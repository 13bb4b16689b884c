/**
 * Names of files made from ids and attachment names, which hold anything: `17/11/2026_12:00:00_logs_out`, `..`, 😀. The
 * true name always stands in the document; a file's name is for people and file systems.
 */

/** Bytes of a name that every file system takes, with room for what is added to it. */
const longest = 180;

/**
 * A name inside an archive: percent-encoded, so that different names stay different and nothing is a path.
 * A long one is cut, and a number made of the whole tells it from others.
 */
export function entryName(name: string): string {
  const encoded = [...new TextEncoder().encode(name)].map((byte, index) => entryByte(byte, index === 0)).join('');
  if (encoded === '') return '%';
  return encoded.length <= longest ? encoded : `${encoded.slice(0, longest).replace(/%.?$/, '')}~${hashOf(name)}`;
}

function entryByte(byte: number, first: boolean): string {
  const plain = /[A-Za-z0-9_-]/.test(String.fromCharCode(byte)) || (byte === 0x2e && !first);
  return plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/**
 * A name in a folder of downloads: as it is where a file system takes it, with `_` for what it does not.
 * @param distinct whether a name that had to be changed gets a number, so that no other name becomes the same
 */
export function fileName(name: string, distinct = false): string {
  const plain = name
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u001f\u007f/\\:*?"<>|]/g, '_')
    .replace(/^[. ]+|[. ]+$/g, (dots) => '_'.repeat(dots.length))
    // Devices of Windows, whatever comes after the dot.
    .replace(/^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i, '_$1');
  const safe = cut(plain === '' ? '_' : plain);
  return distinct && safe !== name ? `${safe}~${hashOf(name)}` : safe;
}

/** The end of a name tells what it is, so its middle goes. */
function cut(name: string): string {
  const bytes = new TextEncoder().encode(name);
  // Half a character becomes the sign for one that is not known.
  if (bytes.length <= longest) return new TextDecoder().decode(bytes);
  const part = (from: number, to?: number): string => new TextDecoder().decode(bytes.slice(from, to)).replace(/\uFFFD/g, '');
  return `${part(0, longest - 60)}~${hashOf(name)}~${part(-40)}`;
}

/** FNV-1a of 32 bits, in hexadecimal: tells names apart, protects nothing. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
