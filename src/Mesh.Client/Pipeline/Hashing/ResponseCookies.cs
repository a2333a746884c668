using System.Globalization;
using System.Text;
using Mesh.Client.Model;

namespace Mesh.Client.Pipeline.Hashing;

/// <summary>The cookies that the mesh gives the caller of one call, written on its response as Envoy writes them.</summary>
internal sealed class ResponseCookies
{
    private readonly List<string> _cookies = [];

    public void Add(CookieTemplate template, string value)
    {
        var cookie = new StringBuilder().Append(template.Name).Append("=\"").Append(value).Append('"');
        if (template.Lifetime > TimeSpan.Zero)
        {
            cookie.Append(CultureInfo.InvariantCulture, $"; Max-Age={(long)template.Lifetime.TotalSeconds}");
        }

        if (template.Path.Length > 0)
        {
            cookie.Append("; Path=").Append(template.Path);
        }

        foreach (var (name, attribute) in template.Attributes)
        {
            cookie.Append("; ").Append(name);
            if (attribute.Length > 0)
            {
                cookie.Append('=').Append(attribute);
            }
        }

        _cookies.Add(cookie.Append("; HttpOnly").ToString());
    }

    public void Apply(HttpResponseMessage response)
    {
        if (_cookies.Count > 0)
        {
            response.Headers.TryAddWithoutValidation("Set-Cookie", _cookies);
        }
    }
}
