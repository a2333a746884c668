using Mesh.Client.Model;

namespace Mesh.Client.Xds.Resources;

/// <summary>The routes of one answer: they are complete or replaced together.</summary>
/// <param name="VirtualHost">For requests; null when they are not looked into.</param>
/// <param name="Connections">For raw connections; null when there are none.</param>
internal sealed record RoutesInForce(VirtualHost? VirtualHost, ConnectionRoutes? Connections);
