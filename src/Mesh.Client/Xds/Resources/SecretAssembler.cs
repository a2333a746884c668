using System.Collections.Frozen;
using Mesh.Client.Model;

namespace Mesh.Client.Xds.Resources;

/// <summary>Follows the secrets that clusters and gateways name; what was good last stays.</summary>
internal sealed class SecretAssembler(ResourceTables tables)
{
    private bool _hasChanged;

    /// <summary>What is asked for.</summary>
    public IReadOnlyCollection<string> Names { get; private set; } = [];

    /// <summary>What has been answered, and what is awaited still.</summary>
    public FrozenDictionary<string, DeliveredSecret> Current { get; private set; } = FrozenDictionary<string, DeliveredSecret>.Empty;

    /// <summary>Whether <see cref="Current"/> has changed since this was last asked.</summary>
    public bool TakeChange()
    {
        var changed = _hasChanged;
        _hasChanged = false;
        return changed;
    }

    public void Update(IReadOnlyCollection<string> names)
    {
        Names = names;
        if (names.Count == 0 && Current.Count == 0)
        {
            return;
        }

        var answers = names.ToDictionary(name => name, Answer, StringComparer.Ordinal);
        if (answers.Count != Current.Count || answers.Any(pair => Current.GetValueOrDefault(pair.Key) != pair.Value))
        {
            (Current, _hasChanged) = (answers.ToFrozenDictionary(StringComparer.Ordinal), true);
        }
    }

    private DeliveredSecret Answer(string name) => tables.Secrets.Find(name) is { IsAnswered: true } watch
        ? new DeliveredSecret(watch.Value?.Tls, watch.Value?.Tls is null ? watch.Error : null)
        : DeliveredSecret.Awaited;
}
