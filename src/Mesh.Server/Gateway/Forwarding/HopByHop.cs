using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;

namespace Mesh.Server.Gateway.Forwarding;

/// <summary>Knows the header fields that are for one connection alone (RFC 9110 7.6.1).</summary>
internal static class HopByHop
{
    private static readonly FrozenSet<string> Always = new[]
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "HTTP2-Settings",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The fields that <c>Connection</c> names besides; null for none.</summary>
    public static HashSet<string>? Named(StringValues connection)
    {
        HashSet<string>? named = null;
        foreach (var value in connection)
        {
            foreach (var option in (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (!Always.Contains(option) && !option.Equals("close", StringComparison.OrdinalIgnoreCase))
                {
                    (named ??= new HashSet<string>(StringComparer.OrdinalIgnoreCase)).Add(option);
                }
            }
        }

        return named;
    }

    public static bool Is(string name, HashSet<string>? named) => Always.Contains(name) || named?.Contains(name) == true;
}
