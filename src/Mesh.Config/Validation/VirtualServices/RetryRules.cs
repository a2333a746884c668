using System.Globalization;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.VirtualServices;

/// <summary>Retry policies.</summary>
internal static class RetryRules
{
    private static readonly HashSet<string> Conditions = new(StringComparer.Ordinal)
    {
        "5xx", "gateway-error", "reset", "reset-before-request", "connect-failure", "retriable-4xx", "refused-stream", "retriable-status-codes",
        "retriable-headers", "envoy-ratelimited", "http3-post-connect-failure", "cancelled", "deadline-exceeded", "internal", "resource-exhausted",
        "unavailable",
    };

    public static void Check(FieldScope scope, HTTPRetry? retry)
    {
        if (retry is null)
        {
            return;
        }

        ValueRules.NotNegative(scope.Field("attempts"), retry.Attempts);
        scope.Field("attempts").Require(
            retry.Attempts != 0 || (retry.PerTryTimeout is null && retry.RetryOn.Length == 0 && retry.RetryRemoteLocalities is null),
            "attempts is 0, which turns retries off, but other retry settings are given; set attempts or remove them");
        ValueRules.Duration(scope.Field("perTryTimeout"), retry.PerTryTimeout);
        ValueRules.Duration(scope.Field("backoff"), retry.Backoff);
        if (retry.RetryOn.Length == 0)
        {
            return;
        }

        // Istio does not trim blanks here: "5xx, reset" is an error.
        foreach (var token in retry.RetryOn.Split(',').Where(token => !Conditions.Contains(token) && !IsStatus(token)))
        {
            var hint = Conditions.Contains(token.Trim()) || IsStatus(token.Trim()) ? "; remove the blanks" : "";
            scope.Field("retryOn").Error($"\"{token}\" is no retry condition and no HTTP status{hint}");
        }
    }

    // The registered ones: 306 is reserved, and .NET lacks two that are not.
    private static bool IsStatus(string token) =>
        int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var status)
        && (Enum.IsDefined((System.Net.HttpStatusCode)status) || status is 418 or 425)
        && status != 306;
}
