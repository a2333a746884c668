using System.Collections.Immutable;
using Mesh.Client.Model;

namespace Mesh.Cli.Explanation;

/// <summary>A route that a request may take.</summary>
/// <param name="Route">As the client decoded it.</param>
/// <param name="Index">Its place in the virtual host.</param>
/// <param name="Share">Of such requests, 0 to 1.</param>
internal sealed record RouteOutcome(Route Route, int Index, double Share)
{
    /// <summary>The routes before it that the request does not meet, each with the first condition that fails.</summary>
    public ImmutableArray<(int Index, string Condition)> PassedOver { get; init; } = [];
}
