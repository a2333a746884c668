"""A gRPC client that makes the calls it is told to on stdin, and prints what becomes of them.

usage: grpc_caller.py HOST:PORT SERVICE      prints "READY"
orders, one JSON object a line (messages are google.protobuf.StringValue):
  {"call": ID, "method": NAME, "kind": "unary" | "server_stream", "value": TEXT, "timeout": seconds or null, "metadata": {}}
  {"cancel": ID}
events: MESSAGE {"call", "value"}, STATUS {"call", "code", "details"}
"""
import json
import sys
import threading

import grpc
from google.protobuf import wrappers_pb2

Text = wrappers_pb2.StringValue
printing = threading.Lock()
calls = {}


def say(event, **details):
    with printing:
        print(event, json.dumps(details), flush=True)


def read(identity, call, streams):
    try:
        for message in call if streams else (call.result(),):
            say("MESSAGE", call=identity, value=message.value)
    except (grpc.RpcError, grpc.FutureCancelledError):
        pass
    say("STATUS", call=identity, code=call.code().name, details=call.details())


def main():
    target, service = sys.argv[1:]
    channel = grpc.insecure_channel(target, options=[("grpc.enable_retries", 0), ("grpc.enable_http_proxy", 0)])
    grpc.channel_ready_future(channel).result(30)
    print("READY", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        if "cancel" in order:
            calls[order["cancel"]].cancel()
            continue
        streams = order["kind"] == "server_stream"
        make = channel.unary_stream if streams else channel.unary_unary
        method = make("/%s/%s" % (service, order["method"]), request_serializer=Text.SerializeToString, response_deserializer=Text.FromString)
        invoke = method if streams else method.future
        call = invoke(Text(value=order.get("value", "")), timeout=order.get("timeout"), metadata=tuple(order.get("metadata", {}).items()))
        calls[order["call"]] = call
        threading.Thread(target=read, args=(order["call"], call, streams), daemon=True).start()


main()
