/** ADLER32, the checksum that grid storage keeps of its files. Source: RFC 1950, section 8.2. */

const base = 65521;
/** So many bytes can be added up before the sums leave 32 bits. */
const most = 5552;

export class Adler32 {
  #low = 1;
  #high = 0;

  update(bytes: Uint8Array): void {
    let low = this.#low;
    let high = this.#high;
    const { length } = bytes;
    for (let at = 0; at < length;) {
      const end = Math.min(at + most, length);
      const even = end - ((end - at) & 7);
      // Eight at a time: the loop is what takes the time. Indices are below the length.
      for (; at < even; at += 8) {
        low += bytes[at] ?? 0;
        high += low;
        low += bytes[at + 1] ?? 0;
        high += low;
        low += bytes[at + 2] ?? 0;
        high += low;
        low += bytes[at + 3] ?? 0;
        high += low;
        low += bytes[at + 4] ?? 0;
        high += low;
        low += bytes[at + 5] ?? 0;
        high += low;
        low += bytes[at + 6] ?? 0;
        high += low;
        low += bytes[at + 7] ?? 0;
        high += low;
      }
      for (; at < end; at++) {
        low += bytes[at] ?? 0;
        high += low;
      }
      low %= base;
      high %= base;
    }
    this.#low = low;
    this.#high = high;
  }

  /** Eight hexadecimal digits, as gfal2 writes it. */
  digest(): string {
    return (((this.#high << 16) | this.#low) >>> 0).toString(16).padStart(8, '0');
  }
}
