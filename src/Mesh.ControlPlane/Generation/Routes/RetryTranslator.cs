using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Mesh.Config.Istio.Networking;
using Mesh.Protocol.Envoy.Route;

namespace Mesh.ControlPlane.Generation.Routes;

/// <summary>Turns <c>retries</c> into a retry policy.</summary>
internal static class RetryTranslator
{
    private const int DefaultRetries = 2;
    private const string DefaultRetryOn = "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes";
    private const string RetriableStatusCodes = "retriable-status-codes";
    private const int HostSelectionAttempts = 5;
    private const string PreviousHosts = "envoy.retry_host_predicates.previous_hosts";
    private const string PreviousPriorities = "envoy.retry_priorities.previous_priorities";

    // Both extensions are asked for by name; their messages carry nothing that Istio sets to other than its default.
    private static readonly Any PreviousHostsPredicate =
        new() { TypeUrl = "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate" };

    private static readonly Any PreviousPrioritiesConfig =
        new() { TypeUrl = "type.googleapis.com/envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig" };

    /// <summary>Istio's policy where none is set: two retries of what was surely not handled.</summary>
    public static RetryPolicy Default() => new()
    {
        NumRetries = DefaultRetries,
        RetryOn = DefaultRetryOn,
        HostSelectionRetryMaxAttempts = HostSelectionAttempts,
        RetryHostPredicate = { new RetryPolicy.Types.RetryHostPredicate { Name = PreviousHosts, TypedConfig = PreviousHostsPredicate } },
    };

    /// <summary>Null when retries are turned off.</summary>
    public static RetryPolicy? Translate(HTTPRetry? retries)
    {
        if (retries is null)
        {
            return Default();
        }

        // gRPC refuses a policy of no retries (gRFC A44); no policy says the same.
        if (retries.Attempts <= 0)
        {
            return null;
        }

        var policy = Default();
        policy.NumRetries = (uint)retries.Attempts;
        policy.PerTryTimeout = retries.PerTryTimeout;
        SetConditions(policy, retries.RetryOn);
        if (retries.Backoff is not null)
        {
            policy.RetryBackOff = new RetryPolicy.Types.RetryBackOff { BaseInterval = retries.Backoff };
        }

        if (retries.RetryIgnorePreviousHosts == false)
        {
            policy.RetryHostPredicate.Clear();
        }

        if (retries.RetryRemoteLocalities == true)
        {
            policy.RetryPriority = new RetryPolicy.Types.RetryPriority { Name = PreviousPriorities, TypedConfig = PreviousPrioritiesConfig };
        }

        return policy;
    }

    private static void SetConditions(RetryPolicy policy, string retryOn)
    {
        var conditions = new List<string>();
        foreach (var part in retryOn.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (uint.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code is >= 100 and <= 599)
            {
                policy.RetriableStatusCodes.Add(code);
            }
            else
            {
                conditions.Add(part);
            }
        }

        if (policy.RetriableStatusCodes.Count > 0 && !conditions.Contains(RetriableStatusCodes))
        {
            conditions.Add(RetriableStatusCodes);
        }

        if (conditions.Count > 0)
        {
            policy.RetryOn = string.Join(',', conditions);
        }
    }
}
