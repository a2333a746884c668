using System.Collections.Frozen;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders;
using Mesh.Client.Xds.Guards;
using Mesh.Client.Xds.Resolution;

namespace Mesh.Client.Xds.Resources;

/// <summary>Follows an authority from its listener to its endpoints and makes the complete answer of what is known (gRFC A74).</summary>
internal sealed class DestinationAssembler(ResourceTables tables, HostTable hosts, InboundAssembler inbound, GatewayAssembler gateway, IShrinkGuard guard)
{
    private readonly ClusterAssembler _clusters = new(tables, hosts, guard);

    /// <summary>The certificates and roots that destinations and gateways name.</summary>
    public SecretAssembler Secrets { get; } = new(tables);

    /// <summary>Answers all authorities anew, and makes the tables hold what they need; the ones whose answer changed.</summary>
    public IReadOnlyList<AuthoritySubscription> Update(IEnumerable<AuthoritySubscription> subscriptions)
    {
        var needed = new NeededNames();
        var changed = new List<AuthoritySubscription>();
        foreach (var subscription in subscriptions)
        {
            var answer = Assemble(subscription, needed) ?? subscription.Answer;
            if (answer is not null && !IsSame(answer, subscription.Answer))
            {
                subscription.Answer = answer;
                changed.Add(subscription);
            }
        }

        inbound.AddNeeded(needed);
        gateway.Update(_clusters, needed);
        _clusters.Keep(needed.Clusters, needed.Endpoints);
        needed.ApplyTo(tables);
        Secrets.Update(needed.Secrets);
        hosts.Need(needed.Hosts);
        return changed;
    }

    /// <summary>The answer; null while it is not complete and no older one can be brought up to date.</summary>
    private Destination? Assemble(AuthoritySubscription subscription, NeededNames needed)
    {
        needed.Listeners.Add(subscription.ListenerName);
        if (tables.Listeners.Find(subscription.ListenerName) is not { IsAnswered: true } listener)
        {
            return null;
        }

        if (listener.Value is null)
        {
            return listener.IsAbsent
                ? Unusable(subscription, DestinationStatus.Unknown, "the control plane does not know it")
                : Unusable(subscription, DestinationStatus.Failed, listener.Error);
        }

        if (listener.Value is { HasRequestRoutes: false } opaque)
        {
            return Complete(subscription, new RoutesInForce(null, opaque.Connections), needed, listener.Error);
        }

        var routes = Routes(listener.Value, needed, out var error);
        if (routes is null)
        {
            return error is not null && IsDropped(listener.Value)
                ? Unusable(subscription, DestinationStatus.Failed, error)
                : Fallback(subscription, needed, error);
        }

        var host = DomainMatch.Find(routes, subscription.Authority);
        if (host is null)
        {
            return Unusable(subscription, DestinationStatus.Failed, $"route configuration {routes.Name} has no virtual host for {subscription.Authority}");
        }

        var completed = Completed(subscription, host, listener.Value);
        return Complete(subscription, new RoutesInForce(completed, listener.Value.Connections), needed, listener.Error ?? error);
    }

    private Destination? Complete(AuthoritySubscription subscription, RoutesInForce candidate, NeededNames needed, string? reason)
    {
        if (Join(subscription, candidate, needed, reason) is not { } complete)
        {
            return Fallback(subscription, needed, error: null);
        }

        subscription.InForce = candidate;
        return complete;
    }

    /// <summary>The routes; null with an error when they cannot be had, and without one when they are on the way.</summary>
    private RouteConfiguration? Routes(ListenerResource listener, NeededNames needed, out string? error)
    {
        error = null;
        if (listener.RouteConfigurationName is not { } name)
        {
            return listener.InlineRoutes;
        }

        needed.Routes.Add(name);
        if (tables.Routes.Find(name) is not { IsAnswered: true } routes)
        {
            return null;
        }

        error = routes.Error ?? (routes.Value is null ? $"{name}: the control plane has no such route configuration" : null);
        return routes.Value;
    }

    private bool IsDropped(ListenerResource listener) =>
        listener.RouteConfigurationName is { } name && tables.Routes.Find(name) is { IsDropped: true };

    /// <summary>The last complete routes go on, with the newest endpoints; without any, an error is the answer.</summary>
    private Destination? Fallback(AuthoritySubscription subscription, NeededNames needed, string? error)
    {
        if (subscription.InForce is { } routes)
        {
            return Join(subscription, routes, needed, error);
        }

        return error is null ? null : Unusable(subscription, DestinationStatus.Failed, error);
    }

    private Destination? Join(AuthoritySubscription subscription, RoutesInForce routes, NeededNames needed, string? reason)
    {
        var clusters = new Dictionary<string, Cluster>(StringComparer.Ordinal);
        var complete = true;
        foreach (var name in ClusterNames(routes).Distinct(StringComparer.Ordinal))
        {
            if (_clusters.Join(name, needed) is { } cluster)
            {
                clusters[name] = cluster;
            }
            else
            {
                // The others are looked at all the same: all that is missing is asked for at once.
                complete = false;
            }
        }

        var unusable = clusters.Values.FirstOrDefault(cluster => cluster.Reason is not null);
        foreach (var name in subscription.AskedClusters)
        {
            // Only the requests that ask for it wait for it, and only they learn that there is none.
            if (_clusters.Join(name, needed) is { } asked)
            {
                clusters[name] = asked;
            }
        }

        return !complete ? null : new Destination
        {
            Authority = subscription.Authority,
            Status = DestinationStatus.Routed,
            VirtualHost = routes.VirtualHost,
            Connections = routes.Connections,
            Clusters = Same(clusters, subscription.Answer?.Clusters) ?? clusters.ToFrozenDictionary(StringComparer.Ordinal),
            Reason = reason ?? unusable?.Reason,
            Source = tables.Listeners.Find(subscription.ListenerName) is { IsRestored: true } ? DestinationSource.Snapshot : DestinationSource.ControlPlane,
        };
    }

    internal static IEnumerable<string> ClusterNames(RoutesInForce routes)
    {
        var requests = routes.VirtualHost?.Routes.Select(route => route.Action).OfType<ForwardAction>()
            .SelectMany(forward => forward.Clusters.Select(cluster => cluster.Name).Concat(forward.Mirrors.Select(mirror => mirror.Cluster)));
        var connections = routes.Connections?.All.SelectMany(route => route.Clusters).Select(cluster => cluster.Name);
        return (requests ?? []).Concat(connections ?? []).Distinct(StringComparer.Ordinal);
    }

    private static VirtualHost Completed(AuthoritySubscription subscription, VirtualHost host, ListenerResource listener)
    {
        if (subscription.Completed?.IsOf(host, listener) != true)
        {
            subscription.Completed = new CompletedHost(host, listener);
        }

        return subscription.Completed!.Result;
    }

    private static Destination Unusable(AuthoritySubscription subscription, DestinationStatus status, string? reason)
    {
        subscription.InForce = null;
        return new Destination { Authority = subscription.Authority, Status = status, Reason = reason };
    }

    internal static FrozenDictionary<string, Cluster>? Same(Dictionary<string, Cluster> fresh, FrozenDictionary<string, Cluster>? known) =>
        known?.Count == fresh.Count && fresh.All(pair => ReferenceEquals(known.GetValueOrDefault(pair.Key), pair.Value)) ? known : null;

    internal static bool IsSame(Destination fresh, Destination? known) =>
        known is not null
        && fresh.Status == known.Status
        && fresh.Reason == known.Reason
        && fresh.Source == known.Source
        && ReferenceEquals(fresh.VirtualHost, known.VirtualHost)
        && ReferenceEquals(fresh.Connections, known.Connections)
        && (ReferenceEquals(fresh.Clusters, known.Clusters) || (fresh.Clusters.Count == 0 && known.Clusters.Count == 0));
}
