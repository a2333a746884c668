using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Grpc;

namespace Mesh.Client.Tests.Xds;

/// <summary>A response that can be sent in either form.</summary>
internal sealed record AdsResponse(string TypeUrl, string Version, string Nonce)
{
    public List<(string Name, Any Resource)> Resources { get; } = [];

    public List<string> Removed { get; } = [];

    public List<ResourceError> Errors { get; } = [];

    public string Identifier { get; init; } = "test";

    public AdsResponse With(params (string Name, IMessage Message)[] resources)
    {
        Resources.AddRange(resources.Select(resource => (resource.Name, Pack(resource.Message))));
        return this;
    }

    public AdsResponse WithRaw(string name, Any resource)
    {
        Resources.Add((name, resource));
        return this;
    }

    public AdsResponse Without(params string[] names)
    {
        Removed.AddRange(names);
        return this;
    }

    public AdsResponse WithError(string name, GrpcStatusCode code, string message)
    {
        Errors.Add(new ResourceError { ResourceName = new ResourceName { Name = name }, ErrorDetail = new Mesh.Protocol.Google.Rpc.Status { Code = (int)code, Message = message } });
        return this;
    }

    public DiscoveryResponse ToSotw()
    {
        var response = new DiscoveryResponse { TypeUrl = TypeUrl, VersionInfo = Version, Nonce = Nonce, ControlPlane = new Mesh.Protocol.Envoy.Core.ControlPlane { Identifier = Identifier } };
        response.Resources.Add(Resources.Select(resource => resource.Resource));
        response.ResourceErrors.Add(Errors);
        return response;
    }

    public DeltaDiscoveryResponse ToDelta()
    {
        var response = new DeltaDiscoveryResponse
        {
            TypeUrl = TypeUrl, SystemVersionInfo = Version, Nonce = Nonce, ControlPlane = new Mesh.Protocol.Envoy.Core.ControlPlane { Identifier = Identifier },
        };
        response.Resources.Add(Resources.Select(resource => new Resource { Name = resource.Name, Version = Version, Resource_ = resource.Resource }));
        response.RemovedResources.Add(Removed);
        response.ResourceErrors.Add(Errors);
        return response;
    }

    public static Any Pack(IMessage message) => new() { TypeUrl = "type.googleapis.com/" + message.Descriptor.FullName, Value = message.ToByteString() };
}
