using System.Globalization;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Api.Objects.Reading;

/// <summary>The version that a request asks for, and how it means it (Kubernetes' <c>resourceVersion</c> and <c>resourceVersionMatch</c>).</summary>
/// <param name="Version">Null when none was named.</param>
/// <param name="IsExact">Whether just that version will do; otherwise any that is not older.</param>
/// <param name="Match">As written; null when not.</param>
internal sealed record VersionQuery(long? Version, bool IsExact, string? Match)
{
    public static VersionQuery Of(ApiCall call)
    {
        var match = call.Query("resourceVersionMatch");
        var version = Parse(call.Query("resourceVersion"));
        return (match, version) switch
        {
            (not (null or "Exact" or "NotOlderThan"), _) => throw ApiException.BadRequest(
                $"resourceVersionMatch: Unsupported value: \"{match}\": supported values: \"Exact\", \"NotOlderThan\""),
            (not null, null) when call.Query("sendInitialEvents") is null => throw ApiException.BadRequest(
                "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided"),
            ("Exact", 0) => throw ApiException.BadRequest("resourceVersionMatch: Forbidden: resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""),
            _ => new VersionQuery(version, match == "Exact", match),
        };
    }

    /// <summary>A version is a whole number without leading zeros, for clients compare them.</summary>
    public static long? Parse(string? text)
    {
        if (text is null)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw ApiException.BadRequest($"invalid resource version \"{text}\": expected a whole number");
    }
}
