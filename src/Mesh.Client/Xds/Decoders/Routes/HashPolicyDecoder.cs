using System.Collections.Immutable;
using Mesh.Client.Model;
using Wire = Mesh.Protocol.Envoy.Route.RouteAction.Types.HashPolicy;

namespace Mesh.Client.Xds.Decoders.Routes;

/// <summary>Decodes what of a request consistent hashing looks at (<c>hash_policy</c>, gRFC A42).</summary>
internal static class HashPolicyDecoder
{
    /// <summary>The only filter state that gRPC knows: the identity of the channel.</summary>
    private const string ChannelId = "io.grpc.channel_id";

    /// <summary>The action with its policies; anything but a forwarding one stays as it is.</summary>
    public static RouteAction? Add(RouteAction? action, IReadOnlyList<Wire> policies, DecodeErrors errors)
    {
        if (action is not ForwardAction forward || policies.Count == 0)
        {
            return action;
        }

        return forward with { HashPolicies = [.. policies.Select((policy, index) => Decode(policy, errors.In("hash_policy", index))).OfType<HashPolicy>()] };
    }

    /// <summary>Null for a kind that this version does not know: it counts for nothing (gRFC A42).</summary>
    private static HashPolicy? Decode(Wire policy, DecodeErrors errors) => policy.PolicySpecifierCase switch
    {
        Wire.PolicySpecifierOneofCase.Header => Header(policy, errors.In("header")),
        Wire.PolicySpecifierOneofCase.Cookie => Cookie(policy, errors.In("cookie")),
        Wire.PolicySpecifierOneofCase.QueryParameter =>
            new HashPolicy(HashPolicyKind.QueryParameter, Required(policy.QueryParameter.Name, errors.In("query_parameter.name")), policy.Terminal),
        Wire.PolicySpecifierOneofCase.ConnectionProperties when policy.ConnectionProperties.SourceIp =>
            new HashPolicy(HashPolicyKind.SourceIp, IsTerminal: policy.Terminal),
        Wire.PolicySpecifierOneofCase.FilterState when policy.FilterState.Key == ChannelId =>
            new HashPolicy(HashPolicyKind.Channel, IsTerminal: policy.Terminal),
        _ => null,
    };

    private static HashPolicy Header(Wire policy, DecodeErrors errors)
    {
        var header = new HashPolicy(HashPolicyKind.Header, Required(policy.Header.HeaderName, errors.In("header_name")), policy.Terminal);
        if (policy.Header.RegexRewrite is not { } rewrite)
        {
            return header;
        }

        return header with { Pattern = RewriteDecoder.Substitution(rewrite, errors.In("regex_rewrite")), Substitution = rewrite.Substitution };
    }

    private static HashPolicy Cookie(Wire policy, DecodeErrors errors)
    {
        var (wire, name) = (policy.Cookie, Required(policy.Cookie.Name, errors.In("name")));
        var attributes = wire.Attributes.Select(attribute => KeyValuePair.Create(attribute.Name, attribute.Value)).ToImmutableArray();
        return new HashPolicy(HashPolicyKind.Cookie, name, policy.Terminal)
        {
            Cookie = DurationDecoder.DecodeNonNegative(wire.Ttl, errors.In("ttl")) is { } lifetime
                ? new CookieTemplate(name, wire.Path, lifetime, attributes)
                : null,
        };
    }

    private static string Required(string name, DecodeErrors errors)
    {
        if (name.Length == 0)
        {
            errors.Add("expected a name, got an empty one");
        }

        return name;
    }
}
