using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders.Routes;
using Wire = Mesh.Protocol.Envoy.Filters.Http.Cors;

namespace Mesh.Client.Xds.Decoders;

/// <summary>Decodes the cross-origin policy of a route.</summary>
internal static class CorsPolicyDecoder
{
    private const string FilterName = "envoy.filters.http.cors";
    private const string PolicyType = "envoy.extensions.filters.http.cors.v3.CorsPolicy";

    /// <summary>Null when the route has none, or one that is switched off.</summary>
    public static CorsPolicy? Decode(IDictionary<string, Any> overrides, DecodeErrors errors)
    {
        if (!overrides.TryGetValue(FilterName, out var any))
        {
            return null;
        }

        var scope = errors.In($"typed_per_filter_config[{FilterName}]");
        return TypedConfig.ReadOverride(any, scope, out _, out var skip) is { TypeUrl: PolicyType } config && !skip
            && config.Parse(Wire.CorsPolicy.Parser, scope) is { } policy && IsEnabled(policy, scope)
                ? Decode(policy, scope)
                : null;
    }

    // Whole or not at all: a page that is sometimes allowed helps nobody.
    private static bool IsEnabled(Wire.CorsPolicy policy, DecodeErrors errors) =>
        policy.FilterEnabled?.DefaultValue is not { } share || FractionDecoder.Decode(share, errors.In("filter_enabled")) > 0;

    private static CorsPolicy Decode(Wire.CorsPolicy policy, DecodeErrors errors)
    {
        var origins = policy.AllowOriginStringMatch.Select((origin, index) => StringMatchDecoder.Decode(origin, errors.In("allow_origin_string_match", index)));
        return new CorsPolicy
        {
            AllowOrigins = [.. origins.OfType<StringMatch>()],
            AllowMethods = policy.AllowMethods,
            AllowHeaders = policy.AllowHeaders,
            ExposeHeaders = policy.ExposeHeaders,
            MaxAge = policy.MaxAge,
            AllowCredentials = policy.AllowCredentials ?? false,
            AllowPrivateNetworkAccess = policy.AllowPrivateNetworkAccess ?? false,
            ForwardsUnmatchedPreflights = policy.ForwardNotMatchingPreflights ?? true,
        };
    }
}
