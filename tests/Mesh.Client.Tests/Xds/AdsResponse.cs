using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Envoy.Discovery;

namespace Mesh.Client.Tests.Xds;

/// <summary>A response that can be sent in either form.</summary>
internal sealed record AdsResponse(string TypeUrl, string Version, string Nonce)
{
    public List<(string Name, Any Resource)> Resources { get; } = [];

    public List<string> Removed { get; } = [];

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

    public DiscoveryResponse ToSotw()
    {
        var response = new DiscoveryResponse { TypeUrl = TypeUrl, VersionInfo = Version, Nonce = Nonce, ControlPlane = new Mesh.Protocol.Envoy.Core.ControlPlane { Identifier = Identifier } };
        response.Resources.Add(Resources.Select(resource => resource.Resource));
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
        return response;
    }

    public static Any Pack(IMessage message) => new() { TypeUrl = "type.googleapis.com/" + message.Descriptor.FullName, Value = message.ToByteString() };
}
