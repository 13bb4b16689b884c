"""Python's own XML-RPC client, as stager_access 1.x uses it: user and password stand in the URL.

Reads one JSON line {"url", "user", "password"} on standard input (secrets stay out of argv), then one line per call
[method, params], and answers each with one JSON line {"value"} or {"error", "code"}.
"""

import json
import sys
import urllib.parse
import xmlrpc.client


def connect(line):
    given = json.loads(line)
    parts = urllib.parse.urlsplit(given["url"])
    sign_in = ":".join(urllib.parse.quote(given[key], safe="") for key in ("user", "password"))
    return xmlrpc.client.ServerProxy(f"{parts.scheme}://{sign_in}@{parts.netloc}{parts.path}")


def call(proxy, method, params):
    try:
        return {"value": getattr(proxy.LtaStager, method)(*params)}
    except xmlrpc.client.Fault as fault:
        return {"error": fault.faultString, "code": fault.faultCode}
    except xmlrpc.client.ProtocolError as error:
        return {"error": error.errmsg, "code": error.errcode}


def main():
    proxy = connect(sys.stdin.readline())
    for line in sys.stdin:
        method, params = json.loads(line)
        print(json.dumps(call(proxy, method, params)), flush=True)


main()
