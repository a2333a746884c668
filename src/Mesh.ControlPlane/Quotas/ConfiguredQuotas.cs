using System.Collections.Frozen;
using Mesh.Config;
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
        config.Resources.Values.SelectMany(Read).ToFrozenDictionary(StringComparer.Ordinal);

    private static IEnumerable<KeyValuePair<string, QuotaLimit>> Read(Resource resource) => resource.Spec switch
    {
        RateLimit limits => from rule in limits.Rules where rule.Quota is not null select Limit(resource.Id, resource.Id.Name, rule.Name, rule.Quota),
        ApiPlan plan => from limit in plan.Limits where limit.Quota is not null select Limit(resource.Id, QuotaBuckets.PlanPrefix + resource.Id.Name, limit.Name, limit.Quota),
        _ => [],
    };

    private static KeyValuePair<string, QuotaLimit> Limit(ResourceId id, string name, string rule, RateLimit.Types.Quota quota) => KeyValuePair.Create(
        QuotaBuckets.LimitOf(id.Namespace, name, rule),
        new QuotaLimit(id.Namespace, quota.Requests, quota.Per?.ToTimeSpan() ?? QuotaBuckets.DefaultPeriod));

    private sealed record Index(ConfigSnapshot? Source, FrozenDictionary<string, QuotaLimit> Limits);
}
