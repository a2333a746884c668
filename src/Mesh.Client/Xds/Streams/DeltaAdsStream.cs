using Mesh.Client.Xds.Guards;
using Mesh.Client.Xds.Resources;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Discovery;
using Mesh.Protocol.Google.Rpc;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;

namespace Mesh.Client.Xds.Streams;

/// <summary>The incremental form: names are added and dropped, responses hold what changed.</summary>
internal sealed class DeltaAdsStream(GrpcChannel channel, ResourceTables tables, IAdsStreamOwner owner, StepQueue queue, StaleServerGuard stale)
    : GrpcAdsStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse>(channel, XdsMethods.DeltaAggregatedResources, tables, owner, queue, stale)
{
    public override XdsProtocol Protocol => XdsProtocol.Delta;

    protected override DeltaDiscoveryRequest Compose(TypeProgress progress, Node? node)
    {
        var request = new DeltaDiscoveryRequest { TypeUrl = progress.Table.TypeUrl, Node = node };
        var (missing, surplus) = (progress.Missing, progress.Surplus);
        request.ResourceNamesSubscribe.Add(missing);
        request.ResourceNamesUnsubscribe.Add(surplus);
        if (!progress.IsStarted && missing.Length > 0)
        {
            // What an earlier stream brought and is still held need not come again.
            foreach (var (name, version) in progress.Table.HeldVersions)
            {
                request.InitialResourceVersions[name] = version;
            }
        }

        if (progress.OwesAnswer)
        {
            request.ResponseNonce = progress.Nonce;
            request.ErrorDetail = Rejection(progress.Error);
        }

        progress.IsStarted |= missing.Length > 0;
        progress.OwesAnswer = false;
        progress.Subscribed.UnionWith(missing);
        progress.Subscribed.ExceptWith(surplus);
        return request;
    }

    protected override AdsUpdate Read(DeltaDiscoveryResponse response) =>
        new(response.TypeUrl, response.Nonce, response.SystemVersionInfo)
        {
            Resources = [.. response.Resources.Select(resource => new ResourceUpdate(resource.Name, resource.Version, resource.Resource_))],
            Removed = [.. response.RemovedResources, .. response.RemovedResourceNames.Select(name => name.Name)],
            Faults = [.. response.ResourceErrors.Select(Fault)],
            ServerIdentifier = response.ControlPlane?.Identifier ?? "",
        };

    internal static ResourceFault Fault(ResourceError error) =>
        new(error.ResourceName?.Name ?? "", (GrpcStatusCode)(error.ErrorDetail?.Code ?? (int)GrpcStatusCode.Unknown), error.ErrorDetail?.Message ?? "");

    internal static Status? Rejection(string? error) =>
        error is null ? null : new Status { Code = (int)GrpcStatusCode.InvalidArgument, Message = error };
}
