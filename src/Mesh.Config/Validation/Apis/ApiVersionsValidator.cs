using Mesh.Config.Extensions;
using Mesh.Config.Validation.Rules;
using Version = Mesh.Config.Extensions.ApiVersions.Types.Version;

namespace Mesh.Config.Validation.Apis;

/// <summary>Rules for ApiVersions.</summary>
internal sealed class ApiVersionsValidator() : SpecValidator<ApiVersions>(ResourceKinds.ApiVersions)
{
    private const int MostVersions = 64;
    private const int LongestName = 63;
    private const int LongestLink = 2_048;

    protected override void Validate(FieldScope scope, ApiVersions spec, Resource resource)
    {
        ValueRules.Count(scope.Field("versions"), spec.Versions.Count, 1, MostVersions);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < spec.Versions.Count; index++)
        {
            var (item, version) = (scope.Item("versions", index), spec.Versions[index]);
            item.Field("name").Require(IsName(version.Name), $"expected 1 to {LongestName} letters, digits, '.', '-' and '_', found \"{version.Name}\"");
            item.Field("name").Require(names.Add(version.Name), $"\"{version.Name}\" names another version already");
            item.Field("match").Require(version.Match.Count > 0 || index == spec.Versions.Count - 1, "without a match the version takes all requests, and those after it get none; only the last one may");
            Check(item, version);
        }

        var header = scope.Field("header");
        header.Require(spec.Header.Length == 0 || HeaderRules.IsStrictName(spec.Header), $"\"{spec.Header}\" is not a header name");
    }

    private static void Check(FieldScope scope, Version version)
    {
        RequestMatchRules.Check(scope, version.Match);
        Link(scope.Field("successor"), version.Successor);
        DateTimeOffset? deprecated = null;
        if (version.Deprecation is { } deprecation)
        {
            deprecated = Date(scope.Field("deprecation").Field("date"), deprecation.Date);
            Link(scope.Field("deprecation").Field("link"), deprecation.Link);
        }

        if (version.Sunset is { } sunset)
        {
            var end = Date(scope.Field("sunset").Field("date"), sunset.Date);
            Link(scope.Field("sunset").Field("link"), sunset.Link);

            // RFC 9745 4: a resource is deprecated before it goes.
            scope.Field("sunset").Field("date").Require(end is null || deprecated is null || end >= deprecated, "the version would end before it is deprecated");
        }
    }

    private static DateTimeOffset? Date(FieldScope scope, string text)
    {
        if (ApiTime.TryParse(text, out var moment))
        {
            return moment;
        }

        scope.Error($"{ApiTime.Expected}, found \"{text}\"");
        return null;
    }

    private static void Link(FieldScope scope, string link) => scope.Require(
        link.Length == 0 || (link.Length <= LongestLink && !link.Any(static letter => letter is '<' or '>' or '"' || letter <= ' ' || letter > '~') && Uri.TryCreate(link, UriKind.RelativeOrAbsolute, out _)),
        $"expected a URI, found \"{link}\"");

    private static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName && name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_');
}
