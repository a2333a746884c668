using System.Net;

namespace Mesh.Protocol.Spiffe;

/// <summary>A name in a certificate.</summary>
internal readonly record struct SubjectAltName(SubjectAltNameKind Kind, string Value)
{
    /// <summary>Whether the name is that of a server which was asked for by a host name or an IP address (RFC 9525 6).</summary>
    public bool IsFor(string serverName) => IPAddress.TryParse(serverName.Trim('[', ']'), out var address)
        ? Kind == SubjectAltNameKind.IpAddress && address.ToString() == Value
        : Kind == SubjectAltNameKind.Dns && IsDnsMatch(Value, serverName);

    /// <summary>A wildcard stands for one whole label, the first (RFC 9525 6.3).</summary>
    public static bool IsDnsMatch(string pattern, string name)
    {
        pattern = pattern.TrimEnd('.');
        name = name.TrimEnd('.');
        if (!pattern.StartsWith("*.", StringComparison.Ordinal))
        {
            return pattern.Equals(name, StringComparison.OrdinalIgnoreCase);
        }

        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && pattern.AsSpan(1).Equals(name.AsSpan(dot), StringComparison.OrdinalIgnoreCase) && pattern.AsSpan(2).Contains('.');
    }
}
