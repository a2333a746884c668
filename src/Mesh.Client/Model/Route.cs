namespace Mesh.Client.Model;

/// <summary>A condition and what happens to the requests that meet it.</summary>
internal sealed record Route(string Name, RouteMatch Match, RouteAction Action);
