using Mesh.Protocol.Extensions.Keys;
using Mesh.Protocol.Grpc;

namespace Mesh.Protocol.Xds;

/// <summary>The methods by which workloads tell of the keys of token issuers.</summary>
internal static class KeyMethods
{
    private const string Service = "mesh.keys.v1.KeyService";

    /// <summary>A token names a key that the control plane has not sent.</summary>
    public static GrpcMethod<UnknownKeyReport, UnknownKeyReceipt> ReportUnknownKey { get; } =
        new(Service, nameof(ReportUnknownKey), UnknownKeyReport.Parser, UnknownKeyReceipt.Parser);
}
