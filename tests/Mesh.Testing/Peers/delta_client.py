"""A delta xDS client that shares no code with the server: messages come from the npm package's .proto files.

usage: delta_client.py SERVER PROTO_ROOT...     PROTO_ROOT: folders of @grpc/grpc-js-xds/deps
stdin, one request a line:
  {"type": "...", "subscribe": [], "unsubscribe": [], "initial": {}, "nonce": "", "error": "", "node": "id"}
stdout: RESPONSE {"type", "nonce", "version", "identifier", "resources": {name: version}, "types": [...], "removed": [...]}, at last END {...}
"""
import json
import queue
import sys
import threading

import grpc

import xds_protos

SERVICE = "envoy.service.discovery.v3"

_, find = xds_protos.load(sys.argv[2:])
Request = find(f"{SERVICE}.DeltaDiscoveryRequest")
Response = find(f"{SERVICE}.DeltaDiscoveryResponse")
Cluster = find("envoy.config.cluster.v3.Cluster")
requests = queue.Queue()
channel = grpc.insecure_channel(sys.argv[1])
stream = channel.stream_stream(
    f"/{SERVICE}.AggregatedDiscoveryService/DeltaAggregatedResources",
    request_serializer=Request.SerializeToString,
    response_deserializer=Response.FromString,
)(iter(requests.get, None))


def read():
    try:
        for response in stream:
            for resource in response.resources:
                if response.type_url.endswith("Cluster"):
                    assert Cluster.FromString(resource.resource.value).name == resource.name
            print("RESPONSE", json.dumps({
                "type": response.type_url,
                "nonce": response.nonce,
                "version": response.system_version_info,
                "identifier": response.control_plane.identifier,
                "resources": {resource.name: resource.version for resource in response.resources},
                "types": sorted({resource.resource.type_url for resource in response.resources}),
                "removed": sorted(response.removed_resources),
            }))
        print("END", json.dumps({"code": "OK", "details": ""}))
    except grpc.RpcError as error:
        print("END", json.dumps({"code": error.code().name, "details": error.details()}))


threading.Thread(target=read, daemon=True).start()
print("READY")
for line in sys.stdin:
    order = json.loads(line)
    if order.get("close"):
        requests.put(None)
        continue
    request = Request(
        type_url=order["type"],
        resource_names_subscribe=order.get("subscribe", []),
        resource_names_unsubscribe=order.get("unsubscribe", []),
        initial_resource_versions=order.get("initial", {}),
        response_nonce=order.get("nonce", ""),
    )
    if "node" in order:
        request.node.id = order["node"]
        request.node.user_agent_name = "delta_client.py"
    if order.get("error"):
        request.error_detail.code = 3
        request.error_detail.message = order["error"]
    requests.put(request)
