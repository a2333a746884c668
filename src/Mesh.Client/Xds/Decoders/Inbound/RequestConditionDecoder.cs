using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders.Routes;
using Mesh.Protocol.Extensions.RateLimit;

namespace Mesh.Client.Xds.Decoders.Inbound;

/// <summary>Decodes the conditions on requests of the mesh's own filters.</summary>
internal static class RequestConditionDecoder
{
    public static ImmutableArray<RequestCondition> Decode(IReadOnlyList<Match> matches, DecodeErrors errors) =>
        [.. matches.Select((match, index) => Decode(match, errors.In("matches", index)))];

    private static RequestCondition Decode(Match match, DecodeErrors errors) => new()
    {
        Path = match.Path is { } path ? StringMatchDecoder.Decode(path, errors.In("path")) : null,
        Route = match.Route.Length > 0 ? match.Route : null,
        Methods = [.. match.Methods],
        Headers = [.. match.Headers.Select((header, index) => HeaderMatchDecoder.Decode(header, errors.In("headers", index))).OfType<HeaderMatch>()],
        Hosts = [.. match.Hosts],
        Plans = [.. match.Plans],
    };
}
