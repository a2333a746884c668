namespace Mesh.Client.Model;

/// <summary>Answers with a fixed status and body.</summary>
internal sealed record DirectResponseAction(int StatusCode, ReadOnlyMemory<byte> Body) : RouteAction;
