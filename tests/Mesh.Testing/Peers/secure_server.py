"""gRPC's own xDS server (C-core) with xDS credentials: answers every unary call with the SPIFFE id of its caller (google.protobuf.StringValue).

usage: GRPC_XDS_BOOTSTRAP_CONFIG=... secure_server.py IP:PORT       prints "READY"; it serves once it has been sent its listener
"""
import sys
from concurrent import futures

import grpc
from google.protobuf import wrappers_pb2


def caller(request, context):
    names = context.auth_context().get("x509_subject_alternative_name", [])
    return wrappers_pb2.StringValue(value=",".join(name.decode() for name in names) or "plaintext")


class AnyMethod(grpc.GenericRpcHandler):
    def service(self, details):
        return grpc.unary_unary_rpc_method_handler(caller, response_serializer=wrappers_pb2.StringValue.SerializeToString)


server = grpc.server(futures.ThreadPoolExecutor(max_workers=4), options=[("grpc.so_reuseport", 0)], xds=True)
server.add_generic_rpc_handlers((AnyMethod(),))
server.add_secure_port(sys.argv[1], grpc.xds_server_credentials(grpc.insecure_server_credentials()))
server.start()
print("READY", flush=True)
sys.stdin.read()
server.stop(None)
