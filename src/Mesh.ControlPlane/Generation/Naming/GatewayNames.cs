namespace Mesh.ControlPlane.Generation.Naming;

/// <summary>Reads the names of gateways in a rule: <c>mesh</c>, <c>name</c> of the rule's own namespace, or <c>namespace/name</c>.</summary>
internal static class GatewayNames
{
    /// <summary>The reserved name that means every client in the mesh.</summary>
    public const string Mesh = "mesh";

    /// <param name="names">As the rule says them.</param>
    /// <param name="gateway">As <c>namespace/name</c>; null for the clients of the mesh.</param>
    /// <param name="namespace">Of the rule.</param>
    public static bool Contain(ICollection<string> names, string? gateway, string @namespace) =>
        gateway is null ? names.Contains(Mesh) : names.Any(name => Full(name, @namespace) == gateway);

    // Istio before 1.1 took the DNS form name.namespace.svc.cluster.local, whose first two labels say the same.
    private static string Full(string name, string @namespace)
    {
        if (name.Contains('/', StringComparison.Ordinal) || name == Mesh)
        {
            return name;
        }

        var labels = name.Split('.', 3);
        return labels is [var first, var second, var rest] && rest.StartsWith("svc.", StringComparison.Ordinal) ? $"{second}/{first}" : $"{@namespace}/{name}";
    }
}
