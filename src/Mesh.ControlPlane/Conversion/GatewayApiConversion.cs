using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Conversion.Gateways;
using Mesh.ControlPlane.Conversion.Policies;
using Mesh.ControlPlane.Conversion.References;
using Mesh.ControlPlane.Conversion.Routes;
using Mesh.ControlPlane.Conversion.Statuses;

namespace Mesh.ControlPlane.Conversion;

/// <summary>Says in Istio's resources what the objects of the Gateway API in a configuration mean, and what became of each; a pure function, as istiod's conversion.</summary>
internal static class GatewayApiConversion
{
    /// <param name="config">All resources.</param>
    /// <param name="clusterDomain">Of the hosts of Services.</param>
    /// <param name="isKnownHost">Whether there is a service of a host; statuses depend on it, resources do not. Null when no status is wanted.</param>
    public static ConvertedConfig Convert(ConfigSnapshot config, string clusterDomain, Func<string, bool>? isKnownHost = null)
    {
        var objects = new GatewayApiObjects(config, clusterDomain, isKnownHost ?? (static _ => true));
        if (objects.IsEmpty)
        {
            return ConvertedConfig.Empty;
        }

        var grants = new ReferenceGrants(objects.Grants);
        var gateways = new GatewaySet(objects, grants);
        var routes = new RouteConversion(objects, gateways, grants);
        routes.Run();
        var policies = new TlsPolicyConversion(objects, routes.Uses);
        var services = routes.Drafts.All.Select(draft => draft.Build()).ToArray();
        var listeners = gateways.Gateways.SelectMany(all => all).Where(listener => listener.IsProgrammed).ToArray();
        return new ConvertedConfig
        {
            Resources = [.. listeners.Select(listener => listener.ToResource(objects)), .. services.Select(service => service.Service), .. policies.Run()],
            Places = services.ToFrozenDictionary(service => service.Service.Id, service => service.Places.ToImmutableArray()),
            HasSessions = services.Any(service => service.Places.Any(place => place.Session is not null)),
            Statuses = routes.Statuses.Concat(policies.Statuses).Concat(OfClasses(objects)).Concat(OfGateways(gateways, routes)).ToFrozenDictionary(),
            Credentials = listeners.SelectMany(CredentialsOf).ToFrozenSet(),
        };
    }

    private static IEnumerable<KeyValuePair<ResourceId, JsonObject>> OfClasses(GatewayApiObjects objects) =>
        from own in objects.Classes
        where ConversionNames.IsOurs(own.Spec.ControllerName)
        select KeyValuePair.Create(own.Resource.Id, new JsonObject
        {
            ["conditions"] = new JsonArray(Condition.Of("Accepted", isTrue: true, "Accepted", "Handled by the mesh's control plane")),
            ["supportedFeatures"] = new JsonArray([.. SupportedFeatures.Names.Select(name => new JsonObject { ["name"] = name })]),
        });

    private static IEnumerable<KeyValuePair<ResourceId, JsonObject>> OfGateways(GatewaySet gateways, RouteConversion routes) =>
        from listeners in gateways.Gateways
        where !listeners.IsEmpty
        select KeyValuePair.Create(listeners[0].Gateway.Resource.Id, GatewayStatus.Of(listeners, routes.AttachedTo));

    private static IEnumerable<(string Namespace, string Credential)> CredentialsOf(GatewayListener listener) =>
        from credential in NamesOf(listener.Tls)
        where credential.Length > 0
        select (listener.Gateway.Namespace, credential);

    private static IEnumerable<string> NamesOf(ServerTLSSettings? tls) => tls is null ? [] : tls.CredentialNames.Append(tls.CredentialName).Append(tls.CaCertCredentialName);
}
