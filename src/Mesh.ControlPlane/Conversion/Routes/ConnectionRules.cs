using Google.Protobuf.Collections;
using Mesh.Config;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.ControlPlane.Conversion.References;

namespace Mesh.ControlPlane.Conversion.Routes;

/// <summary>Converts the destinations of TCPRoutes and TLSRoutes.</summary>
internal static class ConnectionRules
{
    /// <summary>The destinations of each rule; a connection that has nobody to go to is broken off.</summary>
    public static (List<RepeatedField<RouteDestination>> Rules, ConversionProblem? BadReference) Convert(
        Resource route, IEnumerable<L4RouteRule> rules, BackendResolver backends, bool isMesh)
    {
        var result = new List<RepeatedField<RouteDestination>>();
        ConversionProblem? bad = null;
        foreach (var rule in rules)
        {
            var weighted = rule.BackendRefs.Where(backend => backend.Weight > 0).ToArray();
            var destinations = new RepeatedField<RouteDestination>();
            foreach (var backend in weighted)
            {
                var (destination, problem) = backends.Resolve(Reference(backend), (route.Id.Group, route.Id.Kind, route.Id.Namespace), isMesh);
                bad = ConversionProblem.Join(bad, problem);
                destinations.Add(new RouteDestination { Destination = destination, Weight = weighted.Length == 1 ? 0 : backend.Weight });
            }

            if (weighted.Length == 0)
            {
                destinations.Add(new RouteDestination { Destination = BackendResolver.Nowhere() });
            }

            result.Add(destinations);
        }

        return (result, bad);
    }

    private static BackendObjectReference Reference(BackendRef backend)
    {
        var result = new BackendObjectReference { Group = backend.Group, Kind = backend.Kind, Name = backend.Name, Namespace = backend.Namespace };
        if (backend.HasPort)
        {
            result.Port = backend.Port;
        }

        return result;
    }
}
