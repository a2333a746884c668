using Google.Protobuf.Collections;
using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.GatewayApi;

/// <summary>Cross-origin policies of HTTPRoutes.</summary>
internal static class CorsFilterRules
{
    private const int MostEntries = 64;
    private const string Wildcard = "*";

    public static void Check(FieldScope scope, HTTPCORSFilter? cors)
    {
        if (cors is null)
        {
            return;
        }

        List(scope, "allowOrigins", cors.AllowOrigins, static (item, origin) => item.Require(
            origin == Wildcard || IsOrigin(origin), $"\"{origin}\" must be scheme://host[:port], where the host may begin with *."));
        List(scope, "allowMethods", cors.AllowMethods, static (item, method) =>
            ValueRules.OneOf(item, method, "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", Wildcard));
        List(scope, "allowHeaders", cors.AllowHeaders, NameRules.Header);
        List(scope, "exposeHeaders", cors.ExposeHeaders, NameRules.Header);
        scope.Field("maxAge").Require(cors.MaxAge >= 1, $"must be at least 1, found {cors.MaxAge}");
    }

    private static void List(FieldScope scope, string field, RepeatedField<string> values, Action<FieldScope, string> check)
    {
        ValueRules.Count(scope.Field(field), values.Count, 0, MostEntries);
        ValueRules.Distinct(scope, field, values);
        scope.Field(field).Require(values.Count <= 1 || !values.Contains(Wildcard), $"{field} cannot contain '*' alongside others");
        scope.Each(field, values, check);
    }

    private static bool IsOrigin(string origin)
    {
        var end = origin.IndexOf("://", StringComparison.Ordinal);
        if (end < 1 || !origin[..end].All(character => char.IsAsciiLetterOrDigit(character) || character is '+' or '-' or '.'))
        {
            return false;
        }

        var host = origin[(end + 3)..];
        var colon = host.LastIndexOf(':');
        if (colon >= 0 && !ushort.TryParse(host.AsSpan(colon + 1), System.Globalization.NumberStyles.None, null, out _))
        {
            return false;
        }

        host = colon >= 0 ? host[..colon] : host;
        return host == Wildcard || DnsNames.IsFqdn(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host) || Addresses.IsIp(host);
    }
}
