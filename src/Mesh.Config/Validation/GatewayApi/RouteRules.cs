using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.GatewayApi;

/// <summary>What routes of HTTP and gRPC have in common.</summary>
internal static class RouteRules
{
    public const int MostRules = 16;
    public const int MostBackends = 16;
    public const int MostFilters = 16;
    private const int MostHosts = 16;
    private const int MostMatches = 64;
    private const int MostMatchesOfRoute = 128;
    private const int MostHeaders = 16;
    private const int LongestSession = 128;

    public static void Hosts(FieldScope scope, IReadOnlyList<string> hosts)
    {
        ValueRules.Count(scope.Field("hostnames"), hosts.Count, 0, MostHosts);
        scope.Each("hostnames", hosts, NameRules.Host);
    }

    /// <summary>Unset names may repeat.</summary>
    public static void Names(FieldScope scope, IReadOnlyList<string> names)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < names.Count; index++)
        {
            if (names[index].Length > 0)
            {
                var field = scope.Item("rules", index).Field("name");
                NameRules.Section(field, names[index]);
                field.Require(seen.Add(names[index]), $"the rule name \"{names[index]}\" must be unique within the route");
            }
        }
    }

    public static void Matches(FieldScope scope, IReadOnlyList<int> matchesOfRules)
    {
        ValueRules.Count(scope.Field("rules"), matchesOfRules.Count, 0, MostRules);
        for (var index = 0; index < matchesOfRules.Count; index++)
        {
            ValueRules.Count(scope.Item("rules", index).Field("matches"), matchesOfRules[index], 0, MostMatches);
        }

        var total = matchesOfRules.Sum();
        scope.Field("rules").Require(total <= MostMatchesOfRoute, $"all rules together have at most {MostMatchesOfRoute} matches, found {total}");
    }

    /// <summary>Headers or query parameters of a match: each name once.</summary>
    public static void Conditions(FieldScope scope, string field, IReadOnlyList<(string Type, string Name, string Value)> conditions, int longestValue)
    {
        ValueRules.Count(scope.Field(field), conditions.Count, 0, MostHeaders);
        var names = new HashSet<string>(StringComparer.Ordinal);
        scope.Each(field, conditions, (item, condition) =>
        {
            MatchType(item.Field("type"), condition.Type);
            NameRules.Header(item.Field("name"), condition.Name);
            item.Field("name").Require(names.Add(condition.Name), $"\"{condition.Name}\" is there twice");
            ValueRules.Length(item.Field("value"), condition.Value, 1, longestValue);
            if (condition.Type == "RegularExpression" && condition.Value.Length > 0 && Re2Syntax.FindError(condition.Value) is { } error)
            {
                item.Field("value").Warning($"not valid RE2, which is what meshes take: {error}");
            }
        });
    }

    public static void MatchType(FieldScope scope, string type) => ValueRules.OneOf(scope, type, "Exact", "RegularExpression");

    public static void DefaultGateways(FieldScope scope, string gateways) => ValueRules.OneOf(scope.Field("useDefaultGateways"), gateways, "", "All", "None");

    public static void Session(FieldScope scope, SessionPersistence? session)
    {
        if (session is null)
        {
            return;
        }

        if (session.HasIdleTimeout)
        {
            scope.Field("idleTimeout").Warning("has no effect here: nothing is kept of a session but what its caller brings");
        }

        if (session.HasAbsoluteTimeout && session.CookieConfig?.LifetimeType != "Permanent")
        {
            scope.Field("absoluteTimeout").Warning("has no effect here but as the lifetime of a cookie with lifetimeType Permanent");
        }

        if (session.HasSessionName)
        {
            ValueRules.Length(scope.Field("sessionName"), session.SessionName, 1, LongestSession);
        }

        DurationRules.Check(scope.Field("absoluteTimeout"), session.AbsoluteTimeout);
        DurationRules.Check(scope.Field("idleTimeout"), session.IdleTimeout);
        ValueRules.OneOf(scope.Field("type"), session.Type, "Cookie", "Header");
        if (session.CookieConfig is { } cookie)
        {
            ValueRules.OneOf(scope.Field("cookieConfig.lifetimeType"), cookie.LifetimeType, "Permanent", "Session");
            scope.Field("cookieConfig").Require(session.Type == "Cookie", "cookieConfig can only be set with type Cookie");
            scope.Field("absoluteTimeout").Require(
                cookie.LifetimeType != "Permanent" || session.HasAbsoluteTimeout, "absoluteTimeout must be specified when cookie lifetimeType is Permanent");
        }
    }
}
