namespace Mesh.Client.Model;

/// <summary>A call of <c>grpc.health.v1.Health/Check</c> that is answered with SERVING.</summary>
/// <param name="Port">Where callers reach the process.</param>
/// <param name="Service">Empty for the whole server.</param>
internal sealed record GrpcReadinessCheck(int Port, string Service) : ReadinessCheck;
