using Mesh.Protocol.Envoy.Route;

namespace Mesh.Client.Xds.Decoders.Routes;

/// <summary>Checks retry policies as gRPC's clients do (gRFC A44); the policy itself is not read yet.</summary>
internal static class RetryPolicyDecoder
{
    public static void Validate(RetryPolicy? policy, DecodeErrors errors)
    {
        if (policy is null)
        {
            return;
        }

        if (policy.NumRetries == 0)
        {
            errors.Add("num_retries: expected at least 1, got 0");
        }

        if (policy.RetryBackOff is { } backOff)
        {
            var baseErrors = errors.In("retry_back_off.base_interval");
            if (backOff.BaseInterval is null)
            {
                baseErrors.Add("expected a duration above 0, got none");
            }

            DurationDecoder.DecodePositive(backOff.BaseInterval, baseErrors);
            DurationDecoder.DecodePositive(backOff.MaxInterval, errors.In("retry_back_off.max_interval"));
        }

        DurationDecoder.DecodeNonNegative(policy.PerTryTimeout, errors.In("per_try_timeout"));
    }
}
