using System.Collections.Concurrent;
using Mesh.Client.Model;
using Mesh.Client.Xds.Quotas;

namespace Mesh.Server.Apis.Usage;

/// <summary>Counts requests by API, consumer and version until they are reported to the control plane.</summary>
internal sealed class ApiUsageBook : IQuotaBook
{
    public const char Separator = '\u001f';

    /// <summary>Names come from the control plane, so that they are bounded; this is for mistakes.</summary>
    private const int MaxCounters = 200_000;

    private readonly ConcurrentDictionary<(string Rule, string Consumer, string Version), Counter> _counters = new();

    public void Count(string rule, string consumer, string version, bool isFailed)
    {
        var key = (rule, consumer, version);
        if (!_counters.TryGetValue(key, out var counter))
        {
            if (_counters.Count >= MaxCounters)
            {
                return;
            }

            counter = _counters.GetOrAdd(key, static _ => new Counter());
        }

        counter.Add(isFailed);
    }

    public IReadOnlyList<QuotaUsage> TakeUsage()
    {
        var usage = new List<QuotaUsage>();
        foreach (var (key, counter) in _counters)
        {
            var (served, failed) = counter.Take();
            if (served + failed > 0)
            {
                usage.Add(new QuotaUsage(key.Rule, $"{key.Consumer}{Separator}{key.Version}", served, failed, IsFirst: false));
            }
        }

        return usage;
    }

    public void Assign(string limit, string values, TokenBucketPolicy? share)
    {
        // Usage is told, and nothing is asked for.
    }

    private sealed class Counter
    {
        private long _served;
        private long _failed;

        public void Add(bool isFailed) => Interlocked.Increment(ref isFailed ? ref _failed : ref _served);

        public (ulong Served, ulong Failed) Take() => ((ulong)Interlocked.Exchange(ref _served, 0), (ulong)Interlocked.Exchange(ref _failed, 0));
    }
}
