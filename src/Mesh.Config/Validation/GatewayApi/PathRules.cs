using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.GatewayApi;

/// <summary>Paths in matches, and how redirects and rewrites change them.</summary>
internal static class PathRules
{
    private const int LongestPath = 1024;
    private const string FullPath = "ReplaceFullPath";
    private const string PrefixMatch = "ReplacePrefixMatch";
    private const string Characters = "/._~!$&'()*+,;=:@-";

    private static readonly string[] Forbidden = ["//", "/./", "/../", "%2f", "%2F", "#"];

    public static void Match(FieldScope scope, HTTPPathMatch path)
    {
        ValueRules.OneOf(scope.Field("type"), path.Type, "Exact", "PathPrefix", "RegularExpression");
        var field = scope.Field("value");
        ValueRules.Length(field, path.Value, 0, LongestPath);
        if (path.Type == "RegularExpression")
        {
            if (path.Value.Length > 0 && Re2Syntax.FindError(path.Value) is { } error)
            {
                field.Warning($"not valid RE2, which is what meshes take: {error}");
            }

            return;
        }

        field.Require(path.Value.StartsWith('/'), $"\"{path.Value}\" must be an absolute path, beginning with /");
        var found = Forbidden.FirstOrDefault(part => path.Value.Contains(part, StringComparison.Ordinal));
        field.Require(found is null, $"must not contain \"{found}\" when type is Exact or PathPrefix");
        field.Require(
            !path.Value.EndsWith("/..", StringComparison.Ordinal) && !path.Value.EndsWith("/.", StringComparison.Ordinal),
            "must not end with /. or /.. when type is Exact or PathPrefix");
        field.Require(found is not null || IsPlain(path.Value), $"\"{path.Value}\" has characters that a path cannot have; escape them with %");
    }

    public static void Modifier(FieldScope scope, HTTPPathModifier? modifier)
    {
        if (modifier is null)
        {
            return;
        }

        ValueRules.OneOf(scope.Field("type"), modifier.Type, FullPath, PrefixMatch);
        ValueRules.Length(scope.Field("replaceFullPath"), modifier.ReplaceFullPath, 0, LongestPath);
        ValueRules.Length(scope.Field("replacePrefixMatch"), modifier.ReplacePrefixMatch, 0, LongestPath);
        scope.Field("replaceFullPath").Require(modifier.Type != FullPath || modifier.HasReplaceFullPath, $"must be specified when type is set to '{FullPath}'");
        scope.Field("replaceFullPath").Require(modifier.Type == FullPath || !modifier.HasReplaceFullPath, $"type must be '{FullPath}' when replaceFullPath is set");
        scope.Field("replacePrefixMatch").Require(modifier.Type != PrefixMatch || modifier.HasReplacePrefixMatch, $"must be specified when type is set to '{PrefixMatch}'");
        scope.Field("replacePrefixMatch").Require(modifier.Type == PrefixMatch || !modifier.HasReplacePrefixMatch, $"type must be '{PrefixMatch}' when replacePrefixMatch is set");
    }

    /// <summary>Whether a filter replaces the prefix that was matched, so that there must be exactly one.</summary>
    public static bool ReplacesPrefix(HTTPRouteFilter filter) =>
        filter.RequestRedirect?.Path is { Type: PrefixMatch, HasReplacePrefixMatch: true } || filter.UrlRewrite?.Path is { Type: PrefixMatch, HasReplacePrefixMatch: true };

    private static bool IsPlain(string path)
    {
        for (var position = 0; position < path.Length; position++)
        {
            var isEscape = path[position] == '%' && position + 2 < path.Length && char.IsAsciiHexDigit(path[position + 1]) && char.IsAsciiHexDigit(path[position + 2]);
            if (!isEscape && !char.IsAsciiLetterOrDigit(path[position]) && !Characters.Contains(path[position], StringComparison.Ordinal))
            {
                return false;
            }

            position += isEscape ? 2 : 0;
        }

        return true;
    }
}
