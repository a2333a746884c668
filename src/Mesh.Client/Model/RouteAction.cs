namespace Mesh.Client.Model;

/// <summary>What happens to a request after its route is known.</summary>
internal abstract record RouteAction;
