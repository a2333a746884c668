using Google.Protobuf.Collections;
using Mesh.Config.Istio.Networking;
using Mesh.ControlPlane.Generation.Naming;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Route;
using Route = Mesh.Protocol.Envoy.Route.Route;

namespace Mesh.ControlPlane.Generation.Routes;

/// <summary>Turns the destinations of a rule, weighted or mirrored, into clusters.</summary>
internal sealed class DestinationTranslator(RouteTarget target, ConfigResource<VirtualService> virtualService)
{
    public void SetClusters(Route route, RepeatedField<HTTPRouteDestination> destinations)
    {
        var action = route.Route_;
        var weighted = destinations.Count == 1 ? [destinations[0]] : destinations.Where(destination => destination.Weight > 0).ToList();
        if (weighted.Count == 1)
        {
            action.Cluster = ClusterOf(weighted[0].Destination);
            HeaderOperations.Apply(route, weighted[0].Headers);
        }
        else
        {
            action.WeightedClusters = Weighted(weighted);
        }

        foreach (var destination in weighted.Select(destination => destination.Destination))
        {
            var (host, service, port) = Resolve(destination);
            HashPolicyTranslator.Add(target.Context, action, service ?? target.Service with { Host = host }, destination.Subset, port);
        }
    }

    public void AddMirrors(RouteAction action, HTTPRoute rule)
    {
        if (rule.Mirror is { } single)
        {
            AddMirror(action, single, MirrorPercentage(rule));
        }

        foreach (var mirror in rule.Mirrors)
        {
            AddMirror(action, mirror.Destination, mirror.Percentage?.Value);
        }
    }

    private WeightedCluster Weighted(List<HTTPRouteDestination> destinations)
    {
        var result = new WeightedCluster();
        uint total = 0;
        foreach (var destination in destinations)
        {
            var cluster = new WeightedCluster.Types.ClusterWeight { Name = ClusterOf(destination.Destination), Weight = (uint)destination.Weight };
            HeaderOperations.Apply(cluster, destination.Headers);
            result.Clusters.Add(cluster);
            total += (uint)destination.Weight;
        }

#pragma warning disable CS0612 // gRPC C-core before 1.53 refuses weights that do not add up to it, and takes 100 when it is unset.
        result.TotalWeight = total;
#pragma warning restore CS0612
        return result;
    }

    private void AddMirror(RouteAction action, Destination destination, double? percentage)
    {
        // Istio: unset is everything, and nothing is no mirror.
        if (percentage is 0)
        {
            return;
        }

        action.RequestMirrorPolicies.Add(new RouteAction.Types.RequestMirrorPolicy
        {
            Cluster = ClusterOf(destination),
            RuntimeFraction = new RuntimeFractionalPercent { DefaultValue = Fractions.OfPercent(percentage ?? 100) },
        });
    }

#pragma warning disable CS0612 // Istio still reads the old whole-number field where the new one is unset.
    private static double? MirrorPercentage(HTTPRoute rule) => rule.MirrorPercentage?.Value ?? rule.MirrorPercent;
#pragma warning restore CS0612

    private string ClusterOf(Destination destination)
    {
        var (host, _, port) = Resolve(destination);
        return new OutboundName(port, destination.Subset, host).ToString();
    }

    private (string Host, ResolvedService? Service, int Port) Resolve(Destination destination)
    {
        var resolved = ResolvedDestination.Of(target.Context, destination, virtualService.Namespace, target.Port);
        return (resolved.Host, resolved.Service, resolved.Port);
    }
}
