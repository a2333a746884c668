using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.VirtualServices;

/// <summary>Cross-origin policies.</summary>
internal static class CorsRules
{
    public static void Check(FieldScope scope, CorsPolicy? policy)
    {
        if (policy is null)
        {
            return;
        }

        scope.Each("allowOrigins", policy.AllowOrigins, static (item, origin) =>
        {
            var empty = origin.MatchTypeCase == StringMatch.MatchTypeOneofCase.None || (origin.Exact + origin.Prefix + origin.Regex).Length == 0;
            item.Require(!empty, "an origin needs exact, prefix or regex, and not empty");
            if (!empty)
            {
                StringMatchRules.Check(item, origin);
            }
        });
        scope.Each("allowMethods", policy.AllowMethods, static (item, method) =>
            ValueRules.OneOf(item, method, "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE", "*"));
        scope.Each("allowHeaders", policy.AllowHeaders, Header);
        scope.Each("exposeHeaders", policy.ExposeHeaders, Header);
        ValueRules.Duration(scope.Field("maxAge"), policy.MaxAge);
        scope.Field("maxAge").Require(policy.MaxAge is null or { Nanos: 0 }, "maxAge must be in whole seconds");
    }

    private static void Header(FieldScope scope, string name) =>
        scope.Require(name == "*" || HeaderRules.IsToken(name), $"\"{name}\" is not a header name");
}
