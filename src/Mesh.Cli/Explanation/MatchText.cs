using Mesh.Client.Model;

namespace Mesh.Cli.Explanation;

/// <summary>Writes the conditions of routes for people.</summary>
internal static class MatchText
{
    public static string Of(PathMatch path) => path.Kind switch
    {
        PathMatchKind.Prefix => path.Value.Length <= 1 ? "any path" : $"path starts with '{path.Value}'{Case(path.IgnoreCase)}",
        PathMatchKind.SeparatedPrefix => $"path is or is below '{path.Value}'{Case(path.IgnoreCase)}",
        PathMatchKind.Exact => $"path is '{path.Value}'{Case(path.IgnoreCase)}",
        _ => $"path matches '{path.Value}'",
    };

    public static string Of(HeaderMatch header)
    {
        var name = header.Name switch
        {
            ":method" => "method",
            ":authority" => "host",
            ":scheme" => "scheme",
            _ => $"header {header.Name}",
        };
        var condition = header.Kind switch
        {
            HeaderMatchKind.Present => header.Present ? "is there" : "is absent",
            HeaderMatchKind.Range => $"is from {header.RangeStart} to below {header.RangeEnd}",
            _ => Of(header.Value!),
        };
        return header.Invert ? $"not ({name} {condition})" : $"{name} {condition}";
    }

    public static string Of(QueryParameterMatch parameter) => $"query parameter {parameter.Name} {(parameter.Value is { } value ? Of(value) : "is there")}";

    public static string Of(ClaimMatch claim)
    {
        var text = $"claim {string.Join('.', claim.Path)} {(claim.Value is { } value ? Of(value) : "is there")}";
        return claim.Invert ? $"not ({text})" : text;
    }

    public static string Of(RouteMatch match)
    {
        string[] parts = [Of(match.Path), .. match.Headers.Select(Of), .. match.QueryParameters.Select(Of), .. match.Claims.Select(Of)];
        return string.Join(", ", parts);
    }

    private static string Of(StringMatch text) => text.Kind switch
    {
        StringMatchKind.Exact => $"is '{text.Value}'",
        StringMatchKind.Prefix => $"starts with '{text.Value}'",
        StringMatchKind.Suffix => $"ends with '{text.Value}'",
        StringMatchKind.Contains => $"contains '{text.Value}'",
        _ => $"matches '{text.Value}'",
    } + Case(text.IgnoreCase);

    private static string Case(bool ignored) => ignored ? " in any case" : "";
}
