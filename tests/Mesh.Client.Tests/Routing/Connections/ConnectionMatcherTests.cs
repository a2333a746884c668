using System.Collections.Immutable;
using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Mesh.Client.Model;
using Mesh.Client.Routing.Connections;

namespace Mesh.Client.Tests.Routing.Connections;

public sealed class ConnectionMatcherTests
{
    private static readonly string[] Labels = ["a", "b", "c"];

    [Fact]
    public void Find_NoRoutes_LeavesEverythingToTheDefault() => Assert.Equal(-1, Find([], new ConnectionView(80)));

    [Theory]
    [InlineData(443, 1)]
    [InlineData(80, 0)]
    public void Find_Port_GoesBeforeTheChainsForAnyPort(int port, int expected) =>
        Assert.Equal(expected, Find([new(), new() { Port = 443 }], new ConnectionView(port)));

    [Fact]
    public void Find_PortThatLeadsNowhere_DoesNotGoBackToAnyPort() =>
        Assert.Equal(-1, Find([new(), new() { Port = 443, ServerNames = ["a.b"] }], new ConnectionView(443)));

    [Theory]
    [InlineData("10.1.1.1", 2)]
    [InlineData("10.1.2.1", 1)]
    [InlineData("10.2.0.1", 0)]
    [InlineData("11.0.0.1", 3)]
    [InlineData("fd00::1", 4)]
    [InlineData("fe80::1", 3)]
    [InlineData(null, 3)]
    public void Find_Address_TakesTheLongestPrefix(string? address, int expected)
    {
        ImmutableArray<ConnectionMatch> matches = [For("10.0.0.0/8"), For("10.1.0.0/16"), For("10.1.1.0/24", "192.168.0.0/16"), new(), For("fd00::/8")];

        Assert.Equal(expected, Find(matches, new ConnectionView(80) { Address = address is null ? null : IPAddress.Parse(address) }));
    }

    [Fact]
    public void Find_NarrowSubnetThatFailsOnTheName_DoesNotGoBackToAWiderOne() => Assert.Equal(
        -1,
        Find([For("10.0.0.0/8"), For("10.1.0.0/16") with { ServerNames = ["a.b"] }], new ConnectionView(80) { Address = IPAddress.Parse("10.1.0.1") }));

    [Theory]
    [InlineData("www.a.example.com", 0)]
    [InlineData("x.a.example.com", 1)]
    [InlineData("x.y.a.example.com", 1)]
    [InlineData("a.example.com", 2)]
    [InlineData("example.com", 3)]
    [InlineData("", 3)]
    public void Find_ServerName_TakesTheExactThenTheLongestWildcardThenNone(string name, int expected) => Assert.Equal(
        expected,
        Find([new() { ServerNames = ["www.a.example.com"] }, new() { ServerNames = ["*.a.example.com"] }, new() { ServerNames = ["*.example.com"] }, new()], Tls(name)));

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void Find_Transport_GoesBeforeEither(bool isTls, int expected) =>
        Assert.Equal(expected, Find([new() { IsTls = true }, new()], new ConnectionView(80) { IsTls = isTls }));

    [Fact]
    public void Find_NameThatFailsOnTheTransport_DoesNotGoBack() =>
        Assert.Equal(-1, Find([new() { ServerNames = ["a"], IsTls = false }, new()], Tls("a")));

    [Theory]
    [InlineData("h2", 0)]
    [InlineData("other,h2", 0)]
    [InlineData("http/1.1,h2", 1)]
    [InlineData("other", 2)]
    [InlineData("", 2)]
    public void Find_ApplicationProtocol_TakesTheFirstOfferThatAChainNames(string offered, int expected) => Assert.Equal(
        expected,
        Find(
            [new() { ApplicationProtocols = ["h2"] }, new() { ApplicationProtocols = ["http/1.1"] }, new()],
            Tls("a") with { ApplicationProtocols = [.. offered.Split(',', StringSplitOptions.RemoveEmptyEntries)] }));

    [Fact]
    public void Find_AnyNamesInAnyOrder_TakesTheMostExact()
    {
        var pattern = NameOf(1, 3).SelectMany(name => Gen.Elements(name, "*." + name));
        var cases = pattern.ListOf().SelectMany(patterns => NameOf(1, 4).Select(name => (Patterns: patterns.Distinct().ToArray(), Name: name)));
        var property = Prop.ForAll(cases.ToArbitrary(), static item =>
        {
            var found = Find([.. item.Patterns.Select(pattern => new ConnectionMatch { ServerNames = [pattern] })], Tls(item.Name));
            return MostExact(item.Patterns, item.Name) == (found < 0 ? null : item.Patterns[found]);
        });

        Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(7, 11), property);
    }

    /// <summary>The rule said another way: cut labels off the front until what is left is named.</summary>
    private static string? MostExact(string[] patterns, string name)
    {
        if (patterns.Contains(name))
        {
            return name;
        }

        for (var dot = name.IndexOf('.'); dot > 0; dot = name.IndexOf('.', dot + 1))
        {
            if (patterns.Contains("*" + name[dot..]))
            {
                return "*" + name[dot..];
            }
        }

        return null;
    }

    private static Gen<string> NameOf(int min, int max) =>
        Gen.Choose(min, max).SelectMany(count => Gen.Elements(Labels).ArrayOf(count)).Select(labels => string.Join('.', labels));

    private static int Find(ImmutableArray<ConnectionMatch> matches, ConnectionView view) =>
        new ConnectionMatcher([.. matches.Select(match => new ConnectionRoute(match, new TcpRoute("route") { Clusters = [] }))]).Find(view);

    private static ConnectionMatch For(params string[] prefixes) => new() { Prefixes = [.. prefixes.Select(prefix => IPNetwork.Parse(prefix))] };

    private static ConnectionView Tls(string name) => new(80) { IsTls = true, ServerName = name };
}
