using System.Collections.Immutable;
using Mesh.ControlPlane.Registry;

namespace Mesh.ControlPlane.Tests.Registry;

/// <summary>Bookinfo in small: its Services, subsets and processes.</summary>
internal static class Bookinfo
{
    public const string Reviews = "reviews.default.svc.cluster.local";
    public const string ReviewsRoutes = "outbound|9080||" + Reviews;

    public static string Services { get; } = string.Join("\n---\n", new[] { "productpage", "details", "reviews", "ratings" }.Select(Service));

    public static string Subsets { get; } = """
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: { name: reviews }
        spec:
          host: reviews
          subsets:
          - { name: v1, labels: { version: v1 } }
          - { name: v2, labels: { version: v2 } }
          - { name: v3, labels: { version: v3 } }
        """;

    public static string Service(string name) => $$"""
        apiVersion: v1
        kind: Service
        metadata: { name: {{name}} }
        spec:
          ports: [{ port: 9080, name: http }]
          selector: { app: {{name}} }
        """;

    /// <summary>A VirtualService for reviews with the given <c>http</c> rules, written in flow style.</summary>
    public static string Rules(string http, string name = "reviews") => $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: { name: {{name}} }
        spec:
          hosts: [reviews]
          http: {{http}}
        """;

    public static WorkloadInstance Process(string app, string version, int port, string address = "127.0.0.1") => new()
    {
        NodeId = $"sidecar~{address}~{app}-{version}-{port}.default~default.svc.cluster.local",
        Namespace = "default",
        WorkloadName = $"{app}-{version}",
        ServiceName = app,
        Labels = Map(("app", app), ("version", version)),
        Address = address,
        Ports = Map(("http", port)),
    };

    public static ImmutableSortedDictionary<string, TValue> Map<TValue>(params (string Key, TValue Value)[] entries) =>
        entries.ToImmutableSortedDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
}
