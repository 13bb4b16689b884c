"""A stager made with Python's own XML-RPC server, which is what the real one is written in.

Reads one JSON line {"user", "password", "none"} on standard input, prints its port, serves until standard input ends.
With "none" it can put None into an answer; without, Python turns a None into a fault after the method has run.
"""

import base64
import json
import sys
import threading
from xmlrpc.server import SimpleXMLRPCRequestHandler, SimpleXMLRPCServer

given = json.loads(sys.stdin.readline())
expected = base64.b64encode(f"{given['user']}:{given['password']}".encode()).decode()


class Handler(SimpleXMLRPCRequestHandler):
    rpc_paths = ("/service-public/xmlrpc",)

    def do_POST(self):
        if self.headers.get("Authorization") == f"Basic {expected}":
            super().do_POST()
            return
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="LTA"')
        self.send_header("Content-Length", "0")
        self.end_headers()


class LtaStager:
    """Every second link is online at once; the calls that change something are written down."""

    def __init__(self):
        self.requests = {}
        self.calls = []

    def _dispatch(self, method, params):
        name = method.removeprefix("LtaStager.")
        if name not in ("add_getid", "getstatus", "abort", "getstagedurls", "gettoken", "reschedule", "getprogress", "getsrmstorageinfo"):
            raise LookupError(f'method "{method}" is not supported')
        return getattr(self, name)(*params)

    def add_getid(self, surls, send_notifications=True):
        number = 70001 + len(self.requests)
        self.requests[number] = surls
        self.calls.append(["add_getid", surls, send_notifications])
        return number

    def getstatus(self, number):
        return "in progress" if number in self.requests else None

    def abort(self, number):
        self.calls.append(["abort", number])
        del self.requests[number]

    def reschedule(self, number):
        self.calls.append(["reschedule", number])
        if number not in self.requests:
            raise ValueError(f"no request {number}")

    def getstagedurls(self, number):
        return self.requests[number][::2]

    def gettoken(self, number):
        return f"sara:-{number}"

    def getprogress(self):
        return {str(number): self.entry(surls) for number, surls in self.requests.items()} or None

    def entry(self, surls):
        done = len(surls[::2])
        return {
            "Status": "in progress",
            "User id": given["user"],
            "Location": "sara",
            "Flagged abort": "false",
            "File count": len(surls),
            "Files done": done,
            "Percent done": 100.0 * done / len(surls),
        }

    def getsrmstorageinfo(self):
        return {"sara": {"Free": 1.5}}



server = SimpleXMLRPCServer(("127.0.0.1", 0), Handler, logRequests=False, allow_none=given["none"])
stager = LtaStager()
server.register_instance(stager)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
for _ in sys.stdin:  # any line asks for the calls so far
    print(json.dumps(stager.calls), flush=True)
server.shutdown()
server.server_close()
