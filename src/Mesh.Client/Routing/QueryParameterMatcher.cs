using Mesh.Client.Model;

namespace Mesh.Client.Routing;

/// <summary>A <see cref="QueryParameterMatch"/> ready to be tested; the first parameter of the name counts (Envoy).</summary>
internal sealed class QueryParameterMatcher(QueryParameterMatch match)
{
    private readonly TextMatcher? _value = match.Value is null ? null : new TextMatcher(match.Value);

    public bool Matches(ReadOnlySpan<char> query)
    {
        foreach (var range in query.Split('&'))
        {
            var parameter = query[range];
            var equals = parameter.IndexOf('=');
            var name = equals < 0 ? parameter : parameter[..equals];
            if (IsEqual(name, match.Name))
            {
                return _value is null || IsMatch(equals < 0 ? [] : parameter[(equals + 1)..]);
            }
        }

        return false;
    }

    private static bool IsEqual(ReadOnlySpan<char> escaped, string name) =>
        escaped.Contains('%') ? Uri.UnescapeDataString(escaped) == name : escaped.SequenceEqual(name);

    private bool IsMatch(ReadOnlySpan<char> escaped) =>
        escaped.Contains('%') ? _value!.Matches(Uri.UnescapeDataString(escaped)) : _value!.Matches(escaped);
}
