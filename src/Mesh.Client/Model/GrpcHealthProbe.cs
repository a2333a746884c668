namespace Mesh.Client.Model;

/// <summary>Calls <c>grpc.health.v1.Health/Check</c>; SERVING is healthy.</summary>
/// <param name="ServiceName">Service asked for; empty means the server as a whole.</param>
/// <param name="Authority">Authority of the request; empty means the cluster's name.</param>
internal sealed record GrpcHealthProbe(string ServiceName, string Authority) : HealthProbe;
