/** Content types by name, for files that become attachments. */

/**
 * Types of what pilots read and write; what is not here is handed over byte for byte. GRID_LRT 1 forces `text/plain` on
 * parsets, so that they open as text in a browser.
 */
const types: Readonly<Record<string, string>> = {
  txt: 'text/plain',
  parset: 'text/plain',
  cfg: 'text/plain',
  log: 'text/plain',
  out: 'text/plain',
  err: 'text/plain',
  sh: 'text/plain',
  py: 'text/plain',
  yaml: 'text/plain',
  yml: 'text/plain',
  srm: 'text/plain',
  csv: 'text/csv',
  html: 'text/html',
  json: 'application/json',
  xml: 'application/xml',
  pdf: 'application/pdf',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  svg: 'image/svg+xml',
  fits: 'application/fits',
  tar: 'application/x-tar',
  gz: 'application/gzip',
  tgz: 'application/gzip',
  zip: 'application/zip',
};

export function contentTypeOf(name: string): string {
  const ending = /\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase();
  if (ending !== undefined && Object.hasOwn(types, ending)) return types[ending] ?? 'application/octet-stream';
  return name === 'srm.txt' || /^srm_[^.]+$/.test(name) ? 'text/plain' : 'application/octet-stream';
}
