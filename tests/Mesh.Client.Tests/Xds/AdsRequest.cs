using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Discovery;

namespace Mesh.Client.Tests.Xds;

/// <summary>A request of either form.</summary>
internal sealed record AdsRequest(string TypeUrl, Node? Node, string Nonce, string? Error, int ErrorCode)
{
    public AdsRequest(DiscoveryRequest request)
        : this(request.TypeUrl, request.Node, request.ResponseNonce, request.ErrorDetail?.Message, request.ErrorDetail?.Code ?? 0)
    {
        Names = [.. request.ResourceNames];
        Version = request.VersionInfo;
    }

    public AdsRequest(DeltaDiscoveryRequest request)
        : this(request.TypeUrl, request.Node, request.ResponseNonce, request.ErrorDetail?.Message, request.ErrorDetail?.Code ?? 0)
    {
        Names = [.. request.ResourceNamesSubscribe];
        Dropped = [.. request.ResourceNamesUnsubscribe];
        Held = new(request.InitialResourceVersions);
    }

    /// <summary>State of the world: all names. Delta: the new ones.</summary>
    public string[] Names { get; private init; } = [];

    public string[] Dropped { get; private init; } = [];

    public Dictionary<string, string> Held { get; private init; } = [];

    public string Version { get; private init; } = "";

    public override string ToString() =>
        $"{TypeUrl.Split('.')[^1]} names=[{string.Join(',', Names)}] dropped=[{string.Join(',', Dropped)}] nonce={Nonce} version={Version} error={Error}";
}
