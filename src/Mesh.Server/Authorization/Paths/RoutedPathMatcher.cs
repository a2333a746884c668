using Mesh.Client.Model;
using Mesh.Client.Routing;

namespace Mesh.Server.Authorization.Paths;

/// <summary>Compares paths as ASP.NET's router does: without case, and with or without a slash at the end.</summary>
internal sealed class RoutedPathMatcher
{
    private readonly StringMatchKind _kind;
    private readonly string _value;
    private readonly TextMatcher? _pattern;

    public RoutedPathMatcher(StringMatch match)
    {
        _kind = match.Kind;
        _value = match.Kind is StringMatchKind.Regex ? match.Value : PathText.Decode(match.Value);
        if (match.Kind is StringMatchKind.Exact)
        {
            _value = PathText.Trim(_value).ToString();
        }
        else if (match.Kind is StringMatchKind.Regex)
        {
            _pattern = new TextMatcher(match with { IgnoreCase = true });
        }
    }

    public bool Matches(ReadOnlySpan<char> path)
    {
        path = PathText.Trim(path);
        return _kind switch
        {
            StringMatchKind.Exact => path.Equals(_value, StringComparison.OrdinalIgnoreCase),
            StringMatchKind.Prefix => path.StartsWith(_value, StringComparison.OrdinalIgnoreCase)
                || (_value.Length == path.Length + 1 && _value[^1] == '/' && _value.AsSpan().StartsWith(path, StringComparison.OrdinalIgnoreCase)),
            StringMatchKind.Suffix => path.EndsWith(_value, StringComparison.OrdinalIgnoreCase) || EndsBeforeSlash(path),
            StringMatchKind.Contains => path.Contains(_value, StringComparison.OrdinalIgnoreCase) || EndsBeforeSlash(path),
            _ => MatchesPattern(path),
        };
    }

    private bool EndsBeforeSlash(ReadOnlySpan<char> path) =>
        _value[^1] == '/' && path.EndsWith(_value.AsSpan(0, _value.Length - 1), StringComparison.OrdinalIgnoreCase);

    private bool MatchesPattern(ReadOnlySpan<char> path)
    {
        if (_pattern!.Matches(path))
        {
            return true;
        }

        Span<char> withSlash = path.Length < 512 ? stackalloc char[path.Length + 1] : new char[path.Length + 1];
        path.CopyTo(withSlash);
        withSlash[^1] = '/';
        return _pattern.Matches(withSlash);
    }
}
