namespace Mesh.Client.Pipeline.Hashing;

/// <summary>Reads the cookies that a request carries in its own header (those of a CookieContainer are added later, by the connection).</summary>
internal static class RequestCookies
{
    private const string Header = "Cookie";

    /// <summary>The value without quotes; null when there is no such cookie.</summary>
    public static string? Find(HttpRequestMessage request, string name)
    {
        if (!request.Headers.NonValidated.TryGetValues(Header, out var values))
        {
            return null;
        }

        foreach (var value in values)
        {
            if (Find(value, name) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static string? Find(string cookies, string name)
    {
        var text = cookies.AsSpan();
        foreach (var range in text.Split(';'))
        {
            var cookie = text[range].Trim();
            var equals = cookie.IndexOf('=');
            if (equals > 0 && cookie[..equals].SequenceEqual(name))
            {
                var value = cookie[(equals + 1)..];
                return (value is ['"', .., '"'] ? value[1..^1] : value).ToString();
            }
        }

        return null;
    }
}
