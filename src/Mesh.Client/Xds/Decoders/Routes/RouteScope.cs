using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders.Headers;

namespace Mesh.Client.Xds.Decoders.Routes;

/// <summary>What a route takes over from its virtual host and route configuration.</summary>
/// <param name="Plugins">The cluster specifier plugins that are defined.</param>
/// <param name="MostSpecificWins">Whether the edits of the route are done after those of the levels above it, so that they win.</param>
internal sealed record RouteScope(ISet<string> Plugins, bool MostSpecificWins)
{
    /// <summary>Envoy's default for <c>max_direct_response_body_size_bytes</c>.</summary>
    public const uint DefaultMaxBodySize = 4096;

    public EditLevel Configuration { get; init; } = EditLevel.None;

    public EditLevel Host { get; init; } = EditLevel.None;

    public EditLevel Route { get; init; } = EditLevel.None;

    /// <summary>Of the most specific level that says something of faults; null when none does.</summary>
    public FaultPolicy? Fault { get; init; }

    /// <summary>Of the most specific level that says something of sessions; null when none does.</summary>
    public SessionPolicy? Session { get; init; }

    /// <summary>For routes without mirrors of their own.</summary>
    public ImmutableArray<MirrorPolicy> Mirrors { get; init; } = [];

    public uint MaxBodySize { get; init; } = DefaultMaxBodySize;

    /// <summary>The edits in the order that Envoy does them in; those of a weighted cluster always come first.</summary>
    public ImmutableArray<HeaderEdits> Order(Func<EditLevel, HeaderEdits?> direction, EditLevel? cluster = null)
    {
        EditLevel?[] levels = MostSpecificWins ? [cluster, Configuration, Host, Route] : [cluster, Route, Host, Configuration];
        return [.. levels.OfType<EditLevel>().Select(direction).OfType<HeaderEdits>()];
    }
}
