"""Calls the echo service at argv[1] with grpcio: every kind of call, statuses, limits, compression. Exit code 0 = all as expected.

--through-proxy leaves out what is our own server's to answer, as another one stands behind."""
import sys
import threading

import grpc
from google.protobuf import wrappers_pb2

Text = wrappers_pb2.StringValue
PREFIX = "/mesh.test.Echo/"


def check(name, got, expected):
    if got != expected:
        raise SystemExit("%s: expected %r, got %r" % (name, expected, got))
    print("OK " + name, flush=True)


def stub(channel, kind, name, service=PREFIX):
    return getattr(channel, kind)(service + name, request_serializer=Text.SerializeToString, response_deserializer=Text.FromString)


def status_of(call):
    try:
        call()
    except grpc.RpcError as error:
        return error.code().name, error.details()
    return "OK", ""


def check_kinds(channel, label):
    unary = stub(channel, "unary_unary", "Unary")
    check(label + "unary", unary(Text(value="hello"), timeout=20).value, "echo:hello")
    large = "x" * (2 * 1024 * 1024)
    check(label + "large", len(unary(Text(value=large), timeout=20).value), len(large) + 5)
    stream = stub(channel, "unary_stream", "ServerStream")(Text(value="500"), timeout=20)
    check(label + "server stream", [m.value for m in stream], [str(i) for i in range(500)])
    joined = stub(channel, "stream_unary", "ClientStream")(iter([Text(value=v) for v in ("a", "", "c")]), timeout=20)
    check(label + "client stream", joined.value, "a,,c")
    bidi = stub(channel, "stream_stream", "Bidi")(iter([Text(value=str(i)) for i in range(500)]), timeout=20)
    check(label + "bidi", [m.value for m in bidi], ["echo:%d" % i for i in range(500)])


def check_metadata(channel):
    metadata = (("x-echo", "plain"), ("x-echo-bin", b"\x00\x01\xfe\xff"))
    _, call = stub(channel, "unary_unary", "Unary").with_call(Text(), metadata=metadata, timeout=20)
    for name, fields in (("headers", call.initial_metadata()), ("trailers", call.trailing_metadata())):
        found = {k: v for k, v in fields if k.startswith("x-echo")}
        check(name, found, {"x-echo": "plain", "x-echo-bin": b"\x00\x01\xfe\xff"})


def check_statuses(channel):
    fail = stub(channel, "unary_unary", "Fail")
    for code in range(1, 17):
        name = next(s.name for s in grpc.StatusCode if s.value[0] == code)
        text = "reason %d: 100%% \u00fc\n\U0001F600" % code
        check("status " + name, status_of(lambda: fail(Text(value="%d %s" % (code, text)), timeout=20)), (name, text))


def check_misuse(channel):
    missing = stub(channel, "unary_unary", "Missing")
    check("unknown method", status_of(lambda: missing(Text(), timeout=20))[0], "UNIMPLEMENTED")
    elsewhere = stub(channel, "unary_unary", "Unary", "/no.Such/")
    check("unknown service", status_of(lambda: elsewhere(Text(), timeout=20))[0], "UNIMPLEMENTED")
    too_large = Text(value="x" * (5 * 1024 * 1024))
    unary = stub(channel, "unary_unary", "Unary")
    check("too large", status_of(lambda: unary(too_large, timeout=20))[0], "RESOURCE_EXHAUSTED")
    several = stub(channel, "stream_unary", "Unary")
    check("two for unary", status_of(lambda: several(iter([Text(), Text()]), timeout=20))[0], "UNIMPLEMENTED")
    check("none for unary", status_of(lambda: several(iter([]), timeout=20))[0], "UNIMPLEMENTED")


def check_end(channel):
    hang = stub(channel, "stream_stream", "Hang")
    release = threading.Event()

    def requests():
        yield Text(value="x")
        release.wait()

    check("deadline", status_of(lambda: list(hang(requests(), timeout=0.2)))[0], "DEADLINE_EXCEEDED")
    call = hang(requests())
    call.cancel()
    release.set()
    check("cancel", status_of(lambda: list(call))[0], "CANCELLED")


def main():
    with grpc.insecure_channel(sys.argv[1]) as channel:
        check_kinds(channel, "")
        check_metadata(channel)
        check_statuses(channel)
        if "--through-proxy" not in sys.argv:
            check_misuse(channel)
        check_end(channel)
    with grpc.insecure_channel(sys.argv[1], compression=grpc.Compression.Gzip) as channel:
        check_kinds(channel, "gzip ")
    if "--through-proxy" in sys.argv:
        return
    with grpc.insecure_channel(sys.argv[1], compression=grpc.Compression.Deflate) as channel:
        unary = stub(channel, "unary_unary", "Unary")
        check("deflate", status_of(lambda: unary(Text(value="x" * 1000), timeout=20))[0], "UNIMPLEMENTED")


main()
