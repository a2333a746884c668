using Google.Protobuf.WellKnownTypes;
using Mesh.Config.Extensions;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Extensions.RateLimit;
using Mesh.Protocol.Xds;
using CountedValue = Mesh.Protocol.Extensions.RateLimit.CountedValue;
using Match = Mesh.Protocol.Extensions.RateLimit.Match;
using PlanLimit = Mesh.Config.Extensions.ApiPlan.Types.Limit;
using Quota = Mesh.Protocol.Extensions.RateLimit.Quota;
using Rule = Mesh.Config.Extensions.RateLimit.Types.Rule;
using SourceBucket = Mesh.Config.Extensions.RateLimit.Types.TokenBucket;
using SourceCase = Mesh.Config.Extensions.RateLimit.Types.CountedValue.ValueOneofCase;
using SourceQuota = Mesh.Config.Extensions.RateLimit.Types.Quota;
using SourceValue = Mesh.Config.Extensions.RateLimit.Types.CountedValue;
using TokenBucket = Mesh.Protocol.Envoy.Type.TokenBucket;

namespace Mesh.ControlPlane.Generation.Inbound.RateLimits;

/// <summary>Makes the filter that counts requests: the rules of every RateLimit that holds for the port.</summary>
internal static class RateLimitFilter
{
    private const string Name = "mesh.filters.http.rate_limit";

    /// <summary>Consumers of a plan that one process counts at a time.</summary>
    private const uint MostConsumers = 100_000;

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
            filter.Limits.Add(resource.Spec.Rules.Select(rule => Limit(resource, rule)));
        }

        filter.Limits.Add(
            from ns in PolicySelector.ApiAccesses(target).Select(access => access.Namespace).Distinct(StringComparer.Ordinal)
            from plan in target.Context.Index.ApiPlans.Of(ns)
            from limit in plan.Spec.Limits
            select Limit(plan, limit));

        return filter.Limits.Count == 0 ? [] : [new HttpFilter { Name = Name, TypedConfig = Any.Pack(filter) }];
    }

    private static Limit Limit(ConfigResource<RateLimit> resource, Rule rule)
    {
        var limit = new Limit
        {
            Name = QuotaBuckets.LimitOf(resource.Namespace, resource.Resource.Id.Name, rule.Name),
            MaxBuckets = rule.MaxBuckets ?? 0,
            Shadow = rule.DryRun,
        };
        limit.Matches.Add(rule.Match.Select(match => RequestMatchTranslator.Translate(match, resource.Namespace)));
        limit.CountedValues.Add(rule.By.Select(Counted));
        return SetRate(limit, rule.TokenBucket, rule.Quota);
    }

    /// <summary>What each consumer of a plan may take, counted apart.</summary>
    private static Limit Limit(ConfigResource<ApiPlan> plan, PlanLimit source)
    {
        var limit = new Limit
        {
            Name = QuotaBuckets.LimitOf(plan.Namespace, QuotaBuckets.PlanPrefix + plan.Resource.Id.Name, source.Name),
            MaxBuckets = MostConsumers,
            CountedValues = { new CountedValue { Consumer = new Empty() } },
        };
        var name = RequestMatchTranslator.Qualify(plan.Namespace, plan.Resource.Id.Name);
        limit.Matches.Add(source.Match.Select(match => RequestMatchTranslator.Translate(match, plan.Namespace)).DefaultIfEmpty(new Match()));
        foreach (var match in limit.Matches)
        {
            match.Plans.Add(name);
        }

        return SetRate(limit, source.TokenBucket, source.Quota);
    }

    private static Limit SetRate(Limit limit, SourceBucket? bucket, SourceQuota? quota)
    {
        if (quota is not null)
        {
            limit.Quota = new Quota { Requests = quota.Requests, Per = quota.Per ?? Duration.FromTimeSpan(QuotaBuckets.DefaultPeriod) };
        }
        else if (bucket is not null)
        {
            limit.TokenBucket = new TokenBucket { MaxTokens = bucket.MaxTokens, TokensPerFill = bucket.TokensPerFill, FillInterval = bucket.FillInterval };
        }

        return limit;
    }

    private static CountedValue Counted(SourceValue source) => source.ValueCase switch
    {
        SourceCase.Header => new CountedValue { Header = source.Header },
        SourceCase.Principal => new CountedValue { Principal = new Empty() },
        SourceCase.RequestPrincipal => new CountedValue { RequestPrincipal = new Empty() },
        SourceCase.Claim => new CountedValue { Claim = source.Claim },
        SourceCase.RemoteAddress => new CountedValue { RemoteAddress = new Empty() },
        SourceCase.Consumer => new CountedValue { Consumer = new Empty() },
        SourceCase.QueryParameter => new CountedValue { QueryParameter = source.QueryParameter },
        _ => new CountedValue { Route = new Empty() },
    };
}
