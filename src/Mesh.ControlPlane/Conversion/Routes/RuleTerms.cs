using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Mesh.Config.Decoding;
using Mesh.Config.Istio.Networking;
using Mesh.Config.Kubernetes.GatewayApi;

namespace Mesh.ControlPlane.Conversion.Routes;

/// <summary>Turns <c>timeouts</c> and <c>retry</c> into those of a VirtualService.</summary>
internal static class RuleTerms
{
    private const int DefaultAttempts = 2;

    // The specification asks for retries of broken connections wherever a policy stands; istiod's conditions.
    private static readonly string[] Conditions = ["connect-failure", "refused-stream", "unavailable", "cancelled"];

    public static void Apply(HTTPRoute target, HTTPRouteRule rule)
    {
        if (rule.Retry is { } retry)
        {
            var attempts = retry.HasAttempts ? retry.Attempts : DefaultAttempts;
            target.Retries = new HTTPRetry
            {
                Attempts = attempts,
                RetryOn = attempts == 0 ? "" : string.Join(',', Conditions.Concat(retry.Codes.Select(code => code.ToString(CultureInfo.InvariantCulture)))),
                Backoff = Read(retry.Backoff),
            };
        }

        target.Timeout = Read(rule.Timeouts?.Request);
        if (Read(rule.Timeouts?.BackendRequest) is not { } oneTry)
        {
            return;
        }

        if (target.Retries is { Attempts: > 0 } retries)
        {
            retries.PerTryTimeout = oneTry;
        }
        else
        {
            // It is at most the whole request's (validation), and without retries there is one try.
            target.Timeout = oneTry;
        }
    }

    /// <summary>Null for none, which zero means too.</summary>
    private static Duration? Read(string? text) =>
        text is { Length: > 0 } && GoDuration.TryParse(text, out var duration) && duration is not { Seconds: 0, Nanos: 0 } ? duration : null;
}
