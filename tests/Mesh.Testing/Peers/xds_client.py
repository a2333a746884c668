"""gRPC's own xDS client (C-core), driven by JSON lines on stdin.

usage: GRPC_XDS_BOOTSTRAP_CONFIG=... xds_client.py TARGET
  {"path": "/test.Greeter/Hello", "metadata": {"k": "v"}, "count": 10}
prints for each line: RESULT {"answers": {"v1": 10}, "errors": {}}
"""
import collections
import json
import sys

import grpc

channel = grpc.insecure_channel(sys.argv[1])
print("READY")
for line in sys.stdin:
    order = json.loads(line)
    call = channel.unary_unary(order["path"])
    answers, errors = collections.Counter(), collections.Counter()
    for _ in range(order.get("count", 1)):
        try:
            answer = call(b"", metadata=list(order.get("metadata", {}).items()), timeout=order.get("timeout", 10), wait_for_ready=order.get("wait", False))
            answers[answer.decode()] += 1
        except grpc.RpcError as error:
            errors[f"{error.code().name}: {error.details()}"] += 1
    print("RESULT", json.dumps({"answers": answers, "errors": errors}))
