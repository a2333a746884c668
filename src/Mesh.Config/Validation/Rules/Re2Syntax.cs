using System.Globalization;

namespace Mesh.Config.Validation.Rules;

/// <summary>Parses a pattern by RE2's grammar, which is Istio's: no backreferences, no lookaround, no possessive or atomic parts.</summary>
/// <remarks>.NET's own parser cannot be asked: it takes constructs that RE2 lacks and refuses some that RE2 has.</remarks>
internal ref struct Re2Syntax
{
    private const int MaximumRepeat = 1000;
    private const int MaximumDepth = 250;
    private const string SimpleEscapes = "dDsSwWbBAz";

    private readonly ReadOnlySpan<char> _pattern;
    private int _position;

    // How often a part is repeated at most, repetitions within repetitions multiplied: of the last part, and of the widest in this group.
    private int _last = 1;
    private int _widest = 1;

    // Names of groups so far; null without any.
    private HashSet<string>? _names;

    private Re2Syntax(ReadOnlySpan<char> pattern) => _pattern = pattern;

    private readonly bool AtEnd => _position >= _pattern.Length;

    private readonly ReadOnlySpan<char> Rest => _pattern[_position..];

    /// <summary>What is wrong with the pattern; null when nothing.</summary>
    public static string? FindError(string pattern)
    {
        var parser = new Re2Syntax(pattern);
        var error = parser.Alternatives(depth: 0);
        return error ?? (parser.AtEnd ? null : $"unexpected ) at position {parser._position}");
    }

    /// <summary>Reads until the end or the closing parenthesis.</summary>
    private string? Alternatives(int depth)
    {
        if (depth > MaximumDepth)
        {
            return "nested too deeply";
        }

        var repeatable = false;
        while (!AtEnd && _pattern[_position] != ')')
        {
            var error = _pattern[_position] switch
            {
                '*' or '+' or '?' => Quantifier(ref repeatable, length: 1),
                '{' when RepeatLength() is > 0 and var length => Repeat(ref repeatable, length),
                '|' => Skip(1, ref repeatable, next: false),
                '(' => Group(depth, ref repeatable),
                '[' => Class(ref repeatable),
                '\\' => Escape(ref repeatable),
                _ => Skip(1, ref repeatable, next: true),
            };
            if (error is not null)
            {
                return error;
            }
        }

        return null;
    }

    private string? Skip(int length, ref bool repeatable, bool next)
    {
        _position += length;
        _last = 1;
        repeatable = next;
        return null;
    }

    private string? Quantifier(ref bool repeatable, int length)
    {
        if (!repeatable)
        {
            return $"nothing to repeat before {_pattern.Slice(_position, length)} at position {_position} (RE2 has no possessive quantifiers)";
        }

        _position += length;

        // A ? after a quantifier makes it lazy; anything more repeats a repetition.
        if (Rest is ['?', ..])
        {
            _position++;
        }

        repeatable = false;
        return null;
    }

    private string? Repeat(ref bool repeatable, int length)
    {
        var bounds = _pattern.Slice(_position + 1, length - 2).ToString().Split(',');
        var least = int.Parse(bounds[0], CultureInfo.InvariantCulture);
        var most = bounds.Length > 1 && bounds[1].Length > 0 ? int.Parse(bounds[1], CultureInfo.InvariantCulture) : least;
        if (least > MaximumRepeat || most > MaximumRepeat || least > most)
        {
            return $"bad repeat count at position {_position}: at most {MaximumRepeat}, the lower bound first";
        }

        // (a{1000}){1000} is a million states.
        var times = (long)_last * Math.Max(most, 1);
        if (times > MaximumRepeat)
        {
            return $"bad repeat count at position {_position}: repetitions within repetitions are at most {MaximumRepeat} together, found {times}";
        }

        _widest = Math.Max(_widest, (int)times);
        return Quantifier(ref repeatable, length);
    }

    /// <summary>The length of <c>{n}</c>, <c>{n,}</c> or <c>{n,m}</c> here; 0 when the brace is a literal.</summary>
    private readonly int RepeatLength()
    {
        var end = Rest.IndexOf('}');
        if (end is < 2 or > 12)
        {
            return 0;
        }

        var body = Rest[1..end];
        var comma = body.IndexOf(',');
        var least = comma < 0 ? body : body[..comma];
        var most = comma < 0 ? [] : body[(comma + 1)..];
        var isRepeat = !least.IsEmpty && least.Length < 6 && most.Length < 6
            && !least.ContainsAnyExceptInRange('0', '9') && !most.ContainsAnyExceptInRange('0', '9');
        return isRepeat ? end + 1 : 0;
    }

    private string? Group(int depth, ref bool repeatable)
    {
        var start = _position;
        _position++;
        if (Rest is ['?', ..])
        {
            if (GroupPrefix() is { } error)
            {
                return error;
            }

            // Flags for the rest of the enclosing group: (?i)
            if (_pattern[_position - 1] == ')')
            {
                repeatable = false;
                return null;
            }
        }

        var outer = _widest;
        _widest = 1;
        if (Alternatives(depth + 1) is { } inner)
        {
            return inner;
        }

        if (AtEnd)
        {
            return $"missing ) for the ( at position {start}";
        }

        Skip(1, ref repeatable, next: true);
        _last = _widest;
        _widest = Math.Max(outer, _last);
        return null;
    }

    /// <summary>Reads <c>?:</c>, <c>?i:</c>, <c>?i)</c>, <c>?P&lt;name&gt;</c> or <c>?&lt;name&gt;</c>.</summary>
    private string? GroupPrefix()
    {
        var start = _position - 1;
        _position++;
        var named = Rest is ['P', '<', ..] ? 2 : Rest is ['<', not ('=' or '!'), ..] ? 1 : 0;
        if (named > 0)
        {
            var end = Rest.IndexOf('>');
            var name = end < 0 ? [] : Rest[named..end];
            _position += end + 1;
            return !IsWord(name) ? $"bad group name at position {start}"
                : !(_names ??= new HashSet<string>(StringComparer.Ordinal)).Add(name.ToString()) ? $"the group name {name} is used twice"
                : null;
        }

        return Flags(start);
    }

    /// <summary>Reads <c>i</c>, <c>ms</c> or <c>i-s</c> up to the <c>:</c> or <c>)</c> behind. RE2's <c>U</c> is not supported: clients cannot run it.</summary>
    private string? Flags(int start)
    {
        var (flags, negated) = (0, false);
        for (; !AtEnd && _pattern[_position] is 'i' or 'm' or 's' or '-'; _position++)
        {
            if (_pattern[_position] == '-' && negated)
            {
                return $"bad flags at position {start}";
            }

            (flags, negated) = _pattern[_position] == '-' ? (0, true) : (flags + 1, negated);
        }

        if (AtEnd || _pattern[_position] is not (':' or ')'))
        {
            return $"RE2 has no (?{(AtEnd ? ' ' : _pattern[_position])} at position {start}, or it is not supported: lookaround, atomic groups and conditions do not exist there";
        }

        _position++;
        var needsFlags = negated || _pattern[_position - 1] == ')';
        return needsFlags && flags == 0 ? $"missing flags at position {start}" : null;
    }

    private string? Class(ref bool repeatable) =>
        Re2ClassSyntax.Read(_pattern, ref _position) ?? Skip(0, ref repeatable, next: true);

    private string? Escape(ref bool repeatable)
    {
        switch (Rest)
        {
            case [_, 'Q', .. var quoted]:
                var end = quoted.IndexOf("\\E");
                return Skip(end < 0 ? Rest.Length : end + 4, ref repeatable, next: end != 0 && !quoted.IsEmpty);
            case [_, 'p' or 'P', ..]:
                return Re2EscapeSyntax.Category(_pattern, ref _position) ?? Skip(0, ref repeatable, next: true);
            case [_, var letter, ..] when SimpleEscapes.Contains(letter):
                return Skip(2, ref repeatable, next: true);
            default:
                return Re2EscapeSyntax.Character(_pattern, ref _position, out _) ?? Skip(0, ref repeatable, next: true);
        }
    }

    private static bool IsWord(ReadOnlySpan<char> name)
    {
        foreach (var character in name)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character != '_')
            {
                return false;
            }
        }

        return !name.IsEmpty;
    }
}
