using System.Collections.Frozen;

namespace Mesh.Config.Schema;

/// <summary>Which lists of messages are merged item by item, as the CRDs of their authors say; all others are one value.</summary>
internal static class ListKeys
{
    private static readonly FrozenDictionary<string, string[]> Maps = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["istio.networking.v1alpha3.ServiceEntry.ports"] = ["name"],
        ["istio.extensions.v1alpha1.VmConfig.env"] = ["name"],
        ["gateway.v1.GatewaySpec.listeners"] = ["name"],
        ["gateway.v1.HTTPRouteMatch.headers"] = ["name"],
        ["gateway.v1.HTTPRouteMatch.query_params"] = ["name"],
        ["gateway.v1.GRPCRouteMatch.headers"] = ["name"],
        ["gateway.v1.FrontendTLSConfig.per_port"] = ["port"],
        ["gateway.v1.HTTPHeaderFilter.set"] = ["name"],
        ["gateway.v1.HTTPHeaderFilter.add"] = ["name"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Sets = FrozenSet.Create(
        StringComparer.Ordinal,
        "gateway.v1.HTTPHeaderFilter.remove",
        "gateway.v1.HTTPCORSFilter.allow_origins",
        "gateway.v1.HTTPCORSFilter.allow_methods",
        "gateway.v1.HTTPCORSFilter.allow_headers",
        "gateway.v1.HTTPCORSFilter.expose_headers",
        "gateway.v1.HTTPAuthConfig.allowed_headers",
        "gateway.v1.HTTPAuthConfig.allowed_response_headers",
        "gateway.v1.GRPCAuthConfig.allowed_headers");

    /// <summary>Full names of the fields that are not one value.</summary>
    public static IEnumerable<string> Names => Maps.Keys.Concat(Sets);

    /// <summary>The type of a list field of a message, by the full name of the field.</summary>
    public static TypeSchema List(string field, TypeSchema items) =>
        Maps.TryGetValue(field, out var keys) ? TypeSchema.List(items, ListType.Map, keys)
        : Sets.Contains(field) ? TypeSchema.List(items, ListType.Set)
        : TypeSchema.List(items);
}
