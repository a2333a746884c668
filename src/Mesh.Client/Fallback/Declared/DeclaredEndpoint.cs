using System.Globalization;
using Mesh.Client.Model;

namespace Mesh.Client.Fallback.Declared;

/// <summary>Reads the address of a declared endpoint.</summary>
internal static class DeclaredEndpoint
{
    /// <summary><c>host:port</c>, <c>http://host:port</c> or <c>//host:port</c>; null for anything else, <c>https</c> among it: who declares TLS must be able to say whom to believe.</summary>
    public static EndpointAddress? Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var authority = text.Trim();
        if (authority.IndexOf("://", StringComparison.Ordinal) is var scheme and >= 0)
        {
            if (!authority.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }

            authority = authority[(scheme + 3)..];
        }

        authority = authority.TrimStart('/').TrimEnd('/');
        var colon = authority.LastIndexOf(':');
        return colon > 0
            && colon > authority.LastIndexOf(']')
            && ushort.TryParse(authority.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port > 0
            && authority[..colon].Trim('[', ']') is { Length: > 0 } host
            && !host.Contains('/', StringComparison.Ordinal)
                ? new EndpointAddress(host, port)
                : null;
    }
}
