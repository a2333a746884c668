namespace Mesh.Client.Model;

/// <summary>Fails a share of the requests: with an HTTP status, or with a gRPC status, or as the request says when both are null.</summary>
internal sealed record FaultAbort(int? HttpStatus, int? GrpcStatus, FaultShare Share);
