using System.Net;
using Mesh.Client.Model;
using Mesh.Client.Model.Authorization;
using Mesh.Protocol.Spiffe;
using Mesh.Server.Authorization.Engine;
using Microsoft.AspNetCore.Http;
using static Mesh.Server.Tests.Authorization.Policies;

namespace Mesh.Server.Tests.Authorization;

/// <summary>The budget of the hot path: deciding that a request may pass allocates nothing.</summary>
public sealed class AllocationTests
{
    private const int Requests = 1_000;

    private static readonly SpiffeId Peer = SpiffeId.Of("cluster.local", "shop", "cart");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Decide_With100Policies_AllocatesNothing(bool byPrincipal)
    {
        var deny = Enumerable.Range(0, 50).Select(i => Policy($"deny-{i}", new AllOf([Path($"/admin{i}/", StringMatchKind.Prefix), Header("x-tenant", "red")]), Namespace($"other{i}")));
        var allow = Enumerable.Range(0, 50).Reverse().Select(i => Policy(
            $"allow-{i}",
            new AllOf([Header(":method", "GET"), Header(":authority", "orders"), Path($"/orders{i}/", StringMatchKind.Prefix)]),
            byPrincipal ? Exact(i == 0 ? Cart : $"{Cart}{i}") : Namespace("shop")));
        var rules = new PortRules(Of(Filter(RbacAction.Deny, [.. deny]), Filter(RbacAction.Allow, [.. allow])));
        var headers = new HeaderDictionary { ["x-tenant"] = "blue" };
        Assert.True(Decide(rules, headers));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Requests; i++)
        {
            Decide(rules, headers);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static bool Decide(PortRules rules, HeaderDictionary headers)
    {
        var facts = new RequestFacts("GET", "/orders0/17", headers)
        {
            RawTarget = "/orders0/17", Host = "orders:8080", Scheme = "http", Port = 8080, Peer = Peer, Source = IPAddress.Loopback, Local = IPAddress.Loopback,
        };
        foreach (var filter in rules.Own)
        {
            if (!filter.Decide(ref facts).IsAllowed)
            {
                return false;
            }
        }

        return true;
    }

    private static PrincipalCondition Namespace(string name) => new(new StringMatch(StringMatchKind.Contains, $"/ns/{name}/sa/", IgnoreCase: false));
}
