using System.Text;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Api.Objects.Writing;

/// <summary>Tells the caller something beside the answer, as <c>Warning</c> headers (RFC 7234 5.5), which kubectl prints.</summary>
internal static class Warnings
{
    // Kubernetes' own limits, for headers are not endless.
    private const int MaxCharacters = 4_096;
    private const int LongestText = 256;

    public static void Add(ApiCall call, string text)
    {
        var headers = call.Http.Response.Headers;
        var line = $"299 - \"{Quote(text.Length > LongestText ? text[..LongestText] : text)}\"";
        if (headers.Warning.Sum(value => value?.Length ?? 0) + line.Length <= MaxCharacters && !headers.Warning.Contains(line))
        {
            headers.Append("Warning", line);
        }
    }

    // A header holds ASCII only, and no line ends.
    private static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (character is '"' or '\\')
            {
                quoted.Append('\\');
            }

            quoted.Append(character is >= ' ' and <= '~' ? character : '?');
        }

        return quoted.ToString();
    }
}
