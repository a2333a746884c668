using System.Collections.Concurrent;
using System.Collections.Immutable;
using Mesh.Client.Hosting;
using Mesh.Client.Model;
using Mesh.Client.Xds.Quotas;
using Mesh.Server.Rules;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.RateLimiting;

/// <summary>The limits in force by port, compiled when the control plane changes them; and the book of their quotas.</summary>
internal sealed class RateLimits(InboundPolicy policy, TimeProvider time) : IQuotaBook
{
    private readonly ConcurrentDictionary<int, CompiledLimits> _ports = new();
    private readonly Lock _lock = new();

    /// <summary>Those of the port as the request was admitted; empty for most.</summary>
    public ImmutableArray<RateLimiter> Of(HttpContext context)
    {
        if (AdmittedPort.Find(context, policy) is not { RateLimits: { IsEmpty: false } admitted })
        {
            return [];
        }

        var port = context.Connection.LocalPort;
        return _ports.TryGetValue(port, out var known) && known.IsOf(admitted)
            ? known.Limiters
            : Compile(port, admitted, isNewest: context.Features.Get<IRoutedRequest>() is not null);
    }

    /// <summary>What is counted at a port now.</summary>
    public ImmutableArray<RateLimiter> Current(int port) => _ports.TryGetValue(port, out var known) ? known.Limiters : [];

    public IReadOnlyList<QuotaUsage> TakeUsage()
    {
        var usage = new List<QuotaUsage>();
        foreach (var limiter in Quotas())
        {
            foreach (var (values, bucket) in limiter.Buckets.All)
            {
                var (allowed, denied) = bucket.TakeCounts();
                if (allowed + denied > 0 || bucket.IsReported)
                {
                    usage.Add(new QuotaUsage(limiter.Policy.Name, values, (ulong)allowed, (ulong)denied, IsFirst: !bucket.IsReported));
                    bucket.IsReported = true;
                }
            }
        }

        return usage;
    }

    public void Assign(string limit, string values, TokenBucketPolicy? share)
    {
        foreach (var limiter in Quotas())
        {
            if (limiter.Policy.Name == limit && limiter.Buckets.Find(values) is { } bucket)
            {
                bucket.Tokens.Change(share ?? limiter.Policy.Bucket);
                bucket.IsReported &= share is not null;
            }
        }
    }

    /// <summary>The same quota may be at several ports, each of which counts for itself.</summary>
    private IEnumerable<RateLimiter> Quotas() =>
        _ports.Values.SelectMany(limits => limits.Limiters).Where(limiter => limiter.Policy.IsQuota);

    /// <param name="port">Where requests come in.</param>
    /// <param name="source">The limits.</param>
    /// <param name="isNewest">Known to be in force: a gateway admits by what is newest.</param>
    private ImmutableArray<RateLimiter> Compile(int port, ImmutableArray<RateLimitPolicy> source, bool isNewest)
    {
        lock (_lock)
        {
            var known = _ports.GetValueOrDefault(port);
            if (known?.IsOf(source) == true)
            {
                return known.Limiters;
            }

            var compiled = new CompiledLimits(source, known, time);
            if (isNewest || (policy.Current.Ports.TryGetValue(port, out var current) && current.RateLimits == source))
            {
                _ports[port] = compiled;
            }

            // Otherwise the request was admitted by limits of before: it counts in those that are the same still.
            return compiled.Limiters;
        }
    }
}
