using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Tests.Registry;
using Mesh.Protocol.Envoy.Route;
using Mesh.Protocol.Extensions.Routing;

namespace Mesh.ControlPlane.Tests.Generation;

/// <summary>The annotation that hedges the calls of a VirtualService.</summary>
public sealed class HedgingTests
{
    private const string Name = "mesh.dev/hedging";

    [Theory]
    [InlineData("""{"delay":"50ms","maxAttempts":3}""", 50, 3u)]
    [InlineData("""{"delay":"1s"}""", 1000, null)]
    [InlineData("""{"maxAttempts":5,"delay":"1.5s"}""", 1500, 5u)]
    public void Generate_Hedging_IsMetadataOfEveryRoute(string annotation, int milliseconds, uint? attempts)
    {
        var routes = Mesh(annotation).ReviewsRoutes();

        Assert.Equal(2, routes.Count);
        Assert.All(routes, route => Assert.Equal(
            new Hedging { Delay = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(milliseconds)), MaxAttempts = attempts },
            route.Metadata.TypedFilterMetadata[Name].Unpack<Hedging>()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("50ms")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"maxAttempts":2}""")]
    [InlineData("""{"delay":50}""")]
    [InlineData("""{"delay":"0s"}""")]
    [InlineData("""{"delay":"-1s"}""")]
    [InlineData("""{"delay":"soon"}""")]
    [InlineData("""{"delay":"50ms","maxAttempts":1}""")]
    [InlineData("""{"delay":"50ms","maxAttempts":6}""")]
    [InlineData("""{"delay":"50ms","maxAttempts":2.5}""")]
    [InlineData("""{"delay":"50ms","maxAttempts":"2"}""")]
    [InlineData("""{"delay":"50ms","attempts":2}""")]
    public void Generate_HedgingThatMakesNoSense_IsLeftOutAndTold(string annotation)
    {
        var mesh = Mesh(annotation);

        Assert.All(mesh.ReviewsRoutes(), route => Assert.False(Has(route)));
        Assert.Contains(mesh.Logs.Entries, entry => entry.Message.Contains(Name, StringComparison.Ordinal));
    }

    [Fact]
    public void Generate_HedgingForGrpcsOwnClients_IsNotSent() =>
        Assert.All(Mesh("""{"delay":"50ms"}""").ReviewsRoutes(GeneratedMesh.Grpc), route => Assert.False(Has(route)));

    private static bool Has(Route route) => route.Metadata?.TypedFilterMetadata.ContainsKey(Name) == true;

    private static GeneratedMesh Mesh(string annotation) => new(Bookinfo.Services, $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata:
          name: reviews
          namespace: default
          annotations:
            mesh.dev/hedging: '{{annotation}}'
        spec:
          hosts: [reviews]
          http:
          - match: [{ uri: { prefix: /api } }]
            route: [{ destination: { host: reviews } }]
          - route: [{ destination: { host: reviews } }]
        """);
}
