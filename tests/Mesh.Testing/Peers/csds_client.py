"""Asks for the state of clients as grpcdebug does, with messages from the npm package's .proto files.

usage: csds_client.py SERVER PROTO_ROOT...     PROTO_ROOT: folders of @grpc/grpc-js-xds/deps
stdin, one question a line: {"prefix": "node id begins with", "exclude": false, "method": "Fetch" or "Stream", "token": "..."}
stdout: STATUS [{"node", "configs": [{"type", "name", "version", "status", "config", "error", "contents"}]}], or ERROR {"code", "details"}
"""
import json
import sys

import grpc

import xds_protos

SERVICE = "/envoy.service.status.v3.ClientStatusDiscoveryService/"

_, find = xds_protos.load(sys.argv[2:])
Request = find("envoy.service.status.v3.ClientStatusRequest")
Response = find("envoy.service.status.v3.ClientStatusResponse")
CLIENT = ["UNKNOWN", "REQUESTED", "DOES_NOT_EXIST", "ACKED", "NACKED", "RECEIVED_ERROR", "TIMEOUT"]
CONFIG = ["UNKNOWN", "SYNCED", "NOT_SENT", "STALE", "ERROR"]
channel = grpc.insecure_channel(sys.argv[1])
serial = {"request_serializer": Request.SerializeToString, "response_deserializer": Response.FromString}


def ask(order):
    request = Request(exclude_resource_contents=order.get("exclude", False))
    if order.get("prefix"):
        request.node_matchers.add().node_id.prefix = order["prefix"]
    if order.get("method") == "Stream":
        return next(channel.stream_stream(SERVICE + "StreamClientStatus", **serial)(iter([request])))
    return channel.unary_unary(SERVICE + "FetchClientStatus", **serial)(request)


def describe(config):
    return {
        "type": config.type_url,
        "name": config.name,
        "version": config.version_info,
        "status": CLIENT[config.client_status],
        "config": CONFIG[config.config_status],
        "error": config.error_state.details,
        "contents": config.xds_config.type_url,
    }


print("READY")
for line in sys.stdin:
    try:
        answer = ask(json.loads(line))
        print("STATUS", json.dumps([{"node": client.node.id, "configs": [describe(config) for config in client.generic_xds_configs]} for client in answer.config]))
    except grpc.RpcError as error:
        print("ERROR", json.dumps({"code": error.code().name, "details": error.details()}))
