using Mesh.Protocol.Grpc;

namespace Mesh.Client.Xds.Resources;

/// <summary>Why a server does not give a resource (gRFC A88, <c>resource_errors</c>).</summary>
internal readonly record struct ResourceFault(string Name, GrpcStatusCode Code, string Message)
{
    /// <summary>The server is sure of it; any other status is an outage that passes.</summary>
    public bool IsDataError => Code is GrpcStatusCode.NotFound or GrpcStatusCode.PermissionDenied;

    public override string ToString() => $"{Name}: the control plane does not give it: {Code} {Message}";
}
