/**
 * Takes secrets out of a text before it is logged or shown. A last line of defence: nothing should hand a secret over
 * in the first place.
 */
const rules: readonly (readonly [RegExp, string])[] = [
  // https://user:password@host; the user may stay, the password may hold anything but white space and a slash.
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/]*@/gi, '$1:[redacted]@'],
  [/\b(authorization\s*[:=]\s*)(?:(?:basic|bearer|token)\s+)?[^\s,;"']+/gi, '$1[redacted]'],
  [/\b(basic|bearer|token)\s+[A-Za-z0-9+/_=.-]{12,}/gi, '$1 [redacted]'],
  [/\b((?:authz|access_token|api_token|database_password|password|passwd|pwd)\s*[=:]\s*)[^\s&"']+/gi, '$1[redacted]'],
  [/\b(cookie\s*:\s*)[^\r\n]+/gi, '$1[redacted]'],
  // A macaroon in its text form starts with the hex length of its first packet, in base64 "MDAx".
  [/\bMDAx[A-Za-z0-9+/_=-]{16,}/g, '[redacted]'],
  [/-----BEGIN [A-Z ]+-----[\s\S]*?-----END [A-Z ]+-----/g, '[redacted]'],
];

/** The text without passwords, tokens, macaroons, cookies and PEM blocks. */
export function redact(text: string): string {
  return rules.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), text);
}
