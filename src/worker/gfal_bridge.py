#!/usr/bin/env python3
"""One gfal2 context behind JSON lines, so that ten thousand questions need one start of Python.

    gfal_bridge.py [threads [seconds]]

The first line printed is the handshake: {"hello": 1, "python": ..., "gfal2": ..., "plugins": [...]}, or, where the module
cannot be loaded, {"hello": 1, "python": ..., "problem": ...} and exit code 3.

Then each line of standard input is a question {"id": n, "do": word, ...}, and each answer a line {"id": n, "ok": value} or
{"id": n, "code": errno, "text": message}, where code 0 is a failure that is none
of gfal2's; answers come as they are ready, in any order. `list` sends {"id": n, "rows": [...]}
before its answer. Words:

    locality url            the attribute user.status
    localities urls         the same of many files of one https door at once; null where `locality` has to be asked
    stat url                {size, mtime, mode, directory}
    list url                rows of {name, size, mtime, directory}; ok: how many
    mkdir url, remove url   mkdir makes what is missing above; remove takes a file or an empty folder
    rename url to
    copy url to over        one file; what is at the new name already is an error, unless `over`
    checksum url algorithm
    online urls pin wait    starts a recall; {token, files: [null | {code, text}]}
    poll urls token         {files: [null | {code, text}]}; null is online, code 11 still queued
    release urls token, abort urls token     the same
    credential prefix token a bearer token for a host, by its name; null takes it back

{"cancel": n} takes back a question that waits, {"cancel": "all"} all of them, and ends those under way. A question that is not
answered within its time (the field "seconds", else that of the command line) is answered with code 110, and its thread is
given up. The end of standard input ends the program. Python 3.6, standard library and gfal2.
"""

import errno
import json
import os
import queue
import stat
import sys
import threading
import time

PROTOCOL = 1
NO_MODULE = 3
TOO_MANY_STUCK = 5


def private_stdout():
    """The standard output for ourselves; what libraries print goes to standard error from now on."""
    own = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(own, 'w', encoding='utf-8', newline='\n')


class Job:
    """One question, answered at most once."""

    def __init__(self, question, seconds):
        self.question = question
        self.id = question.get('id')
        self.seconds = float(question.get('seconds') or seconds)
        self.answered = False


class Bridge:
    def __init__(self, out, threads, seconds):
        self.out = out
        self.threads = threads
        self.seconds = seconds
        self.jobs = queue.Queue()
        self.lock = threading.Lock()
        self.running = {}
        self.waiting = {}
        self.stuck = 0
        self.context = None
        self.tokens = {}
        self.archive = None

    def send(self, message):
        text = json.dumps(message) + '\n'
        with self.lock:
            try:
                self.out.write(text)
                self.out.flush()
            except (OSError, ValueError):
                os._exit(0)  # nobody listens any more

    def answer(self, job, message):
        with self.lock:
            if job.answered:
                return
            job.answered = True
        message['id'] = job.id
        self.send(message)

    def connect(self):
        """The handshake; False where gfal2 is missing."""
        hello = {'hello': PROTOCOL, 'python': '%d.%d.%d' % sys.version_info[:3]}
        try:
            import gfal2
        except Exception as error:  # an ImportError, or a library that it needs
            hello['problem'] = str(error) or type(error).__name__
            self.send(hello)
            return False
        self.gfal2 = gfal2
        self.context = gfal2.creat_context()
        whole = max(1, int(self.seconds))
        for group, option, value in (
            ('CORE', 'NAMESPACE_TIMEOUT', whole),
            ('CORE', 'CHECKSUM_TIMEOUT', whole),
            ('SRM PLUGIN', 'OPERATION_TIMEOUT', whole),
            ('SRM PLUGIN', 'CONN_TIMEOUT', min(60, whole)),
            # Recalls from tape take days; SRM forgets a request after an hour by itself.
            ('SRM PLUGIN', 'REQUEST_LIFETIME', 604800),
        ):
            self.context.set_opt_integer(group, option, value)
        # Questions are asked with the proxy itself: a macaroon for each folder would be one call more for each.
        self.context.set_opt_boolean('HTTP PLUGIN', 'RETRIEVE_BEARER_TOKEN', False)
        hello['gfal2'] = gfal2.get_version()
        hello['plugins'] = list(self.context.get_plugin_names())
        self.send(hello)
        return True

    # -- threads

    def start(self):
        for _ in range(self.threads):
            self.add_worker()
        threading.Thread(target=self.watch, daemon=True).start()

    def add_worker(self):
        threading.Thread(target=self.work, daemon=True).start()

    def work(self):
        me = threading.current_thread()
        while True:
            job = self.jobs.get()
            with self.lock:
                self.waiting.pop(job.id, None)
                if job.answered:
                    continue
                self.running[me] = (job, time.time() + job.seconds)
            try:
                result = {'ok': self.carry_out(job)}
            except self.gfal2.GError as error:
                result = problem(error)
            except Exception as error:  # a bad answer must not end the others
                result = {'code': 0, 'text': '%s: %s' % (type(error).__name__, error)}
            with self.lock:
                given_up = self.running.pop(me, None) is None
            self.answer(job, result)
            if given_up:
                with self.lock:
                    self.stuck -= 1
                return  # somebody has taken this thread's place

    def watch(self):
        """Gives up calls that overrun: gfal2's own limits do not cover every plugin, nor every phase of a call."""
        while True:
            time.sleep(0.2)
            now = time.time()
            with self.lock:
                late = [(thread, job) for thread, (job, until) in self.running.items() if now > until]
                for thread, _ in late:
                    del self.running[thread]
                self.stuck += len(late)
                stuck = self.stuck
            for _, job in late:
                self.answer(job, {'code': errno.ETIMEDOUT, 'text': 'no answer within %g s' % job.seconds})
                self.add_worker()
            if stuck > 4 * self.threads:
                os._exit(TOO_MANY_STUCK)

    # -- questions

    def read(self, stream):
        for line in iter(stream.readline, b''):
            if not line.strip():
                continue
            try:
                question = json.loads(line.decode('utf-8'))
                if not isinstance(question, dict):
                    raise ValueError('not an object')
            except ValueError as error:
                self.send({'code': errno.EINVAL, 'text': 'a line that cannot be read: %s' % error})
                continue
            if 'cancel' in question:
                self.cancel(question['cancel'])
                continue
            job = Job(question, self.seconds)
            with self.lock:
                self.waiting[job.id] = job
            self.jobs.put(job)

    def cancel(self, which):
        with self.lock:
            jobs = list(self.waiting.values()) if which == 'all' else [self.waiting.get(which)]
        for job in jobs:
            if job is not None:
                self.answer(job, {'code': errno.ECANCELED, 'text': 'cancelled'})
        if which == 'all':
            self.context.cancel()

    def carry_out(self, job):
        question = job.question
        word = question.get('do')
        method = getattr(self, 'do_' + word, None) if isinstance(word, str) else None
        if method is None:
            raise ValueError('no such question: %r' % (word,))
        return method(job, question)

    def do_locality(self, _job, question):
        # Of local files gfal2 2.21 leaves bytes of an earlier value behind the end.
        return self.context.getxattr(question['url'], 'user.status').split('\0')[0]

    def do_localities(self, job, question):
        return self.archive.ask(question['urls'], job.seconds)

    def do_stat(self, _job, question):
        return facts(self.context.stat(question['url']))

    def do_list(self, job, question):
        folder = self.context.opendir(question['url'])
        rows, count = [], 0
        while True:
            entry, status = folder.readpp()
            if entry is None:
                break
            if entry.d_name in ('.', '..'):
                continue
            row = facts(status)
            row['name'] = entry.d_name
            rows.append(row)
            count += 1
            if len(rows) == 500:
                self.send({'id': job.id, 'rows': rows})
                rows = []
        if rows:
            self.send({'id': job.id, 'rows': rows})
        return count

    def do_mkdir(self, _job, question):
        self.context.mkdir_rec(question['url'], 0o755)

    def do_remove(self, _job, question):
        url = question['url']
        if stat.S_ISDIR(self.context.stat(url).st_mode):
            self.context.rmdir(url)
        else:
            self.context.unlink(url)

    def do_rename(self, _job, question):
        self.context.rename(question['url'], question['to'])

    def do_copy(self, job, question):
        how = self.context.transfer_parameters()
        how.overwrite = bool(question.get('over'))
        how.timeout = int(job.seconds)
        self.context.filecopy(how, question['url'], question['to'])

    def do_checksum(self, _job, question):
        return self.context.checksum(question['url'], question['algorithm'])

    def do_online(self, _job, question):
        errors, token = self.context.bring_online(question['urls'], int(question['pin']), int(question['wait']), True)
        return {'token': token or '', 'files': [problem(error) for error in errors]}

    def do_poll(self, _job, question):
        return self.each(self.context.bring_online_poll(question['urls'], question['token']), question)

    def do_release(self, _job, question):
        return self.each(self.context.release(question['urls'], question['token']), question)

    def do_abort(self, _job, question):
        return self.each(self.context.abort_bring_online(question['urls'], question['token']), question)

    @staticmethod
    def each(errors, question):
        files = [problem(error) for error in errors]
        return {'files': files + [None] * (len(question['urls']) - len(files))}

    def do_credential(self, _job, question):
        host, token = question['prefix'], question['token']
        if token is None:
            if self.tokens.pop(host.lower(), None) is not None:
                self.context.cred_del('BEARER', host)
            return
        self.tokens[host.lower()] = token
        self.context.cred_set(host, self.context.cred_new('BEARER', token))


def problem(error):
    return None if error is None else {'code': error.code, 'text': error.message}


def facts(status):
    return {
        'size': status.st_size,
        'mtime': status.st_mtime,
        'mode': status.st_mode,
        'directory': stat.S_ISDIR(status.st_mode),
    }


def main():
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 60
    bridge = Bridge(private_stdout(), max(1, min(16, threads)), seconds)
    if not bridge.connect():
        return NO_MODULE
    # Isolated Python does not look beside the script by itself.
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    sys.dont_write_bytecode = True
    from archive_info import ArchiveInfo

    bridge.archive = ArchiveInfo(bridge.tokens)
    bridge.start()
    bridge.read(sys.stdin.buffer)
    os._exit(0)  # threads may hang in calls that nobody waits for any more


if __name__ == '__main__':
    sys.exit(main())
