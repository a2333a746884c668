"""gRPC servers that answer every unary call with their own name, and behave as they are told on stdin.

usage: behaving_server.py NAME...       prints "PORT NAME NUMBER" for each, then "READY"
orders, one JSON object a line; each is answered with "DONE":
  {"server": "v1", "status": "UNAVAILABLE", "times": 2}   the next two calls fail so (-1: all)
  {"server": "v1", "delay": 0.5}                          calls take so long (seconds)
  {"server": "v1", "hold": true}                          calls wait until "hold": false; prints "HELD NAME NUMBER" for each that waits
  {"count": true}                                         prints 'CALLS {"v1": 3}' and starts to count anew
"""
import collections
import json
import sys
import threading
import time
from concurrent import futures

import grpc

calls = collections.Counter()
printing = threading.Lock()


def say(*words):
    with printing:
        print(*words, flush=True)


class Behaviour:
    def __init__(self, name):
        self.name = name
        self.lock = threading.Lock()
        self.status, self.times, self.delay, self.held = None, 0, 0, 0
        self.open = threading.Event()
        self.open.set()

    def order(self, order):
        with self.lock:
            self.status = order.get("status", self.status)
            self.times = order.get("times", self.times)
            self.delay = order.get("delay", self.delay)
        if "hold" in order:
            (self.open.clear if order["hold"] else self.open.set)()

    def answer(self, request, context):
        with self.lock:
            calls[self.name] += 1
            fails = self.times != 0
            self.times -= 1 if self.times > 0 else 0
        if not self.open.is_set():
            with self.lock:
                self.held += 1
            say("HELD", self.name, self.held)
            self.open.wait(30)
        time.sleep(self.delay)
        if fails:
            context.abort(grpc.StatusCode[self.status], "as told")
        return self.name.encode()


class AnyMethod(grpc.GenericRpcHandler):
    def __init__(self, behaviour):
        self._behaviour = behaviour

    def service(self, handler_call_details):
        return grpc.unary_unary_rpc_method_handler(self._behaviour.answer)


behaviours = {}
servers = []
for name in sys.argv[1:]:
    behaviours[name] = Behaviour(name)
    # Without so_reuseport a stale server can never answer for this one.
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=16), options=[("grpc.so_reuseport", 0)])
    server.add_generic_rpc_handlers((AnyMethod(behaviours[name]),))
    say("PORT", name, server.add_insecure_port("127.0.0.1:0"))
    server.start()
    servers.append(server)
say("READY")
for line in sys.stdin:
    order = json.loads(line)
    if order.get("count"):
        say("CALLS", json.dumps(calls))
        calls.clear()
        continue
    behaviours[order["server"]].order(order)
    say("DONE")
for behaviour in behaviours.values():
    behaviour.open.set()
