using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>A GET that is answered with 200 to 399.</summary>
/// <param name="Host">Empty: where callers reach the process.</param>
/// <param name="Port">Its port.</param>
/// <param name="Path">With a slash before it.</param>
/// <param name="IsTls">With any certificate, as kubelet does it.</param>
internal sealed record HttpReadinessCheck(string Host, int Port, string Path, bool IsTls) : ReadinessCheck
{
    public ImmutableArray<KeyValuePair<string, string>> Headers { get; init; } = [];

    // By content: what comes again unchanged must not begin anew.
    public bool Equals(HttpReadinessCheck? other) =>
        other is not null && (Host, Port, Path, IsTls) == (other.Host, other.Port, other.Path, other.IsTls) && Headers.SequenceEqual(other.Headers);

    public override int GetHashCode() => HashCode.Combine(Host, Port, Path, IsTls, Headers.Length);
}
