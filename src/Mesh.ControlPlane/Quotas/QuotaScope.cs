using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Quotas;

/// <summary>Whose quotas a stream may use: those of its workload's own namespace, and those that hold for the whole mesh.</summary>
/// <param name="Namespace">Of the workload; null for one whose identity names none.</param>
/// <param name="ReadRoot">The root namespace of the mesh, as the configuration says now.</param>
internal sealed record QuotaScope(string? Namespace, Func<string> ReadRoot)
{
    /// <summary>For streams that cannot prove who they are.</summary>
    public static QuotaScope All { get; } = new(null, static () => "") { IsAll = true };

    private bool IsAll { get; init; }

    /// <param name="limit">As <see cref="QuotaBuckets.LimitOf"/> names it.</param>
    public bool Includes(string limit) => IsAll || QuotaBuckets.IsOf(limit, ReadRoot()) || (Namespace is { } own && QuotaBuckets.IsOf(limit, own));
}
