using System.Collections.Frozen;

namespace Mesh.Client.Pipeline.Actions;

/// <summary>The headers that edits have to treat apart from others.</summary>
internal static class HeaderNames
{
    public const string OriginalPath = "x-envoy-original-path";
    public const string OriginalHost = "x-envoy-original-host";
    public const string ForwardedHost = "x-forwarded-host";

    /// <summary>Those that .NET keeps with the body.</summary>
    private static readonly FrozenSet<string> Content = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Allow",
        "Content-Disposition",
        "Content-Encoding",
        "Content-Language",
        "Content-Length",
        "Content-Location",
        "Content-MD5",
        "Content-Range",
        "Content-Type",
        "Expires",
        "Last-Modified");

    /// <summary>Those that belong to one connection (RFC 9110 7.6.1) or frame the message: the connection writes them, an edit would break it.</summary>
    private static readonly FrozenSet<string> Connection = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Connection",
        "Content-Length",
        "Host",
        "Keep-Alive",
        "Proxy-Connection",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade");

    public static bool IsContent(string name) => Content.Contains(name);

    public static bool IsConnection(string name) => Connection.Contains(name);
}
