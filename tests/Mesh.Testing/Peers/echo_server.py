"""The echo service of Mesh.Protocol.Tests on grpcio. Prints LISTENING <port>, then one line for each event."""
import sys
import threading
from concurrent import futures

import grpc
from google.protobuf import wrappers_pb2

Text = wrappers_pb2.StringValue


def say(text):
    print(text, flush=True)


def unary(request, context):
    echoed = tuple((key, value) for key, value in context.invocation_metadata() if key in ("x-echo", "x-echo-bin"))
    if echoed:
        context.send_initial_metadata(echoed)
        context.set_trailing_metadata(echoed)
    for key, value in context.invocation_metadata():
        if key == "user-agent":
            say("USER-AGENT " + value)
    return Text(value="echo:" + request.value)


def server_stream(request, context):
    for i in range(int(request.value)):
        yield Text(value=str(i))


def client_stream(requests, context):
    return Text(value=",".join(r.value for r in requests))


def bidi(requests, context):
    for request in requests:
        yield Text(value="echo:" + request.value)


def fail(request, context):
    code, text = request.value.split(" ", 1)
    statuses = {s.value[0]: s for s in grpc.StatusCode}
    context.set_trailing_metadata((("x-reason", "asked for"),))
    context.abort(statuses[int(code)], text)


def hang(requests, context):
    # Asked for first: a call that has ended already takes no callback any more.
    ended = threading.Event()
    if not context.add_callback(ended.set):
        ended.set()
    say("HANG remaining=%s" % context.time_remaining())
    ended.wait()
    say("ENDED")
    return
    yield


def method(kind, handler):
    return kind(handler, request_deserializer=Text.FromString, response_serializer=Text.SerializeToString)


def main():
    compression = grpc.Compression.Gzip if "--gzip" in sys.argv else grpc.Compression.NoCompression
    server = grpc.server(futures.ThreadPoolExecutor(8), compression=compression)
    server.add_generic_rpc_handlers((
        grpc.method_handlers_generic_handler("mesh.test.Echo", {
            "Unary": method(grpc.unary_unary_rpc_method_handler, unary),
            "ServerStream": method(grpc.unary_stream_rpc_method_handler, server_stream),
            "ClientStream": method(grpc.stream_unary_rpc_method_handler, client_stream),
            "Bidi": method(grpc.stream_stream_rpc_method_handler, bidi),
            "Fail": method(grpc.unary_unary_rpc_method_handler, fail),
            "Hang": method(grpc.stream_stream_rpc_method_handler, hang),
        }),
    ))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    say("LISTENING %d" % port)
    sys.stdin.readline()
    server.stop(None)


main()
