using System.Globalization;
using System.Net.Http.Headers;
using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Attempts;

/// <summary>Reads from a response when its endpoint wants to be tried again.</summary>
internal static class RetryAfter
{
    /// <summary>A <c>Retry-After</c> beyond this is an answer for the caller, not for one who holds the call open.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private const string GrpcPushback = "grpc-retry-pushback-ms";

    /// <summary>
    /// gRPC's push-back (gRFC A6): the exact time to wait; <see cref="Timeout.InfiniteTimeSpan"/> when it forbids retries, by a number below zero or one
    /// that cannot be read; null when the response has none.
    /// </summary>
    public static TimeSpan? ReadPushback(HttpResponseMessage response)
    {
        if (!response.Headers.NonValidated.TryGetValues(GrpcPushback, out var values))
        {
            return null;
        }

        return int.TryParse(values.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds >= 0
            ? TimeSpan.FromMilliseconds(milliseconds)
            : Timeout.InfiniteTimeSpan;
    }

    /// <summary>The wait by the policy's reset headers (Envoy's rate_limited_retry_back_off); null when none is there, readable and short enough.</summary>
    public static TimeSpan? ReadReset(RateLimitedBackoff policy, HttpResponseMessage response, DateTimeOffset now)
    {
        foreach (var header in policy.ResetHeaders)
        {
            if (response.Headers.NonValidated.TryGetValues(header.Name, out var values)
                && long.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && ToWait(header, number, now) is { } wait
                && wait <= policy.MaxInterval)
            {
                return wait;
            }
        }

        return null;
    }

    /// <summary>The <c>Retry-After</c> of a 429 or 503 (RFC 9110 10.2.3, RFC 6585 4); null when it has none.</summary>
    public static TimeSpan? Read(HttpResponseMessage response, DateTimeOffset now)
    {
        if ((int)response.StatusCode is not (429 or 503) || !response.Headers.NonValidated.Contains("Retry-After"))
        {
            return null;
        }

        RetryConditionHeaderValue? value = response.Headers.RetryAfter;
        var wait = value?.Delta ?? value?.Date - now;
        return wait is { } time ? (time > TimeSpan.Zero ? time : TimeSpan.Zero) : null;
    }

    private static TimeSpan? ToWait(ResetHeader header, long number, DateTimeOffset now)
    {
        // Beyond any interval that could be allowed, and beyond what dates can hold.
        const long Most = 253_402_300_799;
        if (number > Most)
        {
            return null;
        }

        if (!header.IsUnixTime)
        {
            return TimeSpan.FromSeconds(number);
        }

        var wait = DateTimeOffset.FromUnixTimeSeconds(number) - now;
        return wait >= TimeSpan.Zero ? wait : null;
    }
}
