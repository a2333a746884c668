using System.Collections.Immutable;

namespace Mesh.Config.Validation.Annotations;

/// <summary>Reads annotation <c>mesh.dev/match-paths</c>, by which an AuthorizationPolicy compares its <c>paths</c> with the route template of the endpoint: no spelling of a path gets around that.</summary>
internal static class MatchPathsAnnotation
{
    public const string Name = "mesh.dev/match-paths";

    private const string Path = $"metadata.annotations[{Name}]";
    private const string Route = "route";
    private const string Request = "request";

    /// <summary>Whether the paths of a policy are route templates.</summary>
    public static bool IsRoute(ImmutableSortedDictionary<string, string> annotations) => annotations.GetValueOrDefault(Name) == Route;

    public static void Validate(Resource resource, FindingCollector findings)
    {
        if (!resource.Annotations.TryGetValue(Name, out var value))
        {
            return;
        }

        if (resource.Kind != ResourceKinds.AuthorizationPolicy)
        {
            findings.Warning(Path, $"{Name} has no effect on a {resource.Kind.Kind}; put it on an AuthorizationPolicy");
        }
        else if (value is not (Route or Request))
        {
            findings.Error(Path, $"expected {Route} or {Request} (the default), found \"{value}\"");
        }
    }
}
