using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders;

namespace Mesh.Client.Xds.Resources;

/// <summary>A virtual host whose routes are completed with what their listener says for all of them.</summary>
internal sealed class CompletedHost
{
    private readonly VirtualHost _source;
    private readonly TimeSpan? _limit;
    private readonly FaultPolicy? _fault;
    private readonly SessionPolicy? _session;

    public CompletedHost(VirtualHost source, ListenerResource listener)
    {
        (_source, _limit, _fault, _session) = (source, listener.MaxStreamDuration, listener.Fault, listener.Session);
        var routes = source.Routes.Select(Complete).ToArray();
        Result = routes.SequenceEqual(source.Routes, ReferenceEqualityComparer.Instance) ? source : source with { Routes = [.. routes] };
    }

    public VirtualHost Result { get; }

    public bool IsOf(VirtualHost source, ListenerResource listener) =>
        ReferenceEquals(source, _source) && listener.MaxStreamDuration == _limit && listener.Fault == _fault && listener.Session == _session;

    private Route Complete(Route route) => Limit(Stick(Inject(route)));

    /// <summary>The filter's sessions for routes that say nothing of them; without a filter routes cannot ask for any (gRFC A39).</summary>
    private Route Stick(Route route) =>
        route.Action is ForwardAction forward && forward.Session != (_session is null ? null : forward.Session ?? _session)
            ? route with { Action = forward with { Session = _session } }
            : route;

    /// <summary>The listener's limit for routes that set none (gRFC A31).</summary>
    private Route Limit(Route route) =>
        _limit is { } limit && route.Action is ForwardAction { InheritsStreamLimit: true } forward && !(forward.Timeout <= limit)
            ? route with { Action = forward with { Timeout = limit } }
            : route;

    /// <summary>The filter's faults for routes that say nothing of them; without a filter routes cannot ask for any (gRFC A39).</summary>
    private Route Inject(Route route)
    {
        if (_fault is null)
        {
            return Strip(route);
        }

        return route.Fault is null && !_fault.IsEmpty ? route with { Fault = _fault } : route;
    }

    private static Route Strip(Route route)
    {
        if (route.Action is ForwardAction forward && forward.Clusters.Any(cluster => cluster.Fault is not null))
        {
            route = route with { Action = forward with { Clusters = [.. forward.Clusters.Select(cluster => cluster with { Fault = null })] } };
        }

        return route.Fault is null ? route : route with { Fault = null };
    }
}
