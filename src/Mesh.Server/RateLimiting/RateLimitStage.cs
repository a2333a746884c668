using System.Collections.Immutable;
using System.Globalization;
using Mesh.Client.Telemetry;
using Mesh.Protocol.Grpc;
using Mesh.Server.Propagation;
using Mesh.Server.Reports;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.RateLimiting;

/// <summary>Stage: refuses what is too much with 429, and tells callers how much is left.</summary>
internal sealed class RateLimitStage(RateLimits limits, TimeProvider time, ILogger<RateLimitStage> logger)
{
    private const string LimitedHeader = "x-envoy-ratelimited";
    private const string StateHeader = "RateLimit";
    private const string PolicyHeader = "RateLimit-Policy";

    // Envoy's words.
    private const string Body = "local_rate_limited";

    public RequestDelegate Wrap(RequestDelegate next) => context =>
    {
        var limiters = limits.Of(context);
        if (limiters.IsEmpty)
        {
            return next(context);
        }

        return Count(context, limiters) ? next(context) : RefuseAsync(context);
    };

    /// <summary>Whether the request is within all limits; what a refused one has taken from the others is given back.</summary>
    private bool Count(HttpContext context, ImmutableArray<RateLimiter> limiters)
    {
        var now = time.GetTimestamp();
        (RateLimiter Limiter, CountedBucket Bucket)? tightest = null;
        for (var index = 0; index < limiters.Length; index++)
        {
            var limiter = limiters[index];
            if (limiter.Find(context) is not { } bucket)
            {
                continue;
            }

            if (!bucket.TryTake(now))
            {
                if (Refuses(context, limiter))
                {
                    GiveBack(context, limiters[..index]);
                    Tell(context, limiter, bucket, now, isRefused: true);
                    return false;
                }
            }
            else if (!limiter.Policy.IsShadow && (tightest is not { } known || bucket.Tokens.Remaining(now) < known.Bucket.Tokens.Remaining(now)))
            {
                tightest = (limiter, bucket);
            }
        }

        if (tightest is { } told)
        {
            Tell(context, told.Limiter, told.Bucket, now, isRefused: false);
        }

        return true;
    }

    private bool Refuses(HttpContext context, RateLimiter limiter)
    {
        if (limiter.Policy.IsShadow)
        {
            RateLimitLog.WouldRefuse(logger, limiter.Policy.Name, context.Request.Method, context.Request.Path);
            return false;
        }

        RateLimitLog.Refused(logger, limiter.Policy.Name, context.Request.Method, context.Request.Path);
        return true;
    }

    private static void GiveBack(HttpContext context, ImmutableArray<RateLimiter> counted)
    {
        foreach (var limiter in counted)
        {
            if (!limiter.Policy.IsShadow)
            {
                limiter.Find(context)?.GiveBack();
            }
        }
    }

    /// <summary>draft-ietf-httpapi-ratelimit-headers: the limit that is nearest.</summary>
    private static void Tell(HttpContext context, RateLimiter limiter, CountedBucket bucket, long now, bool isRefused)
    {
        var (tokens, headers) = (bucket.Tokens, context.Response.Headers);
        var wait = Seconds(isRefused ? tokens.Wait(now) : tokens.Window);
        headers[StateHeader] = string.Create(CultureInfo.InvariantCulture, $"\"{limiter.ShortName}\";r={tokens.Remaining(now)};t={wait}");
        headers[PolicyHeader] = string.Create(CultureInfo.InvariantCulture, $"\"{limiter.ShortName}\";q={tokens.Capacity};w={Seconds(tokens.Window)}");
        if (isRefused)
        {
            headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
            headers[LimitedHeader] = "true";
        }
    }

    private static long Seconds(TimeSpan span) => Math.Max(1, (long)Math.Ceiling(span.TotalSeconds));

    private static Task RefuseAsync(HttpContext context)
    {
        RequestRecord.Mark(context, ResponseFlags.RateLimited, RequestDetails.RateLimited);
        return Refusal.WriteAsync(context, StatusCodes.Status429TooManyRequests, GrpcStatusCode.ResourceExhausted, Body);
    }
}
