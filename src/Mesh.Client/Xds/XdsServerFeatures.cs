using Mesh.Client.Xds.Resources;
using Mesh.Client.Xds.Resources.Rules;

namespace Mesh.Client.Xds;

/// <summary>What a bootstrap says of the behaviour of a server (<c>server_features</c>); all off unless it is named.</summary>
internal sealed record XdsServerFeatures
{
    public static XdsServerFeatures None { get; } = new();

    /// <summary>gRFC A88: a resource that is refused, removed or denied is dropped, although an earlier version of it is held.</summary>
    public bool FailsOnDataErrors { get; init; }

    /// <summary>gRFC A88: a resource that does not come is an outage of the server, not an absence, and is waited for twice as long.</summary>
    public bool ResourceTimerIsTransientError { get; init; }

    /// <summary>What its silence about a resource means.</summary>
    public Silence Silence => ResourceTimerIsTransientError ? Silence.Failing : Silence.Absent;

    /// <summary>gRFC A53: nothing that is held goes because the server leaves it out; since A88 that is so without it, but for servers that are believed.</summary>
    public bool IgnoresResourceDeletion { get; init; }

    /// <summary>The mesh's own control plane removes what its operator has removed; what any other leaves out may be its mistake (gRFC A88).</summary>
    public DataErrorRules RulesFor(AdsUpdate update) => new(FailsOnDataErrors, !IgnoresResourceDeletion && MeshServer.Is(update.ServerIdentifier));

    public static XdsServerFeatures Parse(IEnumerable<string> names)
    {
        var known = names.ToHashSet(StringComparer.Ordinal);
        return new XdsServerFeatures
        {
            FailsOnDataErrors = known.Contains("fail_on_data_errors"),
            ResourceTimerIsTransientError = known.Contains("resource_timer_is_transient_error"),
            IgnoresResourceDeletion = known.Contains("ignore_resource_deletion"),
        };
    }
}
