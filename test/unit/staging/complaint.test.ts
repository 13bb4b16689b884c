/** What the grid's tools print, as captured from gfal2 2.21, voms-clients 2 and 3, and what a person reads. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gfalError, isHostDown, localityInComplaint, proxyComplaint, readComplaint } from '../../../src/core/staging/complaint';

const captured: readonly (readonly [code: number, text: string, kind: string, sentence: RegExp])[] = [
  [2, 'errno reported by local system call No such file or directory', 'notFound', /^There is no such file/],
  [2, 'Result HTTP 404 : File not found  after 1 attempts', 'notFound', /^There is no such file/],
  [2, 'Could not open the user certificate', 'auth', /^There is no grid proxy/],
  [42, '[Tape REST API] No such file or directory: /data/absent', 'notFound', /^There is no such file/],
  [1, 'Result HTTP 403 : Permission refused  after 1 attempts', 'forbidden', /does not allow this/],
  [13, 'Result (Neon): Could not authenticate to server, HTTP 401 unauthorized', 'auth', /does not know who asks/],
  [13, '530 Login incorrect. : User was mapped as root but root is not allowed.', 'auth', /does not know who asks/],
  [13, 'globus_xio: certificate has expired: Credential with subject /C=NL/CN=12 has expired.', 'expired', /has run out/],
  [
    70,
    'srm-ifce err: Communication error on send, err: [SE][BringOnline][] httpg://srm.example.org:8443/srm/managerv2: CGSI-gSOAP running on host reports Error initializing context GSS Major Status: Authentication Failed',
    'auth',
    /did not accept the grid proxy/,
  ],
  [70, 'CGSI-gSOAP: GSS Major Status: General failure. Could not find or use a credential', 'auth', /^There is no grid proxy/],
  [70, 'CGSI-gSOAP: SSL handshake problems: certificate verify failed', 'tls', /do not trust each other/],
  [
    70,
    'srm-ifce err: Communication error on send, err: [SE][Ls][] httpg://h:8443/srm/managerv2: connection refused',
    'unreachable',
    /does not answer/,
  ],
  [112, 'Result Could not connect to server after 1 attempts', 'unreachable', /cannot be reached/],
  [112, 'Result Server certificate verification failed: issuer is not trusted', 'tls', /do not trust each other/],
  [113, 'Result Domain name resolution failed', 'unreachable', /not known to the network/],
  [110, 'Command timed out after 1 seconds!', 'timeout', /no answer in time/],
  [93, 'Protocol not supported or path/url invalid: file:///x', 'rejected', /cannot be asked that/],
  [61, 'Failed to retrieve xattr user.status', 'rejected', /does not tell where/],
  [0, 'RuntimeError: basic_string: construction from null', 'toolFailed', /^gfal2 failed: RuntimeError/],
  [12345, 'something new with password=hunter2 in it!', 'toolFailed', /\(12345\): something new with password=\[redacted\] in it\.$/],
];

test('each captured complaint has its kind and its sentence; the tool’s own words are kept for the log', () => {
  for (const [code, text, kind, sentence] of captured) {
    const error = gfalError({ code, text });
    assert.equal(error.kind, kind, text);
    assert.match(error.sentence, sentence, text);
    assert.match(error.message, /\.$/);
    assert.ok(!JSON.stringify(error.cause).includes('hunter2'));
    assert.ok(error.cause !== undefined);
  }
});

test('which complaints are about the host', () => {
  const down = captured.filter(([code, text]) => isHostDown({ code, text })).map(([code]) => code);
  assert.deepEqual(down, [70, 70, 70, 70, 112, 112, 113, 110]);
});

test('over https a locality may come as an error', () => {
  for (const word of ['LOST', 'NONE', 'UNAVAILABLE'] as const) {
    assert.equal(localityInComplaint({ code: 2, text: `[Tape REST API] File locality reported as ${word} (path=/data/f)` }), word);
  }
  assert.equal(localityInComplaint({ code: 2, text: 'a folder called LOST' }), undefined);
});

test('the line of a gfal command is read, and nothing else is', () => {
  assert.deepEqual(readComplaint('gfal-xattr error: 42 (No message of desired type) - [Tape REST API] No such file\n'), {
    code: 42,
    text: '[Tape REST API] No such file',
  });
  assert.deepEqual(readComplaint('WARNING: x\ngfal-stat error: 70 (Communication error on send) - a\nb\n'), { code: 70, text: 'a\nb' });
  assert.equal(readComplaint('Command timed out after 1800 seconds!')?.code, 110);
  for (const other of ['', 'usage: gfal-xattr [-h]', 'Traceback (most recent call last):']) assert.equal(readComplaint(other), undefined);
});

test('what the VOMS clients print', () => {
  const said: readonly (readonly [string, string])[] = [
    ['Proxy not found: /tmp/x509up_u1000 (No such file or directory)', 'auth'],
    ["Couldn't find a valid proxy.", 'auth'],
    ['The current proxy is not valid: certificate expired', 'expired'],
    ['Proxy not valid for the specified period', 'expired'],
    ['No VOMS attributes found!', 'auth'],
    ['VOMS Server for lofar not known!', 'toolFailed'],
    ['Error: lofar: User needs to sign AUP', 'auth'],
    ['Server Answer was incorrectly formatted.', 'auth'],
    ['ERROR: the proxy file is too permissive. Maximum allowable permissions are 600', 'forbidden'],
  ];
  for (const [text, kind] of said) {
    assert.equal(proxyComplaint(text)?.kind, kind, text);
    assert.match(proxyComplaint(text)?.hint ?? '', /\.$/);
  }
  assert.equal(proxyComplaint('timeleft : 11:59:59'), undefined);
});
