namespace Mesh.Config.Validation.Rules;

/// <summary>References to gateways in a VirtualService.</summary>
internal static class GatewayNames
{
    /// <summary>The word for all clients inside the mesh.</summary>
    public const string Mesh = "mesh";

    /// <summary>No gateways mean the mesh.</summary>
    public static bool BoundToMesh(IReadOnlyCollection<string> gateways) => gateways.Count == 0 || gateways.Contains(Mesh);

    public static void Check(FieldScope scope, IReadOnlyList<string> gateways) => scope.Each("gateways", gateways, static (item, name) =>
    {
        var parts = name.Split('/');
        var fits = parts.Length == 2 ? parts.All(DnsNames.IsLabel) : parts.Length == 1 && DnsNames.IsFqdn(name);
        item.Require(fits, $"\"{name}\" must be \"name\", \"namespace/name\" or \"{Mesh}\"");
        if (fits && parts.Length == 1 && name.Contains('.', StringComparison.Ordinal))
        {
            item.Warning($"\"{name}\" is the old form; write \"namespace/name\"");
        }
    });
}
