using System.Buffers;
using Mesh.Server.Authorization.Engine;

namespace Mesh.Server.Authorization.Paths;

/// <summary>The readings of a path besides the router's own; made once, and only for paths that look as if there were others.</summary>
internal struct PathForms
{
    // All of ASCII but what is coded, what looks like a slash or its end, and NUL.
    private static readonly SearchValues<char> Plain = SearchValues.Create([.. Enumerable.Range(1, 0x7e).Select(code => (char)code).Except("%\\;#")]);

    private string[]? _others;
    private string[]? _normalized;

    /// <summary>
    /// A rule that refuses takes every reading into account. One that allows goes by the router's, as whatever that leads to is what the
    /// policy is about, and by the normal form that the mesh asks for, which an application that forwards requests may see.
    /// </summary>
    public string[] Others(in RequestFacts facts, bool whenAllowing)
    {
        if (!whenAllowing)
        {
            return _others ??= Make(in facts);
        }

        return facts.Normalization is { MergesSlashes: false, DecodesSlashes: false } ? [] : _normalized ??= MakeNormalized(in facts);
    }

    private static string[] MakeNormalized(in RequestFacts facts)
    {
        if (IsPlain(facts.Path))
        {
            return [];
        }

        var path = facts.Normalization.DecodesSlashes ? AggressivePath.Decode(facts.Path) : facts.Path;
        return [AggressivePath.Normalize(path, keepsParameters: true)];
    }

    private static string[] Make(in RequestFacts facts)
    {
        var raw = PathOf(facts.RawTarget);
        if (facts.RoutedPath is null && IsPlain(facts.Path) && (raw.IsEmpty || raw.SequenceEqual(facts.Path)))
        {
            return [];
        }

        var forms = new HashSet<string>(StringComparer.Ordinal);
        Add(forms, facts.Path);
        Add(forms, facts.RoutedPath ?? "");
        Add(forms, raw.ToString());
        forms.Remove(facts.Path);
        return [.. forms];
    }

    private static void Add(HashSet<string> forms, string path)
    {
        if (path.Length == 0)
        {
            return;
        }

        forms.Add(path);
        if (IsPlain(path))
        {
            return;
        }

        var decoded = AggressivePath.Decode(path);
        forms.Add(decoded);
        forms.Add(AggressivePath.Normalize(decoded, keepsParameters: true));
        forms.Add(AggressivePath.Normalize(decoded, keepsParameters: false));
    }

    private static bool IsPlain(ReadOnlySpan<char> path) =>
        !path.ContainsAnyExcept(Plain) && path.IndexOf("//") < 0 && path.IndexOf("/.") < 0;

    /// <summary>Without the query; of an absolute form, without scheme and host.</summary>
    private static ReadOnlySpan<char> PathOf(ReadOnlySpan<char> target)
    {
        var scheme = target.IndexOf("://");
        if (scheme > 0 && target[0] != '/')
        {
            var authority = target[(scheme + 3)..];
            var slash = authority.IndexOf('/');
            target = slash < 0 ? "/" : authority[slash..];
        }

        var query = target.IndexOf('?');
        return query < 0 ? target : target[..query];
    }
}
