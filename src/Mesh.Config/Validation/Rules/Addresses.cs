using System.Globalization;
using System.Net;

namespace Mesh.Config.Validation.Rules;

/// <summary>Addresses as Go's <c>netip</c> reads them: stricter than .NET, which takes <c>1.2</c> for an address.</summary>
internal static class Addresses
{
    private const string UnixScheme = "unix://";

    public static bool IsIp(string text) => text.Contains(':', StringComparison.Ordinal) ? IsIpv6(text) : IsIpv4(text);

    public static bool IsIpOrSubnet(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            return IsIp(text);
        }

        var address = text[..slash];
        return IsIp(address)
            && int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var bits)
            && bits <= (address.Contains(':', StringComparison.Ordinal) ? 128 : 32);
    }

    public static bool IsUnix(string text) => text.StartsWith(UnixScheme, StringComparison.Ordinal);

    /// <summary>After <c>unix://</c>: an abstract name (<c>@name</c>) or an absolute path to a file.</summary>
    public static bool IsUnixPath(string text) => text[UnixScheme.Length..] switch
    {
        ['@', _, ..] => true,
        ['/', .., not '/'] => true,
        _ => false,
    };

    private static bool IsIpv6(string text) => !text.Contains('[', StringComparison.Ordinal) && IPAddress.TryParse(text, out _);

    private static bool IsIpv4(string text)
    {
        var parts = text.Split('.');
        return parts.Length == 4 && parts.All(part =>
            byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _) && (part.Length == 1 || part[0] != '0'));
    }
}
