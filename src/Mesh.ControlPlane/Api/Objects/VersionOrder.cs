using System.Globalization;

namespace Mesh.ControlPlane.Api.Objects;

/// <summary>Kubernetes' order of versions: stable ones first, then beta, then alpha, the newer before the older.</summary>
internal sealed class VersionOrder : IComparer<string>
{
    public static VersionOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var (left, right) = (Rank(x ?? ""), Rank(y ?? ""));
        return right.CompareTo(left);
    }

    private static (int Stability, int Major, int Minor) Rank(string version)
    {
        var word = version.Contains("alpha", StringComparison.Ordinal) ? "alpha" : version.Contains("beta", StringComparison.Ordinal) ? "beta" : "";
        var parts = word.Length == 0 ? [version] : version.Split(word);
        return (word switch { "" => 2, "beta" => 1, _ => 0 }, Number(parts[0].TrimStart('v')), parts.Length > 1 ? Number(parts[1]) : 0);
    }

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
