namespace Mesh.Client.AccessLogs.Formats;

/// <summary>Reads parts of a request's target for operators, without copies.</summary>
internal static class RequestTarget
{
    public static ReadOnlySpan<char> WithoutQuery(ReadOnlySpan<char> target) =>
        target.IndexOf('?') is >= 0 and var query ? target[..query] : target;

    /// <summary>Without its question mark; empty when there is none.</summary>
    public static ReadOnlySpan<char> Query(ReadOnlySpan<char> target) =>
        target.IndexOf('?') is >= 0 and var query ? target[(query + 1)..] : default;

    /// <summary><c>%PATH(WQ|NQ:ORIG|PATH|ORIG_OR_PATH)%</c>: with its query, and as it was before a rewrite, unless it says otherwise. False for one that is asked for from before a rewrite and was not rewritten.</summary>
    /// <param name="target">As it is.</param>
    /// <param name="original">Before a rewrite; null without one.</param>
    /// <param name="argument">In the parentheses.</param>
    /// <param name="path">The path.</param>
    public static bool TryPath(ReadOnlySpan<char> target, string? original, string argument, out ReadOnlySpan<char> path)
    {
        var source = argument.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? argument.AsSpan(colon + 1) : "ORIG_OR_PATH";
        path = original is null || source is "PATH" ? target : original;
        path = argument.StartsWith("NQ", StringComparison.Ordinal) ? WithoutQuery(path) : path;
        return original is not null || source is not "ORIG";
    }

    public static bool TryFindParameter(ReadOnlySpan<char> target, string name, out ReadOnlySpan<char> value)
    {
        var query = Query(target);
        foreach (var range in query.Split('&'))
        {
            var pair = query[range];
            var equals = pair.IndexOf('=');
            if ((equals < 0 ? pair : pair[..equals]).Equals(name, StringComparison.Ordinal))
            {
                value = equals < 0 ? default : pair[(equals + 1)..];
                return true;
            }
        }

        value = default;
        return false;
    }
}
