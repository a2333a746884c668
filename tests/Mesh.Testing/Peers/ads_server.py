"""A control plane that shares no code with the client: ADS in both forms over python3-grpcio.

usage: ads_server.py PROTO_ROOT...      PROTO_ROOT: folders of @grpc/grpc-js-xds/deps
stdin, one configuration a line: {"version": "1", "resources": [{"name": "reviews:9080", "@type": ".../Listener", ...proto3 JSON}]}
  ("name" is the resource's name: cluster_name for endpoints; it is taken out where the message has no such field)
stdout: LISTENING port; for every request REQUEST {"form", "type", "names", "unsubscribe", "version", "nonce", "error", "node"}
"""
import json
import queue
import sys
import threading
from concurrent import futures

import grpc
from google.protobuf import json_format

import xds_protos

DISCOVERY = "envoy.service.discovery.v3"
SERVICE = f"{DISCOVERY}.AggregatedDiscoveryService"
# Make before break.
ORDER = [
    "type.googleapis.com/envoy.config.cluster.v3.Cluster",
    "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment",
    "type.googleapis.com/envoy.config.listener.v3.Listener",
    "type.googleapis.com/envoy.config.route.v3.RouteConfiguration",
]
WHOLE = [ORDER[0], ORDER[2]]

pool, find = xds_protos.load(sys.argv[1:])
lock = threading.Lock()
streams = []
world = {"version": "", "resources": {url: {} for url in ORDER}}


def say(form, request, names, unsubscribe, version):
    error = request.error_detail.message if request.HasField("error_detail") else ""
    print("REQUEST", json.dumps({
        "form": form, "type": request.type_url.rsplit(".", 1)[1], "names": sorted(names), "unsubscribe": sorted(unsubscribe),
        "version": version, "nonce": request.response_nonce, "error": error, "node": request.node.id,
    }), flush=True)


class Type:
    def __init__(self):
        self.names = set()
        self.sent = {}
        self.nonce = ""


class Stream:
    """The subscriptions of one stream; events are requests of the client and changes of the world."""

    def __init__(self, requests):
        self.types = {url: Type() for url in ORDER}
        self.events = queue.Queue()
        self.count = 0
        with lock:
            streams.append(self)
        threading.Thread(target=self.read, args=(requests,), daemon=True).start()

    def read(self, requests):
        try:
            for request in requests:
                self.events.put(request)
        except grpc.RpcError:
            pass
        self.events.put(None)

    def run(self):
        while True:
            event = self.events.get()
            if event is None:
                with lock:
                    streams.remove(self)
                return
            with lock:
                changed = ORDER if event == "push" else self.accept(event)
                responses = [self.respond(url, event != "push") for url in changed]
            yield from (response for response in responses if response is not None)

    def next_nonce(self, state):
        self.count += 1
        state.nonce = f"n{self.count}"
        return state.nonce


class Sotw(Stream):
    def accept(self, request):
        say("sotw", request, request.resource_names, [], request.version_info)
        state = self.types[request.type_url]
        if request.response_nonce and request.response_nonce != state.nonce:
            return []
        names = set(request.resource_names)
        changed = names != state.names
        state.names = names
        return [request.type_url] if changed or not request.response_nonce else []

    def respond(self, url, asked):
        state = self.types[url]
        wanted = {name: value for name, value in world["resources"][url].items() if name in state.names}
        if not state.names or (wanted == state.sent and not asked) or (not wanted and url not in WHOLE):
            return None
        state.sent = wanted
        response = find(f"{DISCOVERY}.DiscoveryResponse")(version_info=world["version"], type_url=url, nonce=self.next_nonce(state))
        for value in wanted.values():
            response.resources.add().CopyFrom(value)
        return response


class Delta(Stream):
    def accept(self, request):
        say("delta", request, request.resource_names_subscribe, request.resource_names_unsubscribe, "")
        state = self.types[request.type_url]
        state.names |= set(request.resource_names_subscribe)
        state.names -= set(request.resource_names_unsubscribe)
        for name in request.resource_names_unsubscribe:
            state.sent.pop(name, None)
        return [request.type_url] if request.resource_names_subscribe else []

    def respond(self, url, asked):
        state = self.types[url]
        existing = world["resources"][url]
        changed = [name for name in sorted(state.names) if name in existing and state.sent.get(name) != existing[name]]
        removed = [name for name in sorted(state.names) if name not in existing and state.sent.get(name, "") is not None]
        if not changed and not removed:
            return None
        response = find(f"{DISCOVERY}.DeltaDiscoveryResponse")(
            system_version_info=world["version"], type_url=url, nonce=self.next_nonce(state), removed_resources=removed)
        for name in changed:
            response.resources.add(name=name, version=world["version"]).resource.CopyFrom(existing[name])
            state.sent[name] = existing[name]
        state.sent.update({name: None for name in removed})
        return response


def method(stream, request, response):
    return grpc.stream_stream_rpc_method_handler(
        lambda requests, context: stream(requests).run(),
        request_deserializer=find(f"{DISCOVERY}.{request}").FromString,
        response_serializer=find(f"{DISCOVERY}.{response}").SerializeToString)


def pack(resource):
    url = resource.pop("@type")
    name = resource["name"]
    if url == ORDER[1]:
        resource["clusterName"] = resource.pop("name")
    message = find(url.rsplit("/", 1)[1])()
    json_format.ParseDict(resource, message, descriptor_pool=pool)
    return url, name, find("google.protobuf.Any")(type_url=url, value=message.SerializeToString())


server = grpc.server(futures.ThreadPoolExecutor(max_workers=8), options=[("grpc.so_reuseport", 0)])
server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, {
    "StreamAggregatedResources": method(Sotw, "DiscoveryRequest", "DiscoveryResponse"),
    "DeltaAggregatedResources": method(Delta, "DeltaDiscoveryRequest", "DeltaDiscoveryResponse"),
}),))
port = server.add_insecure_port("127.0.0.1:0")
server.start()
print("LISTENING", port, flush=True)
for line in sys.stdin:
    order = json.loads(line)
    packed = [pack(resource) for resource in order["resources"]]
    with lock:
        world["version"] = order["version"]
        world["resources"] = {url: {name: value for kind, name, value in packed if kind == url} for url in ORDER}
        for stream in streams:
            stream.events.put("push")
