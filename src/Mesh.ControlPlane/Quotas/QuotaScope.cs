namespace Mesh.ControlPlane.Quotas;

/// <summary>Whose quotas a stream may use: those of its workload's own namespace, and those that hold for the whole mesh.</summary>
/// <param name="Namespace">Of the workload; null for one whose identity names none.</param>
internal sealed record QuotaScope(string? Namespace)
{
    private const string RootNamespace = "istio-system";

    /// <summary>For streams that cannot prove who they are.</summary>
    public static QuotaScope All { get; } = new((string?)null) { IsAll = true };

    private bool IsAll { get; init; }

    /// <param name="limit">NAMESPACE/NAME/RULE.</param>
    public bool Includes(string limit) => IsAll || IsOf(limit, RootNamespace) || (Namespace is { } own && IsOf(limit, own));

    private static bool IsOf(string limit, string @namespace) =>
        limit.Length > @namespace.Length && limit[@namespace.Length] == '/' && limit.StartsWith(@namespace, StringComparison.Ordinal);
}
