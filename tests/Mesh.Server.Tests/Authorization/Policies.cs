using System.Collections.Immutable;
using System.Net;
using Mesh.Client.Model;
using Mesh.Client.Model.Authorization;

namespace Mesh.Server.Tests.Authorization;

/// <summary>Short ways to write policies.</summary>
internal static class Policies
{
    public const string Cart = "spiffe://cluster.local/ns/shop/sa/cart";
    public const string Audit = "spiffe://cluster.local/ns/ops/sa/audit";

    public static RbacCondition Any { get; } = new Always();

    public static RbacCondition Exact(string principal) => new PrincipalCondition(new StringMatch(StringMatchKind.Exact, principal, IgnoreCase: false));

    public static RbacCondition Path(string path, StringMatchKind kind = StringMatchKind.Exact) => new PathCondition(new StringMatch(kind, path, IgnoreCase: false));

    public static RbacCondition Header(string name, string value, StringMatchKind kind = StringMatchKind.Exact) =>
        new HeaderCondition(new HeaderMatch(name, HeaderMatchKind.Value, Invert: false) { Value = new StringMatch(kind, value, IgnoreCase: false) });

    public static RbacCondition Address(AddressRole role, string range) => new AddressCondition(role, IPNetwork.Parse(range));

    public static RbacCondition Template(string text) =>
        new PathTemplateCondition(PathTemplate.TryParse(text, out var template, out var error) ? template : throw new FormatException(error));

    public static RbacCondition Claim(string name, string value) => new MetadataCondition(
        "istio_authn",
        ["request.auth.claims", name],
        new ValueMatch(ValueMatchKind.Item) { Matchers = [new ValueMatch(ValueMatchKind.Text) { Text = new StringMatch(StringMatchKind.Exact, value, IgnoreCase: false) }] },
        Invert: false);

    public static RbacPolicy Policy(string name, RbacCondition? permission = null, RbacCondition? principal = null) =>
        new(name, [permission ?? Any], [principal ?? Any]);

    public static RbacFilter Filter(RbacAction action, params ReadOnlySpan<RbacPolicy> policies) =>
        new($"envoy.filters.http.rbac.{action}") { Rules = new RbacRules(action, [.. policies]) };

    public static RbacFilter Shadow(RbacAction action, params ReadOnlySpan<RbacPolicy> policies) =>
        new($"envoy.filters.http.rbac.{action}") { Shadow = new RbacRules(action, [.. policies]) };

    public static InboundAuthorization Of(params ImmutableArray<AuthorizationFilter> filters) => new(filters);

    public static InboundPort Port(InboundAuthorization? authorization) =>
        new() { Routes = new RouteConfiguration("inbound", []), Authorization = authorization };
}
