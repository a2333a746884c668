namespace Mesh.Server.Metrics;

/// <summary>Reads the namespace out of an identity in Istio's form.</summary>
internal static class SpiffeNamespace
{
    private const string Marker = "/ns/";

    /// <summary>Null when it has none.</summary>
    public static string? Of(string principal)
    {
        var start = principal.IndexOf(Marker, StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }

        var rest = principal.AsSpan(start + Marker.Length);
        var end = rest.IndexOf('/');
        return end <= 0 ? null : rest[..end].ToString();
    }
}
