using System.Collections.Immutable;
using Mesh.Config;
using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.ControlPlane.Conversion.Gateways;
using Mesh.ControlPlane.Conversion.References;

namespace Mesh.ControlPlane.Conversion.Routes;

/// <summary>Finds what a route attaches to.</summary>
internal sealed class RouteParents(GatewayApiObjects objects, GatewaySet gateways)
{
    public const string NoParent = "NoMatchingParent";
    public const string NotAllowed = "NotAllowedByListeners";
    public const string NoHostname = "NoMatchingListenerHostname";

    /// <summary>Every listener and service that its references mean, attached or refused; nothing for parents of other controllers.</summary>
    /// <param name="route">The route.</param>
    /// <param name="references">Its <c>parentRefs</c>.</param>
    /// <param name="hostnames">Its own hosts; null for routes that have none.</param>
    public IEnumerable<RouteParent> Find(Resource route, IEnumerable<ParentReference> references, IReadOnlyList<string>? hostnames)
    {
        foreach (var reference in references)
        {
            var @namespace = reference.Namespace.Length > 0 ? reference.Namespace : route.Id.Namespace;
            var found = (reference.Group, reference.Kind) switch
            {
                (ResourceKinds.GatewayApiGroup, "Gateway") => OfGateway(route, reference, @namespace, hostnames),
                ("", "Service") => [OfService(reference, @namespace)],
                (ResourceKinds.NetworkingGroup, "ServiceEntry") => [OfServiceEntry(reference, @namespace)],
                _ => [],
            };
            foreach (var parent in found)
            {
                yield return parent;
            }
        }
    }

    private IEnumerable<RouteParent> OfGateway(Resource route, ParentReference reference, string @namespace, IReadOnlyList<string>? hostnames)
    {
        if (gateways.Find(@namespace, reference.Name) is not { } listeners)
        {
            yield break;
        }

        foreach (var listener in listeners)
        {
            var parent = new RouteParent(reference, listener.Controller) { Listener = listener };
            if (Refuse(route, reference, listener) is { } refusal)
            {
                yield return parent with { Refusal = refusal };
                continue;
            }

            var met = Meet(listener, hostnames);
            yield return met.IsEmpty
                ? parent with { Refusal = new ConversionProblem(NoHostname, $"no host of the route is one of the listener {listener.Listener.Name}, which is for {listener.Hostname}") }
                : parent with { Hosts = [.. met.Where(host => !BelongsElsewhere(host, listener, listeners))] };
        }
    }

    private ConversionProblem? Refuse(Resource route, ParentReference reference, GatewayListener listener)
    {
        var name = listener.Listener.Name;
        return reference.HasPort && reference.Port != listener.Listener.Port ? new ConversionProblem(NoParent, $"port {reference.Port} was not found")
            : reference.SectionName.Length > 0 && reference.SectionName != name ? new ConversionProblem(NoParent, $"sectionName {reference.SectionName} was not found")
            : !listener.IsAccepted ? new ConversionProblem(NoParent, $"the listener {name} is not accepted")
            : !listener.Kinds.Contains(route.Id.Kind) ? new ConversionProblem(NotAllowed, $"the listener {name} does not allow routes of kind {route.Id.Kind}")
            : !listener.AllowsNamespace(objects, route.Id.Namespace) ? new ConversionProblem(NotAllowed, $"the listener {name} does not allow routes from namespace {route.Id.Namespace}")
            : null;
    }

    private static ImmutableArray<string> Meet(GatewayListener listener, IReadOnlyList<string>? hostnames) => hostnames is not { Count: > 0 }
        ? [listener.Hostname]
        : [.. hostnames.Select(host => Hostnames.Intersect(Hostnames.Normalize(host), listener.Hostname)).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>A request is for the listener with the narrowest host alone (the specification's isolation of listeners).</summary>
    private static bool BelongsElsewhere(string host, GatewayListener own, ImmutableArray<GatewayListener> all) => all.Any(other =>
        other != own
        && other.IsAccepted
        && other.Listener.Port == own.Listener.Port
        && other.Listener.Protocol == own.Listener.Protocol
        && other.Hostname != own.Hostname
        && Hostnames.IsWithin(other.Hostname, own.Hostname)
        && Hostnames.IsWithin(host, other.Hostname));

    private RouteParent OfService(ParentReference reference, string @namespace)
    {
        var host = objects.HostOf(@namespace, reference.Name);
        var parent = new RouteParent(reference, ConversionNames.IstioController) { Hosts = [host], Namespace = @namespace };
        if (!objects.IsKnown(host))
        {
            return parent with { Refusal = new ConversionProblem(NoParent, $"the Service {@namespace}/{reference.Name} was not found") };
        }

        // Only what a Service object says is sure; one that a process registered may get further ports with the next process.
        return reference.HasPort && objects.FindService(@namespace, reference.Name) is { } service && service.Ports.All(port => port.Port != reference.Port)
            ? parent with { Refusal = new ConversionProblem(NoParent, $"the Service {@namespace}/{reference.Name} has no port {reference.Port}") }
            : parent;
    }

    private RouteParent OfServiceEntry(ParentReference reference, string @namespace) =>
        objects.FindServiceEntry(@namespace, reference.Name) is { } entry
            ? new RouteParent(reference, ConversionNames.IstioController) { Hosts = [.. entry.Hosts], Namespace = @namespace }
            : new RouteParent(reference, ConversionNames.IstioController) { Refusal = new ConversionProblem(NoParent, $"the ServiceEntry {@namespace}/{reference.Name} was not found"), Namespace = @namespace };
}
