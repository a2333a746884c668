using Mesh.Client.Model.Authorization;

namespace Mesh.Server.Authorization.Paths;

/// <summary>A <see cref="PathTemplate"/> ready to be tested, without case and with or without a slash at the end.</summary>
internal sealed class PathTemplateMatcher(PathTemplate template)
{
    private readonly string[] _segments = [.. template.Segments.Select(PathText.Decode)];
    private readonly string _tail = PathText.Decode(template.Tail);

    public bool Matches(ReadOnlySpan<char> path) =>
        MatchesExactly(path) || (path.EndsWith("/") ? MatchesExactly(path[..^1]) : MatchesBeforeSlash(path));

    // What the router sees is the same with a slash at the end.
    private bool MatchesBeforeSlash(ReadOnlySpan<char> path)
    {
        Span<char> withSlash = path.Length < 512 ? stackalloc char[path.Length + 1] : new char[path.Length + 1];
        path.CopyTo(withSlash);
        withSlash[^1] = '/';
        return MatchesExactly(withSlash);
    }

    private bool MatchesExactly(ReadOnlySpan<char> path)
    {
        if (!path.StartsWith("/"))
        {
            return false;
        }

        var rest = path[1..];
        for (var i = 0; i < _segments.Length - 1; i++)
        {
            var slash = rest.IndexOf('/');
            if (slash < 0 || !SegmentMatches(_segments[i], rest[..slash]))
            {
                return false;
            }

            rest = rest[(slash + 1)..];
        }

        if (!template.HasRest)
        {
            return rest.IndexOf('/') < 0 && SegmentMatches(_segments[^1], rest);
        }

        var last = _segments[^1];
        return rest.Length >= last.Length + _tail.Length
            && rest.StartsWith(last, StringComparison.OrdinalIgnoreCase)
            && rest.EndsWith(_tail, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A star stands for at least one character.</summary>
    private static bool SegmentMatches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        var star = pattern.IndexOf('*');
        if (star < 0)
        {
            return text.Equals(pattern, StringComparison.OrdinalIgnoreCase);
        }

        if (!text.StartsWith(pattern[..star], StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        pattern = pattern[(star + 1)..];
        text = text[star..];
        while ((star = pattern.IndexOf('*')) >= 0)
        {
            // The first place is the best one: what it leaves for the stars behind is the most.
            var literal = pattern[..star];
            var found = text.Length == 0 ? -1 : text[1..].IndexOf(literal, StringComparison.OrdinalIgnoreCase);
            if (found < 0)
            {
                return false;
            }

            pattern = pattern[(star + 1)..];
            text = text[(1 + found + literal.Length)..];
        }

        return text.Length > pattern.Length && text.EndsWith(pattern, StringComparison.OrdinalIgnoreCase);
    }
}
