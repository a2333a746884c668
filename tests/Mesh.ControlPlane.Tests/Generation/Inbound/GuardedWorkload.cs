using Google.Protobuf;
using Mesh.ControlPlane.Generation;
using Mesh.ControlPlane.Tests.Registry;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Envoy.Listener;
using Mesh.Protocol.Envoy.Rbac;

namespace Mesh.ControlPlane.Tests.Generation.Inbound;

/// <summary>Bookinfo's reviews with policies, and what is generated for the port it listens on.</summary>
internal sealed class GuardedWorkload
{
    public const string Allow = "envoy.filters.http.rbac";
    public const string Deny = "envoy.filters.http.rbac.DENY";
    public const string Audit = "envoy.filters.http.rbac.AUDIT";

    private const string Name = "xds.istio.io/grpc/lds/inbound/127.0.0.1:9180";

    public GuardedWorkload(params string[] yaml) => Mesh = new GeneratedMesh([Bookinfo.Services, .. yaml]).With(Bookinfo.Process("reviews", "v1", 9180));

    public static ClientView Reviews { get; } = GeneratedMesh.MeshClient with { Labels = "app=reviews,version=v1" };

    public static ClientView GrpcReviews { get; } = Reviews with { Kind = ClientKind.ProxylessGrpc };

    public GeneratedMesh Mesh { get; }

    public ClientView Client { get; init; } = Reviews;

    public Listener Listener => Mesh.Listener(Name, Client)!;

    public HttpConnectionManager Manager => Assert.Single(Listener.FilterChains[0].Filters, filter => filter.Name == "envoy.filters.network.http_connection_manager").TypedConfig.Unpack<HttpConnectionManager>();

    public string[] FilterNames => [.. Manager.HttpFilters.Select(filter => filter.Name)];

    public string[] Chains => [.. Listener.FilterChains.Select(chain => chain.Name)];

    /// <summary>A security resource of the namespace default, unless it says another.</summary>
    public static string Policy(string kind, string spec, string name = "a", string @namespace = "default", string annotations = "{}") =>
        $"apiVersion: security.istio.io/v1\nkind: {kind}\nmetadata: {{name: {name}, namespace: {@namespace}, annotations: {annotations}}}\nspec:\n  {spec.Replace("\n", "\n  ", StringComparison.Ordinal)}\n";

    public static string Authorization(string spec, string name = "a", string @namespace = "default", string annotations = "{}") =>
        Policy("AuthorizationPolicy", spec, name, @namespace, annotations);

    /// <summary>The config of a filter; null when there is none of the name.</summary>
    public T? Filter<T>(string name)
        where T : class, IMessage, new() =>
        Manager.HttpFilters.SingleOrDefault(filter => filter.Name == name)?.TypedConfig.Unpack<T>();

    public Protocol.Envoy.Rbac.RBAC? Rules(string filter) => Filter<Protocol.Envoy.Filters.Http.Rbac.RBAC>(filter)?.Rules;

    /// <summary>The only policy of the only rule.</summary>
    public Policy Rule(string filter = Allow) => Assert.Single(Rules(filter)!.Policies).Value;

    /// <summary>The terms of the only permission, without those that say nothing.</summary>
    public Permission[] Permissions(string filter = Allow) => [.. Assert.Single(Rule(filter).Permissions).AndRules.Rules.Where(rule => !rule.Any)];

    public Principal[] Principals(string filter = Allow) => [.. Assert.Single(Rule(filter).Principals).AndIds.Ids.Where(id => !id.Any)];
}
