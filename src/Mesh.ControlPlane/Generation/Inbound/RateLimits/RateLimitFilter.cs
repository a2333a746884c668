using Google.Protobuf.WellKnownTypes;
using Mesh.ControlPlane.Generation.Routes;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Extensions.RateLimit;
using Mesh.Protocol.Xds;
using Rule = Mesh.Config.Extensions.RateLimit.Types.Rule;
using SourceCase = Mesh.Config.Extensions.RateLimit.Types.CountedValue.ValueOneofCase;
using SourceMatch = Mesh.Config.Extensions.RateLimit.Types.Match;
using SourceValue = Mesh.Config.Extensions.RateLimit.Types.CountedValue;
using TokenBucket = Mesh.Protocol.Envoy.Type.TokenBucket;

namespace Mesh.ControlPlane.Generation.Inbound.RateLimits;

/// <summary>Makes the filter that counts requests: the rules of every RateLimit that holds for the port.</summary>
internal static class RateLimitFilter
{
    private const string Name = "mesh.filters.http.rate_limit";

    /// <summary>None, or one; gRPC's own servers know no such filter, and a port without HTTP has no requests.</summary>
    public static IEnumerable<HttpFilter> Of(InboundTarget target)
    {
        if (target.Context.IsProxylessGrpc || target.IsTcp)
        {
            return [];
        }

        var filter = new Mesh.Protocol.Extensions.RateLimit.RateLimits();
        foreach (var resource in PolicySelector.RateLimits(target))
        {
            filter.Limits.Add(resource.Spec.Rules.Select(rule => Limit(QuotaBuckets.LimitOf(resource.Namespace, resource.Resource.Id.Name, rule.Name), rule)));
        }

        return filter.Limits.Count == 0 ? [] : [new HttpFilter { Name = Name, TypedConfig = Any.Pack(filter) }];
    }

    private static Limit Limit(string name, Rule rule)
    {
        var limit = new Limit { Name = name, MaxBuckets = rule.MaxBuckets ?? 0, Shadow = rule.DryRun };
        limit.Matches.Add(rule.Match.Select(Match));
        limit.CountedValues.Add(rule.By.Select(Counted));
        if (rule.Quota is { } quota)
        {
            limit.Quota = new Quota { Requests = quota.Requests, Per = quota.Per ?? Duration.FromTimeSpan(QuotaBuckets.DefaultPeriod) };
        }
        else
        {
            limit.TokenBucket = new TokenBucket
            {
                MaxTokens = rule.TokenBucket.MaxTokens,
                TokensPerFill = rule.TokenBucket.TokensPerFill,
                FillInterval = rule.TokenBucket.FillInterval,
            };
        }

        return limit;
    }

    private static Match Match(SourceMatch source)
    {
        var match = new Match { Route = source.Route };
        if (source.Uri is { } uri)
        {
            match.Path = StringMatchTranslator.Translate(uri);
        }

        match.Methods.Add(source.Methods);
        match.Headers.Add(source.Headers
            .OrderBy(header => header.Key, StringComparer.Ordinal)
            .Select(header => HeaderMatchTranslator.Translate(header.Key, header.Value, ClientKind.MeshClient)));
        return match;
    }

    private static CountedValue Counted(SourceValue source) => source.ValueCase switch
    {
        SourceCase.Header => new CountedValue { Header = source.Header },
        SourceCase.Principal => new CountedValue { Principal = new Empty() },
        SourceCase.RequestPrincipal => new CountedValue { RequestPrincipal = new Empty() },
        SourceCase.Claim => new CountedValue { Claim = source.Claim },
        SourceCase.RemoteAddress => new CountedValue { RemoteAddress = new Empty() },
        SourceCase.QueryParameter => new CountedValue { QueryParameter = source.QueryParameter },
        _ => new CountedValue { Route = new Empty() },
    };
}
