namespace Mesh.Client.Xds.Guards;

/// <summary>When a cluster has lost more endpoints, or a process more listeners, at once than is plausible, and what is done about it.</summary>
internal sealed record ShrinkRules
{
    /// <summary>Smaller sets lose half of themselves in every restart.</summary>
    public const int MinEndpoints = 4;

    /// <summary>How long the set before is held at most; zero turns the guard off.</summary>
    public TimeSpan HoldTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often those that are to go are asked whether they still take connections.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Hosts whose clusters may shrink as they like.</summary>
    public IReadOnlySet<string> AllowEmpty { get; init; } = new HashSet<string>();

    public static bool IsImplausible(int before, int left) => before > 0 && (left == 0 || (before >= MinEndpoints && left * 2 < before));

    /// <summary>One service that goes alone is what an operator does, even when it is the only one that is called (decision 0031).</summary>
    public static bool IsImplausibleRemoval(int before, int left) => before > 1 && before - left > 1 && IsImplausible(before, left);

    /// <summary>Whether the host of a listener's name (<c>host:port</c>) is one of those.</summary>
    public bool AllowsListener(string name) => AllowEmpty.Contains(name) || (name.LastIndexOf(':') is > 0 and var port && AllowEmpty.Contains(name[..port]));

    /// <summary>Whether the host of a cluster's name (<c>outbound|port|subset|host</c>) is one of those.</summary>
    public bool Allows(string cluster) => AllowEmpty.Contains(cluster) || AllowEmpty.Contains(cluster[(cluster.LastIndexOf('|') + 1)..]);
}
