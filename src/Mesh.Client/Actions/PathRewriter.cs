using Mesh.Client.Model;

namespace Mesh.Client.Actions;

/// <summary>A <see cref="PathRewrite"/> ready to be applied to the requests that its route matched; the query stays.</summary>
internal sealed class PathRewriter
{
    private readonly RegexSubstitution? _substitution;
    private readonly string _replacement;
    private readonly int? _prefixLength;

    public PathRewriter(PathRewrite rewrite, PathMatch match)
    {
        _replacement = rewrite.Replacement;
        _substitution = rewrite.Pattern is null ? null : new RegexSubstitution(rewrite.Pattern, rewrite.Replacement);

        // Of an exact path and of a regular expression the whole path was matched (Envoy).
        _prefixLength = match.Kind is PathMatchKind.Prefix or PathMatchKind.SeparatedPrefix ? match.Value.Length : null;
    }

    public string Rewrite(string pathAndQuery)
    {
        var query = pathAndQuery.IndexOf('?', StringComparison.Ordinal);
        var length = query < 0 ? pathAndQuery.Length : query;
        var rewritten = _substitution is null
            ? string.Concat(_replacement, pathAndQuery.AsSpan(_prefixLength ?? length))
            : string.Concat(_substitution.Replace(pathAndQuery[..length]), pathAndQuery.AsSpan(length));

        // What stands before the first slash would become part of the host.
        return rewritten is ['/', ..] ? rewritten : "/" + rewritten;
    }
}
