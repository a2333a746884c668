"""xDS messages from the .proto files of @grpc/grpc-js-xds, so that a peer shares no code with what it tests."""
import os
import subprocess
import tempfile

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

FILES = [
    "envoy/service/discovery/v3/discovery.proto",
    "envoy/service/status/v3/csds.proto",
    "envoy/config/listener/v3/listener.proto",
    "envoy/config/route/v3/route.proto",
    "envoy/config/cluster/v3/cluster.proto",
    "envoy/config/endpoint/v3/endpoint.proto",
    "envoy/extensions/filters/http/router/v3/router.proto",
    "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto",
]


def load(roots):
    """A descriptor pool of FILES and all they import, and a function from a message's full name to its class."""
    with tempfile.TemporaryDirectory() as folder:
        # npm's validate.proto lacks a field that newer protos of the same package use.
        validate = next(path for path in (os.path.join(root, "validate", "validate.proto") for root in roots) if os.path.exists(path))
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
    return pool, lambda name: factory.GetPrototype(pool.FindMessageTypeByName(name))
