using Mesh.Protocol.Extensions.Mode;
using Mesh.Protocol.Grpc;

namespace Mesh.Protocol.Xds;

/// <summary>The methods by which the control plane learns what the calls of processes follow, and takes them out of the mesh and back.</summary>
internal static class ModeMethods
{
    private const string Service = "mesh.mode.v1.ModeService";

    /// <summary>Orders go to the process, how it stands comes back.</summary>
    public static GrpcMethod<ModeReport, ModeOrder> Follow { get; } = new(Service, nameof(Follow), ModeReport.Parser, ModeOrder.Parser);
}
