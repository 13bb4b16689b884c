/**
 * What the grid's own tools say when something is wrong, put into sentences: gfal2 by its errno and text, voms-proxy-* by text.
 * Texts and codes as gfal2 2.21, its SRM, HTTP, GridFTP and XRootD plugins and the VOMS clients 2 and 3 print them. The same
 * trouble has another code with each protocol, and code 2 may mean a missing proxy: the text goes first.
 */
import { GridError, type ErrorKind } from '../errors';
import { redact } from '../redact';
import type { Locality } from './locality';

/** An errno of gfal2 with its message; 0 for a failure that is none of gfal2's, such as an exception in Python. */
export interface Complaint {
  readonly code: number;
  readonly text: string;
}

type Meaning = readonly [pattern: RegExp, kind: ErrorKind, message: string, hint: string];

const renew = 'Make a new proxy with voms-proxy-init.';

/** Texts of credentials, whatever tool says them. The first that fits counts. */
const credentials: readonly Meaning[] = [
  [
    /proxy credential.*expired|certificate has expired|proxy is not valid|credential.*has expired/i,
    'expired',
    'The grid proxy has run out.',
    renew,
  ],
  [/not valid for the specified period/i, 'expired', 'The grid proxy ends too soon.', renew],
  [
    /proxy not found|couldn'?t find a valid proxy|could not find or use a credential|could not open the user certificate|no (valid )?proxy/i,
    'auth',
    'There is no grid proxy.',
    renew,
  ],
  [
    /too permissive|permissions on .*(proxy|x509up)/i,
    'forbidden',
    'Others can read the grid proxy, so it is not used.',
    'Take their rights away (chmod 600).',
  ],
  [
    /no voms attributes/i,
    'auth',
    'The grid proxy has no attributes of a VO.',
    'Make a new one with voms-proxy-init --voms and the name of the VO.',
  ],
  [/voms server for (\S+) not known/i, 'toolFailed', 'This machine does not know the server of the VO.', 'Ask for its vomses file.'],
  [
    /sign (the )?aup|acceptable use/i,
    'auth',
    'The VO wants its rules of use to be accepted again.',
    "Accept them on the VO's own web page.",
  ],
  [
    /server answer was incorrectly formatted/i,
    'auth',
    'The VO server gave no attributes: its rules of use may have to be accepted again, or the certificate has run out.',
    "Look at the VO's own web page.",
  ],
  [
    /certificate verify failed|issuer is not trusted|certificate verification failed|self.signed certificate/i,
    'tls',
    'The two sides do not trust each other: the proxy may have run out, or the authorities on this machine are out of date.',
    'Check the proxy first, then /etc/grid-security/certificates.',
  ],
  [
    /authentication failed|gss major status|cgsi-gsoap|ssl handshake/i,
    'auth',
    'The storage did not accept the grid proxy: it is missing, has run out, or is of another VO.',
    renew,
  ],
  [
    /login incorrect|http 401|\b401\b.*unauthori[sz]ed|bad credential/i,
    'auth',
    'The storage does not know who asks.',
    'Sign in with a proxy or token of this VO.',
  ],
];

const noSpace = 'Free space there, or choose another folder.';

/** By errno, where the text says nothing of credentials. */
const codes: Readonly<Record<number, readonly [ErrorKind, string, string?]>> = {
  1: ['forbidden', 'The storage does not allow this.', 'Check the path, and the VO of the proxy.'],
  2: ['notFound', 'There is no such file.'],
  4: ['cancelled', 'It was cancelled.'],
  5: ['unreachable', 'The storage failed.', 'Try again later.'],
  11: ['unreachable', 'The storage is busy.', 'Try again later.'],
  13: ['forbidden', 'The storage does not allow this.', 'Check the path, and the VO of the proxy.'],
  17: ['conflict', 'There is a file of this name already.'],
  20: ['rejected', 'A part of the path is no folder.'],
  21: ['rejected', 'This is a folder.'],
  22: ['rejected', 'The storage cannot be asked like this.'],
  28: ['toolFailed', 'The storage is full.', noSpace],
  38: ['rejected', 'This door cannot do that.'],
  39: ['rejected', 'The folder is not empty.'],
  42: ['notFound', 'There is no such file.'],
  61: ['rejected', 'The storage does not tell where this file is.'],
  70: ['unreachable', 'The storage does not answer.', 'Try again later; if it stays like this, look for announcements of maintenance.'],
  93: ['rejected', 'This kind of address cannot be asked that.', 'Use the srm or https form of the link.'],
  95: ['rejected', 'This door cannot do that.'],
  101: ['unreachable', 'There is no way from this machine to the storage.', 'Check the network, the VPN and the firewall.'],
  110: ['timeout', 'The storage gave no answer in time.', 'It may be busy. Try again in some minutes.'],
  111: [
    'unreachable',
    'The storage refused the connection.',
    'Try again later; if it stays like this, look for announcements of maintenance.',
  ],
  112: ['unreachable', 'The storage cannot be reached.', 'Try again later; if it stays like this, look for announcements of maintenance.'],
  113: ['unreachable', 'The address of the storage is not known to the network.', 'Check the link and the connection of this machine.'],
  122: ['toolFailed', 'The share of this account on the storage is used up.', noSpace],
  125: ['cancelled', 'It was cancelled.'],
};

/** The sentence for what gfal2 said. Its own words stand in the sentence where ours do not cover them, and always in `cause`. */
export function gfalError({ code, text }: Complaint): GridError {
  const cause = { code, text: redact(text) };
  const said = meaningOf(text);
  if (said !== undefined) return new GridError(said[1], said[2], { hint: said[3], cause });
  if (/http 403|permission refused/i.test(text))
    return new GridError('forbidden', 'The storage does not allow this.', { hint: 'Check the path, and the VO of the proxy.', cause });
  // Each protocol has another code for it.
  if (/no space left|not enough space|insufficient (storage|space)|http 507/i.test(text))
    return new GridError('toolFailed', 'The storage is full.', { hint: noSpace, cause });
  const known = codes[code];
  if (known === undefined)
    return new GridError('toolFailed', code === 0 ? `gfal2 failed: ${plain(text)}.` : `gfal2 failed (${code}): ${plain(text)}.`, { cause });
  const [kind, message, hint] = known;
  return new GridError(kind, message, { ...(hint === undefined ? {} : { hint }), cause });
}

/** The sentence for what a tool about proxies printed; undefined for a text that tells of no trouble we know. */
export function proxyComplaint(text: string): GridError | undefined {
  const said = meaningOf(text);
  return said === undefined ? undefined : new GridError(said[1], said[2], { hint: said[3], cause: { text: redact(text) } });
}

function meaningOf(text: string): Meaning | undefined {
  return credentials.find(([pattern]) => pattern.test(text));
}

/** Over https gfal2 tells some localities as errors; the word stands in the text. */
export function localityInComplaint({ text }: Complaint): Locality | undefined {
  const [, word] = /File locality reported as (LOST|NONE|UNAVAILABLE)\b/.exec(text) ?? [];
  return word as Locality | undefined;
}

const downCodes: ReadonlySet<number> = new Set([70, 101, 110, 111, 112, 113]);

/** Whether a complaint is about the host, so that its other files need hardly be asked about. */
export function isHostDown({ code, text }: Complaint): boolean {
  return downCodes.has(code) || meaningOf(text)?.[1] === 'tls';
}

/** `gfal-CMD error: N (words) - message`, as the gfal commands print it on standard error; undefined for anything else. */
export function readComplaint(printed: string): Complaint | undefined {
  const [, code, text = ''] = /^gfal-[a-z-]+ error: (\d+) \([^)]*\) - (.*)$/ms.exec(printed) ?? [];
  if (code !== undefined) return { code: Number(code), text: text.trim() };
  return /timed out after \d+ seconds/i.test(printed) ? { code: 110, text: printed.trim() } : undefined;
}

function plain(text: string): string {
  const clean = redact(text)
    .replace(/\s+/g, ' ')
    .replace(/[.!\s]+$/, '')
    .trim();
  return clean === '' ? 'without a reason' : clean.slice(0, 300);
}
