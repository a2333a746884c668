using Mesh.Protocol.Extensions.Tap;
using Mesh.Protocol.Grpc;

namespace Mesh.Protocol.Xds;

/// <summary>The methods by which the control plane looks at single requests.</summary>
internal static class TapMethods
{
    private const string Service = "mesh.tap.v1.TapService";

    /// <summary>Orders go to the process, requests that they ask for come back.</summary>
    public static GrpcMethod<TapReport, TapOrders> Follow { get; } = new(Service, nameof(Follow), TapReport.Parser, TapOrders.Parser);
}
