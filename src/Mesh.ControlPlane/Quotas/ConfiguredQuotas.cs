using System.Collections.Frozen;
using Mesh.Config.Extensions;
using Mesh.Config.Stores;
using Mesh.Protocol.Xds;

namespace Mesh.ControlPlane.Quotas;

/// <summary>Finds the quotas that the configuration in force states.</summary>
internal sealed class ConfiguredQuotas(Func<ConfigSnapshot> current)
{
    // Replaced as a whole when the configuration has changed.
    private volatile Index _index = new(null, FrozenDictionary<string, QuotaLimit>.Empty);

    /// <param name="limit">NAMESPACE/NAME/RULE.</param>
    public QuotaLimit? Find(string limit)
    {
        var config = current();
        var index = _index;
        if (index.Source?.EffectiveVersion != config.EffectiveVersion)
        {
            _index = index = new Index(config, Read(config));
        }

        return index.Limits.GetValueOrDefault(limit);
    }

    private static FrozenDictionary<string, QuotaLimit> Read(ConfigSnapshot config) =>
    (
        from resource in config.Resources.Values
        where resource.Spec is RateLimit
        from rule in ((RateLimit)resource.Spec!).Rules
        where rule.Quota is not null
        select KeyValuePair.Create(
            QuotaBuckets.LimitOf(resource.Id.Namespace, resource.Id.Name, rule.Name),
            new QuotaLimit(resource.Id.Namespace, rule.Quota.Requests, rule.Quota.Per?.ToTimeSpan() ?? QuotaBuckets.DefaultPeriod))
    ).ToFrozenDictionary(StringComparer.Ordinal);

    private sealed record Index(ConfigSnapshot? Source, FrozenDictionary<string, QuotaLimit> Limits);
}
