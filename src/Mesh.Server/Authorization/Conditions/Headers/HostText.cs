using System.Globalization;
using System.Text;

namespace Mesh.Server.Authorization.Conditions.Headers;

/// <summary>Takes hosts apart.</summary>
internal static class HostText
{
    private static readonly IdnMapping Idn = new();

    /// <summary>The name or address alone, an IPv6 address with its brackets.</summary>
    public static ReadOnlySpan<char> WithoutPort(ReadOnlySpan<char> host)
    {
        var colon = host.LastIndexOf(':');
        return colon < 0 || host.LastIndexOf(']') > colon ? host : host[..colon];
    }

    /// <summary>Without the dot of the root.</summary>
    public static string WithoutDot(string host)
    {
        var name = WithoutPort(host);
        return name.EndsWith(".") ? string.Concat(name[..^1], host.AsSpan(name.Length)) : host;
    }

    /// <summary>In the letters that go over the wire; as it is when it is no name.</summary>
    public static string ToAscii(string host)
    {
        if (Ascii.IsValid(host))
        {
            return host;
        }

        try
        {
            // Each label for itself: a policy may hold a part of a name.
            return string.Join('.', host.Split('.').Select(static label => Ascii.IsValid(label) ? label : Idn.GetAscii(label)));
        }
        catch (ArgumentException)
        {
            return host;
        }
    }
}
