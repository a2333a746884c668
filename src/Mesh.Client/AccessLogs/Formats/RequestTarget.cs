namespace Mesh.Client.AccessLogs.Formats;

/// <summary>Reads parts of a request's target for operators, without copies.</summary>
internal static class RequestTarget
{
    public static ReadOnlySpan<char> WithoutQuery(ReadOnlySpan<char> target) =>
        target.IndexOf('?') is >= 0 and var query ? target[..query] : target;

    /// <summary>Without its question mark; empty when there is none.</summary>
    public static ReadOnlySpan<char> Query(ReadOnlySpan<char> target) =>
        target.IndexOf('?') is >= 0 and var query ? target[(query + 1)..] : default;

    /// <summary><c>%PATH(WQ|NQ:…)%</c>: with its query unless it says otherwise.</summary>
    public static ReadOnlySpan<char> Path(ReadOnlySpan<char> target, string argument) =>
        argument.StartsWith("NQ", StringComparison.Ordinal) ? WithoutQuery(target) : target;

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
