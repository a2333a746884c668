using System.Globalization;

namespace Mesh.Client.Xds.Guards;

/// <summary>The version of the store that a response is of, as control planes that share one say it in what they call themselves.</summary>
/// <param name="Epoch">Names the count; versions of different ones cannot be compared.</param>
/// <param name="Version">Grows with every change.</param>
/// <param name="IsBehind">The control plane knows that it does not follow the store now.</param>
internal readonly record struct StoreVersion(string Epoch, long Version, bool IsBehind)
{
    private const string EpochKey = "epoch=";
    private const string VersionKey = "version=";
    private const string Behind = "behind";

    /// <summary>Null of a server that says nothing of it.</summary>
    public static StoreVersion? Parse(string identifier)
    {
        if (!MeshServer.Is(identifier) || !identifier.Contains(EpochKey, StringComparison.Ordinal))
        {
            return null;
        }

        var (epoch, version, behind) = ("", -1L, false);
        foreach (var word in identifier.Split(' '))
        {
            epoch = word.StartsWith(EpochKey, StringComparison.Ordinal) ? word[EpochKey.Length..] : epoch;
            behind |= word == Behind;
            if (word.StartsWith(VersionKey, StringComparison.Ordinal) && long.TryParse(word.AsSpan(VersionKey.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                version = number;
            }
        }

        return epoch.Length > 0 && version >= 0 ? new StoreVersion(epoch, version, behind) : null;
    }
}
