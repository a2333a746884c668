using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>The routes of a group of domains; the first route that matches wins.</summary>
/// <param name="Name">The name in the route configuration, for people.</param>
/// <param name="Domains">Exact (<c>a.b</c>), suffix (<c>*.b</c>), prefix (<c>a.*</c>) or any (<c>*</c>), each with or without a port.</param>
/// <param name="Routes">In order.</param>
internal sealed record VirtualHost(string Name, ImmutableArray<string> Domains, ImmutableArray<Route> Routes)
{
    /// <summary>Requests say in <c>x-envoy-attempt-count</c> which attempt they are.</summary>
    public bool CountsAttempts { get; init; }

    /// <summary>Requests in plaintext are sent to the same place by https (Envoy's <c>require_tls</c>).</summary>
    public bool RequiresTls { get; init; }
}
