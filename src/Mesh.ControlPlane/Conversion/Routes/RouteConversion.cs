using System.Text.Json.Nodes;
using Google.Protobuf.Collections;
using Mesh.Config;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.ControlPlane.Conversion.Gateways;
using Mesh.ControlPlane.Conversion.References;
using Mesh.ControlPlane.Conversion.Statuses;

namespace Mesh.ControlPlane.Conversion.Routes;

/// <summary>Converts all routes: attaches each one, turns its rules into those of VirtualServices, and says what became of it.</summary>
internal sealed class RouteConversion(GatewayApiObjects objects, GatewaySet gateways, ReferenceGrants grants)
{
    private const int HttpsPort = 443;

    private readonly BackendResolver _backends = new(objects, grants);
    private readonly RouteParents _parents = new(objects, gateways);
    private readonly Dictionary<GatewayListener, HashSet<ResourceId>> _attached = [];

    public ServiceDrafts Drafts { get; } = new();

    public Dictionary<ResourceId, JsonObject> Statuses { get; } = [];

    /// <summary>Which Gateways lead to a host.</summary>
    public HashSet<(string Host, string Namespace, string Gateway)> Uses { get; } = [];

    public void Run()
    {
        foreach (var route in objects.HttpRoutes)
        {
            AddHttp(route.Resource, route.Spec.ParentRefs, route.Spec.Hostnames, scope => HttpRules.Convert(route, _backends, scope));
        }

        foreach (var route in objects.GrpcRoutes)
        {
            AddHttp(route.Resource, route.Spec.ParentRefs, route.Spec.Hostnames, scope => HttpRules.Convert(route, _backends, scope));
        }

        foreach (var route in objects.TlsRoutes)
        {
            AddConnections(route.Resource, route.Spec.ParentRefs, route.Spec.Hostnames, route.Spec.Rules);
        }

        foreach (var route in objects.TcpRoutes)
        {
            AddConnections(route.Resource, route.Spec.ParentRefs, hostnames: null, route.Spec.Rules);
        }
    }

    public int AttachedTo(GatewayListener listener) => _attached.TryGetValue(listener, out var routes) ? routes.Count : 0;

    private void AddHttp(Resource route, RepeatedField<ParentReference> references, RepeatedField<string> hostnames, Func<RouteScope, ConvertedRules> convert)
    {
        var scopes = new Dictionary<RouteScope, ConvertedRules>();
        var status = new RouteStatus(references);
        foreach (var parent in _parents.Find(route, references, hostnames))
        {
            var scope = parent.Listener is { } listener ? new RouteScope(IsMesh: false, listener.Listener is { Protocol: "HTTPS", Port: HttpsPort }) : RouteScope.Mesh;
            if (!scopes.TryGetValue(scope, out var rules))
            {
                scopes[scope] = rules = convert(scope);
            }

            var judged = parent.Refusal is null && rules.IsHopeless ? parent with { Refusal = rules.Unsupported } : parent;
            status.Add(judged, rules.BadReference, rules.Unsupported);
            if (judged.Refusal is not null)
            {
                continue;
            }

            Attach(route, parent, rules.Rules.SelectMany(rule => rule.Rule.Route).Select(target => target.Destination));
            foreach (var host in parent.Hosts)
            {
                Drafts.For(route, parent, host).Http.AddRange(parent.Reference.HasPort && scope.IsMesh ? rules.Rules.Select(rule => AtPort(rule, parent.Reference.Port)) : rules.Rules);
            }
        }

        Finish(route, status);
    }

    private void AddConnections(Resource route, RepeatedField<ParentReference> references, RepeatedField<string>? hostnames, RepeatedField<L4RouteRule> rules)
    {
        var status = new RouteStatus(references);
        foreach (var parent in _parents.Find(route, references, hostnames))
        {
            var (destinations, problem) = ConnectionRules.Convert(route, rules, _backends, parent.Listener is null);
            status.Add(parent, problem, unsupported: null);
            if (parent.Refusal is not null)
            {
                continue;
            }

            Attach(route, parent, destinations.SelectMany(rule => rule).Select(target => target.Destination));
            foreach (var host in parent.Hosts)
            {
                foreach (var rule in destinations)
                {
                    AddConnection(Drafts.For(route, parent, host), parent, host, hostnames, rule);
                }
            }
        }

        Finish(route, status);
    }

    private static void AddConnection(ServiceDraft draft, RouteParent parent, string host, RepeatedField<string>? hostnames, RepeatedField<RouteDestination> destinations)
    {
        var port = parent.Listener is null && parent.Reference.HasPort ? (uint)parent.Reference.Port : 0;
        if (hostnames is null)
        {
            draft.Tcp.Add(new TCPRoute { Route = { destinations }, Match = { port > 0 ? [new L4MatchAttributes { Port = port }] : [] } });
            return;
        }

        // A service's callers ask for its own name where the route gives no others.
        string[] names = parent.Listener is null && hostnames.Count > 0 ? [.. hostnames.Select(Hostnames.Normalize)] : [host];
        draft.Tls.Add(new TLSRoute { Route = { destinations }, Match = { new TLSMatchAttributes { SniHosts = { names }, Port = port } } });
    }

    private void Attach(Resource route, RouteParent parent, IEnumerable<Destination> destinations)
    {
        if (parent.Listener is not { } listener)
        {
            return;
        }

        if (!_attached.TryGetValue(listener, out var routes))
        {
            _attached[listener] = routes = [];
        }

        routes.Add(route.Id);
        Uses.UnionWith(destinations.Select(destination => (destination.Host, listener.Gateway.Namespace, listener.Gateway.Name)));
    }

    private void Finish(Resource route, RouteStatus status) => Statuses[route.Id] = status.ToJson();

    private static ConvertedRule AtPort(ConvertedRule rule, int port)
    {
        var copy = rule.Rule.Clone();
        if (copy.Match.Count == 0)
        {
            copy.Match.Add(new HTTPMatchRequest());
        }

        copy.Match[0].Port = (uint)port;
        return rule with { Rule = copy };
    }
}
