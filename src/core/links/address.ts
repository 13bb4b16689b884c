/** `/`, `?` or `#`: what ends host and port. */
export function isPathStart(code: number): boolean {
  return code === 47 || code === 63 || code === 35;
}

/** Whether a parameter name (given in lower case) stands at this offset. */
export function isParameter(text: string, at: number, name: string): boolean {
  return text.startsWith(name, at) || text.slice(at, at + name.length).toLowerCase() === name;
}

/** Percent-decoded up to the next parameter; as it stands when the encoding is broken. */
export function decode(value: string): string {
  const and = value.indexOf('&');
  const text = and < 0 ? value : value.slice(0, and);
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
