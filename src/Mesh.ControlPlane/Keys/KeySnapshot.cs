using System.Collections.Immutable;

namespace Mesh.ControlPlane.Keys;

/// <summary>The key sets that could be had, as texts, at one moment.</summary>
internal sealed record KeySnapshot(ImmutableDictionary<KeyLocation, string> Sets)
{
    public static KeySnapshot Empty { get; } = new(ImmutableDictionary<KeyLocation, string>.Empty);

    /// <summary>Null when there are none: then no token of the issuer may be accepted.</summary>
    public string? Of(KeyLocation location) => Sets.GetValueOrDefault(location);
}
