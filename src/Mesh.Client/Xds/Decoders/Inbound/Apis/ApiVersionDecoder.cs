using System.Globalization;
using Mesh.Client.Model.Apis;
using Mesh.Protocol.Extensions.Api;

namespace Mesh.Client.Xds.Decoders.Inbound.Apis;

/// <summary>Decodes the versions of an API; what callers are told is written once, here.</summary>
internal static class ApiVersionDecoder
{
    public const string FilterType = "mesh.api.v1.ApiVersions";

    /// <summary>Null, with the reason added, when the filter cannot be read.</summary>
    public static ApiVersionPolicy? Decode(TypedConfig config, DecodeErrors errors) =>
        config.Parse(ApiVersions.Parser, errors) is { } message
            ? new ApiVersionPolicy(message.Header, [.. message.Versions.Select((version, index) => Decode(version, errors.In("versions", index)))])
            : null;

    private static ApiVersion Decode(Protocol.Extensions.Api.Version version, DecodeErrors errors) => new(version.Name)
    {
        Matches = RequestConditionDecoder.Decode(version.Matches, errors),

        // RFC 9745 2.1: a date of structured fields, seconds of Unix time.
        Deprecation = version.Deprecated is { } deprecated ? string.Create(CultureInfo.InvariantCulture, $"@{deprecated.Seconds}") : null,

        // RFC 8594 3: a date of HTTP.
        Sunset = version.Sunset?.ToDateTimeOffset().ToString("R", CultureInfo.InvariantCulture),
        Links = [.. version.Links.Select(static link => $"<{link.Uri}>; rel=\"{link.Relation}\"")],
        GoneFrom = version.RefuseAfterSunset ? version.Sunset?.ToDateTimeOffset() : null,
    };
}
