using Mesh.Config.Admission;

namespace Mesh.Config.Tests.Admission;

public sealed class OwnedHostsTests
{
    private static readonly ResourceReader Guarded = new(ownedHosts: new OwnedHosts("cluster.local"));

    [Theory]
    [InlineData("reviews")]
    [InlineData("reviews.a.svc.cluster.local")]
    [InlineData("Reviews.A.svc.cluster.local.")]
    [InlineData("x.reviews.a.svc.cluster.local")]
    [InlineData("*.a.svc.cluster.local")]
    [InlineData("api.example.com")]
    [InlineData("*.example.com")]
    [InlineData("reviews.b")]
    public void S45_HostOfTheOwnNamespaceOrOfTheOutside_IsAccepted(string host) => Assert.All(Kinds(host, "a"), yaml => Assert.Empty(Guarded.Read(yaml, "a").Errors));

    [Theory]
    [InlineData("reviews.b.svc.cluster.local")]
    [InlineData("REVIEWS.B.svc.cluster.local")]
    [InlineData("reviews.b.svc.cluster.local.")]
    [InlineData("reviews.b.svc")]
    [InlineData("*.b.svc.cluster.local")]
    [InlineData("*.svc.cluster.local")]
    [InlineData("*.cluster.local")]
    [InlineData("*.local")]
    [InlineData("*")]
    public void S45_HostOfAnotherNamespace_IsRefused(string host)
    {
        foreach (var yaml in Kinds(host, "a"))
        {
            Assert.Contains(Guarded.Read(yaml, "a").Errors, error => error.Message.Contains("only that namespace and istio-system may define it", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void S45_RootNamespace_MayDefineEveryHost() =>
        Assert.All(Kinds("reviews.b.svc.cluster.local", "istio-system"), yaml => Assert.Empty(Guarded.Read(yaml, "a").Errors));

    [Fact]
    public void Read_HostsShared_AreEverybodys() =>
        Assert.All(Kinds("reviews.b.svc.cluster.local", "a"), yaml => Assert.Empty(new ResourceReader().Read(yaml, "a").Errors));

    private static IEnumerable<string> Kinds(string host, string ns)
    {
        yield return Of("DestinationRule", $"host: '{host}'");
        yield return Of("VirtualService", $"hosts: ['{host}']\n  http: [{{route: [{{destination: {{host: x}}}}]}}]");
        if (host.Contains('.', StringComparison.Ordinal))
        {
            yield return Of("ServiceEntry", $"hosts: ['{host}']\n  ports: [{{number: 80, name: http, protocol: HTTP}}]\n  resolution: NONE");
        }

        string Of(string kind, string spec) => $"apiVersion: networking.istio.io/v1\nkind: {kind}\nmetadata: {{name: a, namespace: {ns}}}\nspec:\n  {spec}\n";
    }
}
