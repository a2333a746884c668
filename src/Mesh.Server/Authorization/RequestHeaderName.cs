using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Authorization;

/// <summary>Tells header names that the standard forbids (S65): Kestrel refuses blanks and lets control characters pass, which a program behind may drop.</summary>
internal static class RequestHeaderName
{
    // RFC 9110 5.6.2.
    private static readonly SearchValues<char> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Whether any of them is no token.</summary>
    public static bool IsAnyMalformed(IHeaderDictionary headers)
    {
        foreach (var (name, _) in headers)
        {
            if (name.AsSpan().ContainsAnyExcept(Token))
            {
                return true;
            }
        }

        return false;
    }
}
