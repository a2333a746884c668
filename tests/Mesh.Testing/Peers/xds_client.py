"""gRPC's own xDS client (C-core), driven by JSON lines on stdin.

usage: GRPC_XDS_BOOTSTRAP_CONFIG=... xds_client.py TARGET [secure]        secure: with xDS credentials (gRFC A29), else plaintext
  {"path": "/test.Greeter/Hello", "metadata": {"k": "v"}, "count": 10, "parallel": false}
prints for each line: RESULT {"answers": {"v1": 10}, "errors": {}}; of parallel calls, ENDED for each as it ends
"""
import collections
import json
import sys

import grpc
import grpc.experimental

secure = sys.argv[2:] == ["secure"]
plaintext = grpc.experimental.insecure_channel_credentials()  # where the control plane says "no TLS"; its own default is TLS by public roots
channel = grpc.secure_channel(sys.argv[1], grpc.xds_channel_credentials(plaintext)) if secure else grpc.insecure_channel(sys.argv[1])
print("READY")
for line in sys.stdin:
    order = json.loads(line)
    call = channel.unary_unary(order["path"])
    answers, errors = collections.Counter(), collections.Counter()

    def start():
        return call.future(b"", metadata=list(order.get("metadata", {}).items()), timeout=order.get("timeout", 10), wait_for_ready=order.get("wait", False))

    def end(future):
        try:
            answers[future.result().decode()] += 1
        except grpc.RpcError as error:
            errors[f"{error.code().name}: {error.details()}"] += 1

    count = order.get("count", 1)
    if order.get("parallel"):
        futures = [start() for _ in range(count)]
        for future in futures:
            # One write: callbacks run on several threads, and lines must stay whole.
            future.add_done_callback(lambda _: print("ENDED\n", end="", flush=True))
        for future in futures:
            end(future)
    else:
        for _ in range(count):
            end(start())
    print("RESULT " + json.dumps({"answers": answers, "errors": errors}) + "\n", end="", flush=True)
