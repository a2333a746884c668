namespace Mesh.Client.Model;

/// <summary>An action this version cannot do; requests that meet it fail with its name (gRFC A28).</summary>
internal sealed record UnsupportedAction(string Kind) : RouteAction;
