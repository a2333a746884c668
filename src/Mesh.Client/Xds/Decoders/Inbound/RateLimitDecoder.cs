using System.Collections.Immutable;
using System.Security.Cryptography;
using Google.Protobuf;
using Mesh.Client.Model;
using Mesh.Protocol.Extensions.RateLimit;
using Mesh.Protocol.Xds;
using WireBucket = Mesh.Protocol.Envoy.Type.TokenBucket;
using WireValue = Mesh.Protocol.Extensions.RateLimit.CountedValue;
using ValueCase = Mesh.Protocol.Extensions.RateLimit.CountedValue.ValueOneofCase;

namespace Mesh.Client.Xds.Decoders.Inbound;

/// <summary>Decodes how many requests a port takes.</summary>
internal static class RateLimitDecoder
{
    public const string FilterType = "mesh.rate_limit.v1.RateLimits";

    private const int DefaultMaxBuckets = 10_000;

    public static ImmutableArray<RateLimitPolicy> Decode(TypedConfig config, DecodeErrors errors)
    {
        if (config.Parse(RateLimits.Parser, errors) is not { } message)
        {
            return [];
        }

        var policies = ImmutableArray.CreateBuilder<RateLimitPolicy>(message.Limits.Count);
        for (var index = 0; index < message.Limits.Count; index++)
        {
            if (Decode(message.Limits[index], errors.In("limits", index)) is { } policy)
            {
                policies.Add(policy);
            }
        }

        return policies.ToImmutable();
    }

    private static RateLimitPolicy? Decode(Limit limit, DecodeErrors errors)
    {
        var bucket = limit.RateCase switch
        {
            Limit.RateOneofCase.TokenBucket => Bucket(limit.TokenBucket, errors.In("token_bucket")),
            Limit.RateOneofCase.Quota => Whole(limit.Quota, errors.In("quota")),
            _ => Missing(errors),
        };
        var matches = RequestConditionDecoder.Decode(limit.Matches, errors);
        var counted = limit.CountedValues.Select((value, index) => Counted(value, errors.In("counted_values", index))).OfType<Model.CountedValue>().ToImmutableArray();
        return bucket is null ? null : new RateLimitPolicy(limit.Name, Convert.ToHexString(SHA256.HashData(limit.ToByteArray())))
        {
            Matches = matches,
            CountedValues = counted,
            Bucket = bucket,
            IsQuota = limit.RateCase is Limit.RateOneofCase.Quota,
            MaxBuckets = limit.MaxBuckets == 0 ? DefaultMaxBuckets : (int)Math.Min(limit.MaxBuckets, int.MaxValue),
            IsShadow = limit.Shadow,
        };
    }

    /// <summary>Envoy's rules for a token bucket.</summary>
    internal static TokenBucketPolicy? Bucket(WireBucket bucket, DecodeErrors errors)
    {
        var interval = DurationDecoder.DecodePositive(bucket.FillInterval, errors.In("fill_interval"));
        var perFill = bucket.TokensPerFill ?? 1;
        if (bucket.MaxTokens == 0 || perFill == 0)
        {
            errors.Add("max_tokens and tokens_per_fill: expected more than zero");
        }

        return interval is { } every && bucket.MaxTokens > 0 && perFill > 0 ? new TokenBucketPolicy(bucket.MaxTokens, perFill, every) : null;
    }

    private static TokenBucketPolicy? Whole(Quota quota, DecodeErrors errors)
    {
        if (quota.Requests == 0)
        {
            errors.In("requests").Add("expected more than zero");
        }

        return DurationDecoder.DecodePositive(quota.Per, errors.In("per")) is { } period && quota.Requests > 0
            ? new TokenBucketPolicy((uint)Math.Max(1, Math.Ceiling(quota.Requests * QuotaBuckets.Burst)), 1, period / quota.Requests)
            : null;
    }

    private static TokenBucketPolicy? Missing(DecodeErrors errors)
    {
        errors.Add("expected token_bucket or quota, got neither");
        return null;
    }

    private static Model.CountedValue? Counted(WireValue value, DecodeErrors errors)
    {
        Model.CountedValue? counted = value.ValueCase switch
        {
            ValueCase.Header => new(CountedValueKind.Header, value.Header),
            ValueCase.Principal => new(CountedValueKind.Principal, ""),
            ValueCase.RequestPrincipal => new(CountedValueKind.RequestPrincipal, ""),
            ValueCase.Claim => new(CountedValueKind.Claim, value.Claim),
            ValueCase.RemoteAddress => new(CountedValueKind.RemoteAddress, ""),
            ValueCase.QueryParameter => new(CountedValueKind.QueryParameter, value.QueryParameter),
            ValueCase.Route => new(CountedValueKind.Route, ""),
            ValueCase.Consumer => new(CountedValueKind.Consumer, ""),
            _ => null,
        };
        if (counted is null)
        {
            // Left out, the limit would count together what is to be counted apart.
            errors.Add("expected a value that this version knows, got none");
        }

        return counted;
    }
}
