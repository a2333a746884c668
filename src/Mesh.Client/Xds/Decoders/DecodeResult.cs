using System.Collections.Immutable;

namespace Mesh.Client.Xds.Decoders;

/// <summary>A decoded resource, or every reason why it cannot be used.</summary>
/// <param name="Name">The resource's own name; empty when it could not be read.</param>
/// <param name="Value">Set when <paramref name="Errors"/> is empty.</param>
/// <param name="Errors">For the control plane and for people.</param>
internal sealed record DecodeResult<T>(string Name, T? Value, ImmutableArray<string> Errors)
    where T : class
{
    /// <summary>What of a refused resource could be read; null when nothing could, and for resources that were taken.</summary>
    public T? Refused { get; init; }

    public static DecodeResult<T> From(string name, T value, DecodeErrors errors) =>
        errors.Any ? new(name, null, errors.ToImmutable()) { Refused = value } : new(name, value, []);

    public static DecodeResult<T> Rejected(string name, string error) => new(name, null, [error]);
}
