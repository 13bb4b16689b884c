/** Whether a text is obviously a token document: a local copy of one, say. */

/** The fields that tell it from step configuration and from everything else in JSON. */
const signs = [/^[\ufeff\s]*\{/, /"_id"\s*:\s*"/, /"type"\s*:\s*"/, /"lock"\s*:\s*-?\d/, /"done"\s*:\s*-?\d/];

/** @param head the first 4 kB */
export function looksLikeToken(head: string): boolean {
  return signs.every((sign) => sign.test(head));
}
