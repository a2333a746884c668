using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Mesh.Config;

namespace Mesh.ControlPlane.Conversion;

/// <summary>What the Gateway API's objects of a configuration come to; never stored.</summary>
internal sealed record ConvertedConfig
{
    public static ConvertedConfig Empty { get; } = new();

    /// <summary>Istio's Gateways, VirtualServices and DestinationRules that say the same.</summary>
    public ImmutableArray<Resource> Resources { get; init; } = [];

    /// <summary>Where each HTTP rule of a converted VirtualService was written, in its order.</summary>
    public FrozenDictionary<ResourceId, ImmutableArray<RulePlace>> Places { get; init; } = FrozenDictionary<ResourceId, ImmutableArray<RulePlace>>.Empty;

    /// <summary>Whether any rule keeps sessions.</summary>
    public bool HasSessions { get; init; }

    /// <summary>The status of each object that is this mesh's to speak of; conditions have no times yet.</summary>
    public FrozenDictionary<ResourceId, JsonObject> Statuses { get; init; } = FrozenDictionary<ResourceId, JsonObject>.Empty;

    /// <summary>Which credentials the Gateways of a namespace may have: their own namespace's, and others' by ReferenceGrant.</summary>
    public FrozenSet<(string Namespace, string Credential)> Credentials { get; init; } = FrozenSet<(string, string)>.Empty;

    /// <summary>The first object that a converted resource was made of; null when it was not converted.</summary>
    public ResourceId? SourceOf(ResourceId converted)
    {
        var parents = Resources.FirstOrDefault(resource => resource.Id == converted)?.Annotations.GetValueOrDefault(ConversionNames.Parents);

        // KIND/NAME.NAMESPACE, or KIND/NAME/LISTENER.NAMESPACE; a name may have dots.
        var first = parents?.Split(',')[0] ?? "";
        var (slash, dot) = (first.IndexOf('/', StringComparison.Ordinal), first.LastIndexOf('.'));
        return slash > 0 && dot > slash
            ? new ResourceId(ResourceKinds.GatewayApiGroup, first[..slash], first[(dot + 1)..], first[(slash + 1)..dot].Split('/')[0])
            : null;
    }

    /// <summary>Whether a resource is read by the Gateway API's rules.</summary>
    public static bool HasGatewaySemantics(Resource resource) =>
        resource.Annotations.TryGetValue(ConversionNames.RouteSemantics, out var semantics) && semantics == ConversionNames.GatewayValue;
}
