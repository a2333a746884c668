using Mesh.Config.Istio.Security;

namespace Mesh.Config.Validation.Security;

/// <summary>The attributes that conditions may name, and the values each of them takes.</summary>
internal static class ConditionRules
{
    public static void Check(FieldScope scope, Condition condition)
    {
        scope.Field("key").Require(condition.Key.Length > 0, "a key is required");
        if (condition.Key.Length == 0)
        {
            return;
        }

        scope.Require(condition.Values.Count + condition.NotValues.Count > 0, $"at least one of values and notValues is required for {condition.Key}");
        if (ProblemOf(condition.Key) is { } problem)
        {
            scope.Field("key").Error(problem);
            return;
        }

        Values(scope, condition.Key, "values", condition.Values);
        Values(scope, condition.Key, "notValues", condition.NotValues);
    }

    private static void Values(FieldScope scope, string key, string field, IReadOnlyList<string> values)
    {
        ValueListRules.NotEmpty(scope, field, values);
        switch (key)
        {
            case "source.ip" or "remote.ip" or "destination.ip":
                ValueListRules.Addresses(scope, field, values);
                break;
            case "destination.port":
                ValueListRules.Ports(scope, field, values);
                break;
            case "source.serviceAccount":
                ValueListRules.ServiceAccounts(scope, field, values);
                break;
            case "source.trustDomain":
                ValueListRules.TrustDomains(scope, field, values);
                break;
        }
    }

    private static string? ProblemOf(string key) => key switch
    {
        "source.ip" or "remote.ip" or "source.namespace" or "source.serviceAccount" or "source.principal" or "source.trustDomain" => null,
        "request.auth.principal" or "request.auth.audiences" or "request.auth.presenter" => null,
        "destination.ip" or "destination.port" or "connection.sni" => null,
        "destination.namespace" => "destination.namespace is replaced by the namespace of the policy",
        "destination.name" or "destination.user" => $"{key} was of v1alpha1 only; use the selector of the policy",
        _ when key.StartsWith("destination.labels", StringComparison.Ordinal) => "destination.labels is replaced by the selector of the policy",
        _ when IsMap(key) => HasName(key) ? null : $"\"{key}\" must have the form attribute[name]",
        _ => $"unknown attribute \"{key}\"; use one of source.ip, remote.ip, source.namespace, source.serviceAccount, source.principal, source.trustDomain, "
            + "request.headers[NAME], request.auth.principal, request.auth.audiences, request.auth.presenter, request.auth.claims[NAME], destination.ip, destination.port, connection.sni",
    };

    private static bool IsMap(string key) =>
        key.StartsWith("request.headers", StringComparison.Ordinal)
        || key.StartsWith("request.experimental.inline.headers", StringComparison.Ordinal)
        || key.StartsWith("request.auth.claims", StringComparison.Ordinal)
        || key.StartsWith("experimental.envoy.filters.", StringComparison.Ordinal);

    private static bool HasName(string key)
    {
        var open = key.IndexOf('[', StringComparison.Ordinal);
        return key.EndsWith(']') && open > 0 && open < key.Length - 2;
    }
}
