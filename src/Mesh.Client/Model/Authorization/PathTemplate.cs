using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Mesh.Client.Model.Authorization;

/// <summary>A path template of Envoy (uri_template): <c>*</c> stands for one segment or a part of one, <c>**</c> for any rest.</summary>
/// <remarks>Istio writes <c>{*}</c> and <c>{**}</c>; Envoy also takes <c>{name}</c> and <c>{name=pattern}</c>.</remarks>
/// <param name="Text">As it was written.</param>
/// <param name="Segments">Between slashes; when there is a rest, the last one is the beginning of that rest and holds no star.</param>
/// <param name="HasRest">Whether there is a <c>**</c>.</param>
/// <param name="Tail">What the path ends with after the <c>**</c>.</param>
internal sealed record PathTemplate(string Text, ImmutableArray<string> Segments, bool HasRest, string Tail)
{
    private const string Rest = "**";

    public static bool TryParse(string text, [NotNullWhen(true)] out PathTemplate? template, [NotNullWhen(false)] out string? error)
    {
        template = null;
        error = Flatten(text, out var flat);
        if (error is not null)
        {
            return false;
        }

        var rest = flat.IndexOf(Rest, StringComparison.Ordinal);
        var head = rest < 0 ? flat : flat[..rest];
        var tail = rest < 0 ? "" : flat[(rest + Rest.Length)..];
        ImmutableArray<string> segments = [.. head.Split('/').Skip(1)];
        error = Check(text, head, tail, rest >= 0 ? segments[^1] : "");
        template = error is null ? new PathTemplate(text, segments, rest >= 0, tail) : null;
        return template is not null;
    }

    private static string? Check(string text, string head, string tail, string beforeRest)
    {
        if (!head.StartsWith('/'))
        {
            return $"path template '{text}': expected a slash at the beginning";
        }

        return tail.Contains('*') || beforeRest.Contains('*')
            ? $"path template '{text}': '**' must be the last operator, in a segment of its own"
            : null;
    }

    /// <summary>Without braces: a variable stands for what it matches.</summary>
    private static string? Flatten(string text, out string flat)
    {
        flat = text;
        var open = flat.IndexOf('{');
        while (open >= 0)
        {
            var close = flat.IndexOf('}', open);
            if (close < 0)
            {
                return $"path template '{text}': '{{' without '}}'";
            }

            var inner = flat[(open + 1)..close];
            var equals = inner.IndexOf('=');
            var pattern = equals >= 0 ? inner[(equals + 1)..] : inner is "*" or Rest ? inner : "*";
            flat = flat[..open] + pattern + flat[(close + 1)..];
            open = flat.IndexOf('{', open + pattern.Length);
        }

        return flat.Contains('}') ? $"path template '{text}': '}}' without '{{'" : null;
    }
}
