"""gRPC servers that do with each call what its metadata says, and print one JSON object for each event of a call.

usage: grpc_leaf.py NAME...       prints "PORT NAME NUMBER" for each, then "READY"
methods of mesh.test.Leaf (messages are google.protobuf.StringValue):
  Unary          answers "NAME:text"
  ServerStream   answers so many messages as its text says
  ClientStream   answers with all texts, joined by commas
  Bidi           answers every message with "NAME:text"
  Hang           answers nothing until the call has ended
  HangAfterOne   answers one message, then nothing until the call has ended
metadata:
  x-fail, x-fail-times      the status with which attempts fail, and how many of them (grpc-previous-rpc-attempts counts)
  x-fail-on                 only servers of this name fail
  x-fail-after              so many messages are sent (received by ClientStream and Bidi) before the failure; 0 means trailers only
  x-pushback                grpc-retry-pushback-ms of the failure
every response carries its server's name in x-leaf, in the initial metadata when a message is sent, and in the trailing metadata; x-leaf-bin, too.
events: BEGAN with remaining (null: no deadline), previous and timeout; ENDED when the call was cancelled, or its time was over, before it was done
orders on stdin: {"stop": NAME, "grace": seconds} (answers "STOPPING NAME", later "STOPPED NAME"), {"count": true} (answers 'CALLS {"NAME": number}')
"""
import collections
import json
import sys
import threading
from concurrent import futures

import grpc
from google.protobuf import wrappers_pb2

Text = wrappers_pb2.StringValue
LONG = 10 ** 8  # time_remaining() of a call without a deadline is some hundred years

printing = threading.Lock()
calls = collections.Counter()


def say(*words):
    with printing:
        print(*words, flush=True)


class Call:
    def __init__(self, server, method, context):
        self.server, self.context = server, context
        self.metadata = dict(context.invocation_metadata())
        self.previous = int(self.metadata.get("grpc-previous-rpc-attempts", 0))
        self.sent = 0
        self.done = threading.Event()
        remaining = context.time_remaining()
        with printing:
            calls[server] += 1
        self.event = {"server": server, "method": method, "call": self.metadata.get("x-call")}
        # Before BEGAN: who reads it may end the call at once.
        self.is_active = context.add_callback(self.end)
        self.say("BEGAN", remaining=remaining if remaining is not None and remaining < LONG else None, previous=self.previous)
        context.set_trailing_metadata(self.trailers())

    def say(self, event, **details):
        say(event, json.dumps({**self.event, **details}))

    def end(self):
        if not self.done.is_set():
            self.done.set()
            self.say("ENDED", sent=self.sent)

    def trailers(self, *more):
        return (("x-leaf", self.server), ("x-leaf-bin", self.server.encode() + b"\x00\xff"), *more)

    def fails(self):
        return (
            "x-fail" in self.metadata
            and self.previous < int(self.metadata.get("x-fail-times", 1_000_000))
            and self.metadata.get("x-fail-on", self.server) == self.server
        )

    def progress(self, messages):
        """So many messages have been sent or received."""
        if self.fails() and messages == int(self.metadata.get("x-fail-after", 0)):
            if "x-pushback" in self.metadata:
                self.context.set_trailing_metadata(self.trailers(("grpc-retry-pushback-ms", self.metadata["x-pushback"])))
            self.done.set()
            self.context.abort(grpc.StatusCode[self.metadata["x-fail"]], "as told: " + self.server)

    def greet(self):
        self.context.send_initial_metadata((("x-leaf", self.server),))

    def wait(self):
        if self.is_active:
            self.done.wait(60)

    def finish(self):
        self.done.set()


class Leaf(grpc.GenericRpcHandler):
    def __init__(self, name):
        self._name = name
        self._methods = {
            "Unary": (grpc.unary_unary_rpc_method_handler, self.unary),
            "ServerStream": (grpc.unary_stream_rpc_method_handler, self.server_stream),
            "ClientStream": (grpc.stream_unary_rpc_method_handler, self.client_stream),
            "Bidi": (grpc.stream_stream_rpc_method_handler, self.bidi),
            "Hang": (grpc.unary_unary_rpc_method_handler, self.hang),
            "HangAfterOne": (grpc.unary_stream_rpc_method_handler, self.hang_after_one),
        }

    def service(self, details):
        _, service, method = details.method.split("/")
        if service != "mesh.test.Leaf" or method not in self._methods:
            return None
        kind, behaviour = self._methods[method]
        return kind(
            lambda request, context: behaviour(request, Call(self._name, method, context)),
            request_deserializer=Text.FromString,
            response_serializer=Text.SerializeToString,
        )

    def unary(self, request, call):
        call.progress(0)
        call.greet()
        call.finish()
        return Text(value=self._name + ":" + request.value)

    def server_stream(self, request, call):
        call.progress(0)
        call.greet()
        for number in range(int(request.value)):
            yield Text(value=self._name + ":" + str(number))
            call.sent += 1
            call.progress(call.sent)
        call.finish()

    def client_stream(self, requests, call):
        call.progress(0)
        texts = []
        for request in requests:
            texts.append(request.value)
            call.progress(len(texts))
        call.finish()
        return Text(value=self._name + ":" + ",".join(texts))

    def bidi(self, requests, call):
        call.progress(0)
        call.greet()
        for request in requests:
            yield Text(value=self._name + ":" + request.value)
            call.sent += 1
            call.progress(call.sent)
        if call.context.is_active():
            call.finish()

    def hang(self, request, call):
        call.wait()
        return Text()

    def hang_after_one(self, request, call):
        call.greet()
        yield Text(value=self._name + ":0")
        call.sent += 1
        call.wait()


def stop(name, server, grace):
    say("STOPPING", name)
    server.stop(grace).wait()
    say("STOPPED", name)


def main():
    servers = {}
    for name in sys.argv[1:]:
        # Without so_reuseport a stale server can never answer for this one.
        server = grpc.server(futures.ThreadPoolExecutor(max_workers=32), options=[("grpc.so_reuseport", 0)])
        server.add_generic_rpc_handlers((Leaf(name),))
        say("PORT", name, server.add_insecure_port("127.0.0.1:0"))
        server.start()
        servers[name] = server
    say("READY")
    for line in sys.stdin:
        order = json.loads(line)
        if "count" in order:
            with printing:
                counted = dict(calls)
                calls.clear()
            say("CALLS", json.dumps(counted))
        else:
            threading.Thread(target=stop, args=(order["stop"], servers[order["stop"]], order["grace"]), daemon=True).start()
    for server in servers.values():
        server.stop(None)


main()
