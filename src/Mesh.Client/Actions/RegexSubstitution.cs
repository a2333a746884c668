using System.Text;
using System.Text.RegularExpressions;
using Mesh.Client.Model;

namespace Mesh.Client.Actions;

/// <summary>Replaces every match of an RE2 pattern as RE2's GlobalReplace does; the pattern is built when it is first needed.</summary>
/// <param name="pattern">Accepted by <see cref="Re2Pattern.Validate"/>.</param>
/// <param name="substitution"><c>\0</c> to <c>\9</c> stand for groups, <c>\\</c> for a backslash.</param>
internal sealed class RegexSubstitution(string pattern, string substitution)
{
    private readonly Lazy<Regex> _pattern = new(() => new Regex(Re2Pattern.ToSearch(pattern), Re2Pattern.Options));

    public string Replace(string text)
    {
        var match = _pattern.Value.Match(text);
        if (!match.Success)
        {
            return text;
        }

        var result = new StringBuilder(text.Length + substitution.Length);
        var (position, lastEnd) = (0, -1);
        for (; match.Success; match = match.NextMatch())
        {
            // RE2: nothing is found where the match before has ended.
            if (match.Length == 0 && match.Index == lastEnd)
            {
                continue;
            }

            result.Append(text, position, match.Index - position);
            AppendSubstitution(result, match);
            position = lastEnd = match.Index + match.Length;
        }

        return result.Append(text, position, text.Length - position).ToString();
    }

    private void AppendSubstitution(StringBuilder result, Match match)
    {
        for (var index = 0; index < substitution.Length; index++)
        {
            var current = substitution[index];
            if (current != '\\' || index + 1 == substitution.Length)
            {
                result.Append(current);
                continue;
            }

            var next = substitution[++index];
            if (char.IsAsciiDigit(next))
            {
                result.Append(match.Groups[next - '0'].ValueSpan);
            }
            else
            {
                result.Append(next);
            }
        }
    }
}
