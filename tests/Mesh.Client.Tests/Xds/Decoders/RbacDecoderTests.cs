using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Model;
using Mesh.Client.Model.Authorization;
using Mesh.Client.Xds.Decoders;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Envoy.Listener;
using Mesh.Protocol.Envoy.Path.UriTemplate;
using Mesh.Protocol.Envoy.Rbac;
using Mesh.Protocol.Google.Expr;
using FilterRbac = Mesh.Protocol.Envoy.Filters.Http.Rbac.RBAC;
using FilterRbacPerRoute = Mesh.Protocol.Envoy.Filters.Http.Rbac.RBACPerRoute;
using WireExternal = Mesh.Protocol.Extensions.Authorization.ExternalAuthorization;

namespace Mesh.Client.Tests.Xds.Decoders;

/// <summary>What becomes of the authorization filters of a server's listener (gRFC A41), and what is refused.</summary>
public sealed class RbacDecoderTests
{
    private const string Any = """{ "any": true }""";

    [Fact]
    public void Decode_PoliciesOfIstio_AreCarried()
    {
        var permission = """
            { "andRules": { "rules": [
              { "orRules": { "rules": [ { "header": { "name": ":method", "stringMatch": { "exact": "GET" } } }, { "urlPath": { "path": { "prefix": "/a/" } } } ] } },
              { "notRule": { "destinationPort": 8080 } },
              { "destinationPortRange": { "start": 80, "end": 90 } },
              { "destinationIp": { "addressPrefix": "10.0.0.7", "prefixLen": 8 } },
              { "requestedServerName": { "suffix": ".example" } } ] } }
            """;
        var principal = """
            { "andIds": { "ids": [
              { "authenticated": { "principalName": { "exact": "spiffe://td/ns/a/sa/b" } } },
              { "authenticated": {} },
              { "remoteIp": { "addressPrefix": "::1", "prefixLen": 128 } },
              { "directRemoteIp": { "addressPrefix": "1.2.3.4" } },
              { "filterState": { "key": "io.istio.peer_principal", "stringMatch": { "prefix": "spiffe://td/" } } },
              { "metadata": { "filter": "istio_authn", "path": [ { "key": "request.auth.claims" }, { "key": "role" } ],
                  "value": { "listMatch": { "oneOf": { "stringMatch": { "exact": "admin" } } } } } } ] } }
            """;

        var policy = Assert.Single(Accept(permission, principal).Rules!.Policies);

        var permissions = Assert.IsType<AllOf>(Assert.Single(policy.Permissions)).Items;
        Assert.IsType<AnyOf>(permissions[0]);
        Assert.Equal(new Not(new PortCondition(8080, 8080)), permissions[1]);
        Assert.Equal(new PortCondition(80, 89), permissions[2]);
        Assert.Equal(new AddressCondition(AddressRole.Destination, System.Net.IPNetwork.Parse("10.0.0.0/8")), permissions[3]);
        Assert.Equal(new ServerNameCondition(new StringMatch(StringMatchKind.Suffix, ".example", IgnoreCase: false)), permissions[4]);
        var principals = Assert.IsType<AllOf>(Assert.Single(policy.Principals)).Items;
        Assert.Equal(new PrincipalCondition(new StringMatch(StringMatchKind.Exact, "spiffe://td/ns/a/sa/b", IgnoreCase: false)), principals[0]);
        Assert.Equal(new PrincipalCondition(Id: null), principals[1]);
        Assert.Equal(new AddressCondition(AddressRole.Source, System.Net.IPNetwork.Parse("0.0.0.0/0")), principals[3]);
        Assert.Equal(["request.auth.claims", "role"], Assert.IsType<MetadataCondition>(principals[5]).Path);
    }

    [Theory]
    [InlineData("{}", Any, "permission of an unknown kind")]
    [InlineData(Any, "{}", "principal of an unknown kind")]
    [InlineData("""{ "header": { "name": "x" } }""", Any, "header match 'x' of an unknown kind")]
    [InlineData("""{ "urlPath": {} }""", Any, "path match of an unknown kind")]
    [InlineData("""{ "urlPath": { "path": { "safeRegex": { "regex": "(" } } } }""", Any, "is not RE2")]
    [InlineData("""{ "destinationIp": { "addressPrefix": "x" } }""", Any, "expected an IP address")]
    [InlineData("""{ "destinationIp": { "addressPrefix": "1.2.3.4", "prefixLen": 33 } }""", Any, "prefix_len: expected 0 to 32")]
    [InlineData("""{ "destinationPort": 65536 }""", Any, "expected ports up to 65535")]
    [InlineData("""{ "andRules": {} }""", Any, "and_rules: expected at least one")]
    [InlineData("""{ "matcher": { "name": "m", "typedConfig": { "@type": "type.googleapis.com/google.protobuf.Empty", "value": {} } } }""", Any, "expected mesh.authorization.v1.EndpointRoute")]
    [InlineData(Any, """{ "filterState": { "key": "other", "stringMatch": { "exact": "x" } } }""", "expected io.istio.peer_principal")]
    [InlineData(Any, """{ "metadata": { "filter": "istio_authn", "path": [ { "key": "x" } ] } }""", "value match of an unknown kind")]
    [InlineData(Any, """{ "custom": { "name": "c" } }""", "principal of an unknown kind")]
    public void Decode_WhatCannotBeEvaluated_IsRefused(string permission, string principal, string reason) =>
        Assert.Contains(reason, string.Join('|', Refuse(Filter(Rules(permission, principal)))), StringComparison.Ordinal);

    [Fact]
    public void Decode_ConditionInCel_IsRefused()
    {
        var rules = Rules(Any, Any);
        rules.Policies.Values.Single().Condition = new Expr();

        Assert.Contains("CEL", string.Join('|', Refuse(Filter(rules))), StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_UnknownAction_IsRefused()
    {
        var rules = Rules(Any, Any);
        rules.Action = (RBAC.Types.Action)7;

        Assert.Contains("expected ALLOW, DENY or LOG", string.Join('|', Refuse(Filter(rules))), StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_PolicyWithoutPrincipals_IsRefused()
    {
        var rules = Rules(Any, Any);
        rules.Policies.Values.Single().Principals.Clear();

        Assert.Contains("principals: expected at least one", string.Join('|', Refuse(Filter(rules))), StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_PathTemplate_IsCarriedOrRefused()
    {
        var good = Assert.IsType<PathTemplateCondition>(Accept(Template("/a/*/b/**"), Any).Rules!.Policies.Single().Permissions.Single());
        Assert.True(good.Template.HasRest);

        Assert.Contains("'**' must be the last operator", string.Join('|', Refuse(Filter(Rules(Template("/**/a/**"), Any)))), StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_RulesWithoutPolicies_StayARule()
    {
        var authorization = Decode(Filter(new RBAC())).Value!.Inbound!.Authorization!;

        var filter = Assert.IsType<RbacFilter>(Assert.Single(authorization.Filters));
        Assert.Equal(RbacAction.Allow, filter.Rules!.Action);
        Assert.Empty(filter.Rules.Policies);
        Assert.Null(filter.Shadow);
    }

    [Fact]
    public void Decode_UnknownFilter_IsRefusedUnlessOptional()
    {
        var unknown = new HttpFilter { Name = "x", TypedConfig = Google.Protobuf.WellKnownTypes.Any.Pack(new Duration()) };
        Assert.Contains("not supported on a server and not optional", string.Join('|', Refuse(unknown)), StringComparison.Ordinal);

        unknown.IsOptional = true;
        Assert.Empty(Decode(unknown).Errors);
    }

    [Fact]
    public void Decode_SettingsOfARoute_AreRefused()
    {
        var listener = Listener(Filter(Rules(Any, Any)));
        var manager = listener.FilterChains[0].Filters[0].TypedConfig.Unpack<HttpConnectionManager>();
        manager.RouteConfig.VirtualHosts[0].TypedPerFilterConfig["rbac"] = Google.Protobuf.WellKnownTypes.Any.Pack(new FilterRbacPerRoute());
        listener.FilterChains[0].Filters[0].TypedConfig = Google.Protobuf.WellKnownTypes.Any.Pack(manager);

        Assert.Contains("RBACPerRoute is not supported", string.Join('|', ListenerDecoder.Decode(listener).Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_ExternalAuthorization_IsCarried()
    {
        var message = JsonParser.Default.Parse<WireExternal>("""
            { "provider": "opa", "rules": {}, "timeout": "2s", "failureModeAllow": true, "statusOnError": 503,
              "httpService": { "host": "opa.default.svc", "port": 8181, "pathPrefix": "/v1/", "headersToUpstreamOnAllow": [ { "exact": "x-user" } ] },
              "includeRequestBody": { "maxRequestBytes": 1024, "allowPartialMessage": true } }
            """);

        var filter = Assert.IsType<ExternalAuthorization>(Decode(External(message)).Value!.Inbound!.Authorization!.Filters.Single());

        Assert.Equal(("opa", TimeSpan.FromSeconds(2), true, 503), (filter.Provider, filter.Timeout, filter.AllowsOnFailure, filter.StatusOnError));
        Assert.Equal(("opa.default.svc", 8181, "/v1"), (filter.Service!.Host, filter.Service.Port, filter.Service.PathPrefix));
        Assert.Equal(new CheckedBody(1024, AllowsPartial: true, AsBytes: false), filter.Body);
        Assert.True(filter.Service.UpstreamHeaders.Single().IgnoreCase);
    }

    [Theory]
    [InlineData("""{ "grpcService": { "host": "a b", "port": 1 } }""", "host: expected a name")]
    [InlineData("""{ "grpcService": { "host": "a", "port": 0 } }""", "port: expected 1 to 65535")]
    [InlineData("""{ "statusOnError": 99 }""", "expected a status from 200 to 599")]
    [InlineData("""{ "includeRequestBody": {} }""", "max_request_bytes")]
    [InlineData("""{ "httpService": { "host": "a", "port": 1, "pathPrefix": "x" } }""", "expected a slash")]
    public void Decode_ExternalAuthorizationThatCannotWork_IsRefused(string json, string reason) =>
        Assert.Contains(reason, string.Join('|', Refuse(External(JsonParser.Default.Parse<WireExternal>(json)))), StringComparison.Ordinal);

    [Fact]
    public void Decode_ExternalAuthorizationWithoutDefaults_HasIstios()
    {
        var filter = Assert.IsType<ExternalAuthorization>(Decode(External(new WireExternal())).Value!.Inbound!.Authorization!.Filters.Single());

        Assert.Equal((TimeSpan.FromSeconds(600), 403, false), (filter.Timeout, filter.StatusOnError, filter.AllowsOnFailure));
        Assert.Null(filter.Service);
    }

    private static string Template(string template) =>
        $$"""{ "uriTemplate": { "name": "t", "typedConfig": { "@type": "type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig", "pathTemplate": "{{template}}" } } }""";

    private static RBAC Rules(string permission, string principal)
    {
        var parser = new JsonParser(JsonParser.Settings.Default.WithTypeRegistry(Google.Protobuf.Reflection.TypeRegistry.FromMessages(UriTemplateMatchConfig.Descriptor, Empty.Descriptor)));
        return parser.Parse<RBAC>($$"""{ "policies": { "p": { "permissions": [ {{permission}} ], "principals": [ {{principal}} ] } } }""");
    }

    private static RbacFilter Accept(string permission, string principal)
    {
        var result = Decode(Filter(Rules(permission, principal)));
        Assert.Empty(result.Errors);
        return Assert.IsType<RbacFilter>(result.Value!.Inbound!.Authorization!.Filters.Single());
    }

    private static HttpFilter Filter(RBAC rules) => new() { Name = "envoy.filters.http.rbac", TypedConfig = Google.Protobuf.WellKnownTypes.Any.Pack(new FilterRbac { Rules = rules }) };

    private static HttpFilter External(WireExternal message) => new() { Name = "custom", TypedConfig = Google.Protobuf.WellKnownTypes.Any.Pack(message) };

    private static System.Collections.Immutable.ImmutableArray<string> Refuse(HttpFilter filter)
    {
        var result = Decode(filter);
        Assert.Null(result.Value);
        return result.Errors;
    }

    private static DecodeResult<ListenerResource> Decode(HttpFilter filter) => ListenerDecoder.Decode(Listener(filter));

    private static Listener Listener(HttpFilter filter)
    {
        var manager = new HttpConnectionManager
        {
            RouteConfig = new Mesh.Protocol.Envoy.Route.RouteConfiguration
            {
                Name = "inbound",
                VirtualHosts = { new Mesh.Protocol.Envoy.Route.VirtualHost { Name = "all", Domains = { "*" } } },
            },
            HttpFilters = { filter },
        };
        return new Listener
        {
            Name = "xds.istio.io/grpc/lds/inbound/127.0.0.1:8080",
            FilterChains = { new FilterChain { Filters = { new Filter { Name = "hcm", TypedConfig = Google.Protobuf.WellKnownTypes.Any.Pack(manager) } } } },
        };
    }
}
