using System.Collections.Frozen;
using Mesh.Client.Model;

namespace Mesh.Client.Xds.Resources;

/// <summary>Joins what is known of this process's own ports; the last good word on a port stays in force.</summary>
internal sealed class InboundAssembler(ResourceTables tables)
{
    // Listener name by port.
    private Dictionary<int, string> _names = [];
    private FrozenSet<int>? _watched;

    public InboundConfiguration Current { get; private set; } = InboundConfiguration.Empty;

    /// <summary>Says which listeners this process has.</summary>
    public void Watch(Dictionary<int, string> names)
    {
        _names = names;
        if (_watched is null || !_watched.SetEquals(names.Keys))
        {
            _watched = names.Keys.ToFrozenSet();
        }
    }

    public void AddNeeded(NeededNames needed) => needed.Listeners.UnionWith(_names.Values);

    /// <summary>Whether <see cref="Current"/> changed.</summary>
    public bool Update()
    {
        var ports = new Dictionary<int, InboundPort>();
        foreach (var (port, name) in _names)
        {
            if (tables.Listeners.Find(name)?.Value?.Inbound is { } known)
            {
                ports[port] = known;
            }
        }

        if (ReferenceEquals(_watched, Current.Watched) && ports.Count == Current.Ports.Count && ports.All(pair => ReferenceEquals(Current.Ports.GetValueOrDefault(pair.Key), pair.Value)))
        {
            return false;
        }

        Current = new InboundConfiguration(ports.ToFrozenDictionary()) { Watched = _watched };
        return true;
    }
}
