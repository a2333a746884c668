using System.Collections.Concurrent;
using System.Globalization;
using Mesh.Config;

namespace Mesh.ControlPlane.Kubernetes.Mirror;

/// <summary>
/// Which version of the API server each object has. Ours are numbers that grow with every change; where the server's are numbers too, as etcd's revisions are, both are the same
/// unless changes of two kinds arrive in another order than they were made in.
/// </summary>
internal sealed class ObjectVersions
{
    private readonly ConcurrentDictionary<ResourceId, string> _versions = new();

    /// <summary>Null when there is no such object.</summary>
    public string? Of(ResourceId id) => _versions.GetValueOrDefault(id);

    public void Set(ResourceId id, string version) => _versions[id] = version;

    public void Remove(ResourceId id) => _versions.TryRemove(id, out _);

    /// <summary>The next of ours.</summary>
    /// <param name="last">The one before.</param>
    /// <param name="version">Of the server.</param>
    public static long Next(long last, string version) => Math.Max(last + 1, NumberOf(version));

    /// <summary>0 for a version that is no number.</summary>
    public static long NumberOf(string version) => long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>Whether an object is at least as new as a version; versions that are no numbers can only be the same.</summary>
    public bool IsAtLeast(ResourceId id, string version) =>
        Of(id) is { } known && (known == version || (NumberOf(version) > 0 && NumberOf(known) >= NumberOf(version)));
}
