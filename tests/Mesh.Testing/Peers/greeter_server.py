"""gRPC servers that answer every unary call with their own name.

usage: greeter_server.py NAME...       prints "PORT NAME NUMBER" for each, then "READY"
"""
import sys
from concurrent import futures

import grpc


class AnyMethod(grpc.GenericRpcHandler):
    def __init__(self, name):
        self._answer = name.encode()

    def service(self, handler_call_details):
        return grpc.unary_unary_rpc_method_handler(lambda request, context: self._answer)


servers = []
for name in sys.argv[1:]:
    # Without so_reuseport a stale server can never answer for this one.
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4), options=[("grpc.so_reuseport", 0)])
    server.add_generic_rpc_handlers((AnyMethod(name),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    servers.append(server)
    print("PORT", name, port)
print("READY")
sys.stdin.read()
