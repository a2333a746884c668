"""A delta xDS client that shares no code with the server: messages come from the npm package's .proto files.

usage: delta_client.py SERVER PROTO_ROOT...     PROTO_ROOT: folders of @grpc/grpc-js-xds/deps
stdin, one request a line:
  {"type": "...", "subscribe": [], "unsubscribe": [], "initial": {}, "nonce": "", "error": "", "node": "id"}
stdout: RESPONSE {"type", "nonce", "version", "identifier", "resources": {name: version}, "types": [...], "removed": [...]}, at last END {...}
"""
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

SERVICE = "envoy.service.discovery.v3"
FILES = ["envoy/service/discovery/v3/discovery.proto", "envoy/config/cluster/v3/cluster.proto"]


def load(roots):
    with tempfile.TemporaryDirectory() as folder:
        # npm's validate.proto lacks a field that newer protos of the same package use.
        validate = next(p for p in (os.path.join(r, "validate", "validate.proto") for r in roots) if os.path.exists(p))
        os.mkdir(os.path.join(folder, "validate"))
        with open(validate) as source, open(os.path.join(folder, "validate", "validate.proto"), "w") as target:
            target.write(source.read().replace("message StringRules {", "message StringRules {\n optional bool ignore_empty = 26;"))
        output = os.path.join(folder, "set.pb")
        includes = [f"-I{root}" for root in [folder, *roots]]
        subprocess.run(["protoc", *includes, "--include_imports", f"--descriptor_set_out={output}", *FILES], check=True)
        with open(output, "rb") as source:
            files = descriptor_pb2.FileDescriptorSet.FromString(source.read()).file
    pool = descriptor_pool.DescriptorPool()
    for file in files:
        pool.AddSerializedFile(file.SerializeToString())
    factory = message_factory.MessageFactory(pool)
    return lambda name: factory.GetPrototype(pool.FindMessageTypeByName(name))


find = load(sys.argv[2:])
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
