/** The path in a link's name space: of a download address that of the srm link in it, of srm what `SFN=` names. Never throws. */
export function pathOfLink(link: string): string {
  const text = link.trim();
  const nested = /[?&]surl=(srm(?::|%3A).*)$/i.exec(text)?.[1];
  if (nested !== undefined) return pathOfLink(/^srm:/i.test(nested) ? nested : decoded(nested));
  const [, scheme = '', rest = text] = /^([a-z][a-z0-9+.-]*):\/\/[^/?#]*(.*)$/i.exec(text) ?? [];
  const path = /[?&]SFN=([^&]*)/i.exec(rest)?.[1] ?? rest;
  const plain = /^(https?|davs?)$/i.test(scheme) ? decoded(path.replace(/[?#].*$/, '')) : path;
  return `/${plain}`.replace(/^\/{2,}/, '/');
}

/** A name with percent signs that encode nothing stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
