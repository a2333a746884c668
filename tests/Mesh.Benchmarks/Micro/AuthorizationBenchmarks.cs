using System.Net;
using BenchmarkDotNet.Attributes;
using Mesh.Client.Model;
using Mesh.Client.Model.Authorization;
using Mesh.Protocol.Spiffe;
using Mesh.Server.Authorization.Engine;
using Microsoft.AspNetCore.Http;

namespace Mesh.Benchmarks.Micro;

/// <summary>Deciding about a request that the last of the policies lets pass; to be under 2 µs with 100, without allocation.</summary>
[MemoryDiagnoser]
public class AuthorizationBenchmarks
{
    private readonly HeaderDictionary _headers = new() { ["x-tenant"] = "blue", ["user-agent"] = "benchmark" };
    private readonly SpiffeId _peer = SpiffeId.Of("cluster.local", "shop", "cart");
    private PortRules _rules = new(new InboundAuthorization([]));

    [Params(10, 100)]
    public int Policies { get; set; }

    /// <summary><c>Principals</c>: each policy names a caller and a path. <c>Prefixes</c>: each names a namespace and a part of the paths, so that each must be tried.</summary>
    [Params("Principals", "Prefixes")]
    public string Kind { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        var deny = Enumerable.Range(0, Policies / 2).Select(i => new RbacPolicy($"deny-{i}", [Path(StringMatchKind.Prefix, $"/admin{i}/")], [Namespace($"other{i}")]));
        var allow = Enumerable.Range(0, Policies - (Policies / 2)).Reverse().Select(Allow);
        _rules = new PortRules(new InboundAuthorization(
        [
            new RbacFilter("deny") { Rules = new RbacRules(RbacAction.Deny, [.. deny]) },
            new RbacFilter("allow") { Rules = new RbacRules(RbacAction.Allow, [.. allow]) },
        ]));
        if (!Decide())
        {
            throw new InvalidOperationException("Expected the request to be allowed.");
        }
    }

    [Benchmark]
    public bool Decide()
    {
        var facts = new RequestFacts("GET", "/orders0/17", _headers)
        {
            RawTarget = "/orders0/17", Host = "orders:8080", Scheme = "http", Port = 8080, Peer = _peer, Source = IPAddress.Loopback, Local = IPAddress.Loopback,
        };
        var isAllowed = true;
        foreach (var filter in _rules.Own)
        {
            isAllowed &= filter.Decide(ref facts).IsAllowed;
        }

        return isAllowed;
    }

    private RbacPolicy Allow(int i) => Kind == "Principals"
        ? new($"allow-{i}", [new AllOf([Method(), Path(StringMatchKind.Prefix, $"/orders{i}/")])], [Principal(i == 0 ? _peer.Uri : $"spiffe://cluster.local/ns/shop/sa/cart{i}")])
        : new($"allow-{i}", [new AllOf([Method(), Path(StringMatchKind.Prefix, $"/orders{i}/")])], [Namespace("shop")]);

    private static HeaderCondition Method() =>
        new(new HeaderMatch(":method", HeaderMatchKind.Value, Invert: false) { Value = new StringMatch(StringMatchKind.Exact, "GET", IgnoreCase: false) });

    private static PathCondition Path(StringMatchKind kind, string value) => new(new StringMatch(kind, value, IgnoreCase: false));

    private static PrincipalCondition Principal(string id) => new(new StringMatch(StringMatchKind.Exact, id, IgnoreCase: false));

    private static PrincipalCondition Namespace(string name) => new(new StringMatch(StringMatchKind.Contains, $"/ns/{name}/sa/", IgnoreCase: false));
}
