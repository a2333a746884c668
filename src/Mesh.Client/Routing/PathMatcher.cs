using Mesh.Client.Model;

namespace Mesh.Client.Routing;

/// <summary>A <see cref="PathMatch"/> ready to be tested against the escaped path without its query, as Envoy does.</summary>
internal sealed class PathMatcher
{
    private readonly PathMatchKind _kind;
    private readonly string _value;
    private readonly StringComparison _comparison;
    private readonly TextMatcher? _pattern;

    public PathMatcher(PathMatch match)
    {
        (_kind, _value) = (match.Kind, match.Value);
        _comparison = match.IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        if (match.Kind is PathMatchKind.Regex)
        {
            _pattern = new TextMatcher(new StringMatch(StringMatchKind.Regex, match.Value, IgnoreCase: false));
        }
    }

    public bool Matches(ReadOnlySpan<char> path) => _kind switch
    {
        PathMatchKind.Prefix => path.StartsWith(_value, _comparison),
        PathMatchKind.Exact => path.Equals(_value, _comparison),
        PathMatchKind.SeparatedPrefix => path.StartsWith(_value, _comparison) && (path.Length == _value.Length || path[_value.Length] == '/'),
        _ => _pattern!.Matches(path),
    };
}
