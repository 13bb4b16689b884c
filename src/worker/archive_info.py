"""Where many files of one https door are, by its tape API (WLCG Tape REST API v1, `archiveinfo`).

gfal2 asks the same question, about one file a call. Whatever goes wrong here is left to gfal2: the caller asks it about every
file that has no answer. Python 3.6, standard library.
"""

import json
import os
import re
import ssl
import threading
import urllib.error
import urllib.parse
import urllib.request

SCHEMES = {'http': 'http', 'dav': 'http', 'https': 'https', 'davs': 'https'}
# https://github.com/wlcg-storage/wlcg-tape-rest-api; the words of gfal2's attribute user.status, which are those of SRM.
LOCALITIES = {
    'DISK': 'ONLINE',
    'TAPE': 'NEARLINE',
    'DISK_AND_TAPE': 'ONLINE_AND_NEARLINE',
    'LOST': 'LOST',
    'NONE': 'NONE',
    'UNAVAILABLE': 'UNAVAILABLE',
}
# Names that no two programs escape in different ways.
PLAIN = re.compile(r'/[A-Za-z0-9._~+=,@-]+(?:/[A-Za-z0-9._~+=,@-]+)*\Z')
LARGEST = 64 * 1024 * 1024


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A token must not follow to another host."""

    def redirect_request(self, *_):
        return None


class Door:
    def __init__(self):
        self.lock = threading.Lock()
        self.asked = False
        self.endpoint = None


class ArchiveInfo:
    def __init__(self, tokens):
        """`tokens`: bearer tokens by host name."""
        self.tokens = tokens
        self.lock = threading.Lock()
        self.doors = {}

    def ask(self, urls, seconds):
        """What user.status would be for each URL, None where gfal2 has to be asked. All URLs are of one door."""
        parts = [urllib.parse.urlsplit(url) for url in urls]
        door = (SCHEMES[parts[0].scheme], parts[0].netloc)
        if any((SCHEMES.get(part.scheme), part.netloc) != door for part in parts):
            raise ValueError('URLs of several doors')
        paths = [part.path if PLAIN.match(part.path) and not part.query else None for part in parts]
        token = self.tokens.get(host_of(door))
        endpoint = self.endpoint(door, token, seconds)
        wanted = sorted({path for path in paths if path})
        if endpoint is None or not wanted:
            return [None] * len(urls)
        found = {}
        for row in call(endpoint + '/archiveinfo', token, seconds, {'paths': wanted}):
            found[row.get('path')] = LOCALITIES.get(row.get('locality'))
        return [found.get(path) for path in paths]

    def endpoint(self, door, token, seconds):
        """The root of the tape API; None for a door without one, or with one elsewhere."""
        with self.lock:
            known = self.doors.setdefault(door, Door())
        with known.lock:
            if not known.asked:
                known.endpoint = discover(door, token, seconds)
                known.asked = True
            return known.endpoint


def discover(door, token, seconds):
    try:
        told = call('%s://%s/.well-known/wlcg-tape-rest-api' % door, token, seconds)
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise
    for each in told.get('endpoints') or ():
        uri = urllib.parse.urlsplit(str(each.get('uri')))
        if each.get('version') == 'v1' and is_same_site(host_of(door), uri.hostname or '') and uri.scheme in (door[0], 'https'):
            return uri.geturl().rstrip('/')
    return None


def call(url, token, seconds, body=None):
    request = urllib.request.Request(url, None if body is None else json.dumps(body).encode('ascii'))
    request.add_header('Accept', 'application/json')
    if body is not None:
        request.add_header('Content-Type', 'application/json')
    if token is not None:
        request.add_header('Authorization', 'Bearer ' + token)
    handlers = [NoRedirect()]
    if url.startswith('https:'):
        handlers.append(urllib.request.HTTPSHandler(context=grid_tls(token is None)))
    with urllib.request.build_opener(*handlers).open(request, timeout=seconds) as answer:
        return json.loads(answer.read(LARGEST).decode('utf-8'))


def host_of(door):
    return urllib.parse.urlsplit('//' + door[1]).hostname


def is_same_site(door, other):
    """The same host, or one beside it in the same domain: dCache's frontend is often another than its WebDAV door."""
    domain = door.split('.')[1:]
    return other == door or (len(domain) > 1 and not domain[-1].isdigit() and other.endswith('.' + '.'.join(domain)))


def grid_tls(with_proxy):
    """Trusts the authorities of the grid and of the system; signs in with the grid proxy where there is one."""
    context = ssl.create_default_context()
    authorities = os.environ.get('X509_CERT_DIR') or '/etc/grid-security/certificates'
    if os.path.isdir(authorities):
        context.load_verify_locations(capath=authorities)
    proxy = os.environ.get('X509_USER_PROXY') or '/tmp/x509up_u%d' % os.getuid()
    if with_proxy and os.path.isfile(proxy):
        context.load_cert_chain(proxy)
    return context
