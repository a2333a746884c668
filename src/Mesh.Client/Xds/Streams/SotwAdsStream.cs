using Mesh.Client.Xds.Guards;
using Mesh.Client.Xds.Resources;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;

namespace Mesh.Client.Xds.Streams;

/// <summary>The state-of-the-world form: every request names all resources of a type, with the last accepted version.</summary>
internal sealed class SotwAdsStream(GrpcChannel channel, ResourceTables tables, IAdsStreamOwner owner, StepQueue queue, StaleServerGuard stale)
    : GrpcAdsStream<DiscoveryRequest, DiscoveryResponse>(channel, XdsMethods.StreamAggregatedResources, tables, owner, queue, stale)
{
    public override XdsProtocol Protocol => XdsProtocol.StateOfTheWorld;

    protected override DiscoveryRequest Compose(TypeProgress progress, Node? node)
    {
        var request = new DiscoveryRequest
        {
            TypeUrl = progress.Table.TypeUrl,
            Node = node,
            VersionInfo = progress.Table.AcceptedVersion,
            ResponseNonce = progress.Nonce,
            ErrorDetail = progress.OwesAnswer ? DeltaAdsStream.Rejection(progress.Error) : null,
        };
        request.ResourceNames.Add(progress.Table.Names.Order(StringComparer.Ordinal));
        progress.IsStarted |= request.ResourceNames.Count > 0;
        progress.OwesAnswer = false;
        progress.Subscribed.Clear();
        progress.Subscribed.UnionWith(progress.Table.Names);
        return request;
    }

    protected override AdsUpdate Read(DiscoveryResponse response) =>
        new(response.TypeUrl, response.Nonce, response.VersionInfo)
        {
            Resources = [.. response.Resources.Select(resource => new ResourceUpdate(Name: null, response.VersionInfo, resource))],
            Faults = [.. response.ResourceErrors.Select(DeltaAdsStream.Fault)],
            IsStateOfTheWorld = true,
            ServerIdentifier = response.ControlPlane?.Identifier ?? "",
        };
}
