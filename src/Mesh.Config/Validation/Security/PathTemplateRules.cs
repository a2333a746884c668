namespace Mesh.Config.Validation.Security;

/// <summary>Paths with the operators <c>{*}</c> (one segment) and <c>{**}</c> (any number, the last operator); other braces have no meaning.</summary>
internal static class PathTemplateRules
{
    public const string OneSegment = "{*}";
    public const string AnySegments = "{**}";

    // RFC 3986 pchar, as Envoy's URI templates want it.
    private const string LiteralCharacters = "-._~%!$&'()+,;:@=";

    public static bool IsTemplate(string path) =>
        path.Contains(OneSegment, StringComparison.Ordinal) || path.Contains(AnySegments, StringComparison.Ordinal);

    public static void Check(FieldScope scope, string path)
    {
        var isTemplate = IsTemplate(path);
        var ended = false;
        foreach (var segment in path.Trim('/').Split('/'))
        {
            if (segment is OneSegment or AnySegments)
            {
                scope.Require(!ended, $"{AnySegments} must be the last operator of the template \"{path}\"");
                ended |= segment == AnySegments;
            }
            else if (segment.AsSpan().ContainsAny('{', '}'))
            {
                scope.Error($"\"{segment}\" in \"{path}\": braces are for the whole segments {OneSegment} and {AnySegments}");
            }
            else
            {
                scope.Require(!isTemplate || IsLiteral(segment), $"\"{segment}\" in the template \"{path}\" must be text that a path can hold");
            }
        }
    }

    private static bool IsLiteral(string segment) =>
        segment.Length > 0 && segment.All(character => char.IsAsciiLetterOrDigit(character) || LiteralCharacters.Contains(character, StringComparison.Ordinal));
}
