using System.Text.RegularExpressions;
using Mesh.Client.Model;

namespace Mesh.Client.Routing;

/// <summary>A <see cref="StringMatch"/> ready to be tested; a regular expression is built when it is first needed.</summary>
internal sealed class TextMatcher
{
    private readonly StringMatchKind _kind;
    private readonly string _value;
    private readonly StringComparison _comparison;
    private readonly Lazy<Regex>? _pattern;

    public TextMatcher(StringMatch match)
    {
        (_kind, _value) = (match.Kind, match.Value);
        _comparison = match.IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        if (match.Kind is StringMatchKind.Regex)
        {
            _pattern = LinearPattern.Compile(match.Value, match.IgnoreCase, out var plain);
            if (plain is not null)
            {
                (_kind, _value) = (plain.Kind, plain.Value);
            }
        }
    }

    public bool Matches(ReadOnlySpan<char> text) => _kind switch
    {
        StringMatchKind.Exact => text.Equals(_value, _comparison),
        StringMatchKind.Prefix => text.StartsWith(_value, _comparison),
        StringMatchKind.Suffix => text.EndsWith(_value, _comparison),
        StringMatchKind.Contains => text.Contains(_value, _comparison),
        _ => _pattern!.Value.IsMatch(text),
    };
}
