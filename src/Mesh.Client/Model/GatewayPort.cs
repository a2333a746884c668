using System.Collections.Immutable;

namespace Mesh.Client.Model;

/// <summary>A listener of a gateway with what stands behind its chains.</summary>
/// <param name="Listener">As the control plane sent it.</param>
/// <param name="Backends">One for each chain, in their order.</param>
internal sealed record GatewayPort(GatewayListener Listener, ImmutableArray<GatewayBackend> Backends)
{
    public bool Equals(GatewayPort? other) =>
        other is not null && ReferenceEquals(Listener, other.Listener) && Backends.AsSpan().SequenceEqual(other.Backends.AsSpan(), (IEqualityComparer<GatewayBackend>)ReferenceEqualityComparer.Instance);

    public override int GetHashCode() => HashCode.Combine(Listener, Backends.Length);
}
