using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Route;
using Wire = Mesh.Protocol.Envoy.Route;

namespace Mesh.Client.Xds.Decoders.Routes;

/// <summary>Decodes the condition of a route; a condition that cannot be evaluated is an error, as leaving it out would match too much.</summary>
internal static class RouteMatchDecoder
{
    private static readonly HeaderMatch GrpcContentType =
        new("content-type", HeaderMatchKind.Value, Invert: false) { Value = new(StringMatchKind.Prefix, "application/grpc", IgnoreCase: true) };

    /// <summary>The condition; null with an error when a part of it cannot be evaluated.</summary>
    public static Model.RouteMatch? Decode(Wire.RouteMatch match, DecodeErrors errors)
    {
        if (match.TlsContext is not null)
        {
            errors.Add("tls_context is not supported on a client");
        }

        var path = Path(match, errors);
        var headers = Headers(match, errors);
        var parameters = match.QueryParameters.Select((parameter, index) => Parameter(parameter, errors.In("query_parameters", index))).ToImmutableArray();
        var claims = match.DynamicMetadata.Select((claim, index) => ClaimMatchDecoder.Decode(claim, errors.In("dynamic_metadata", index))).OfType<ClaimMatch>();
        return path is null
            ? null
            : new Model.RouteMatch
            {
                Path = path,
                Headers = headers,
                QueryParameters = parameters,
                Claims = [.. claims],
                FractionPerMillion = match.RuntimeFraction is { } fraction
                    ? FractionDecoder.Decode(fraction.DefaultValue, errors.In("runtime_fraction"))
                    : null,
            };
    }

    private static PathMatch? Path(Wire.RouteMatch match, DecodeErrors errors)
    {
        var ignoreCase = match.CaseSensitive == false;
        switch (match.PathSpecifierCase)
        {
            case Wire.RouteMatch.PathSpecifierOneofCase.Prefix:
                return new(PathMatchKind.Prefix, match.Prefix, ignoreCase);
            case Wire.RouteMatch.PathSpecifierOneofCase.Path:
                return new(PathMatchKind.Exact, match.Path, ignoreCase);
            case Wire.RouteMatch.PathSpecifierOneofCase.PathSeparatedPrefix:
                return new(PathMatchKind.SeparatedPrefix, match.PathSeparatedPrefix, ignoreCase);
            case Wire.RouteMatch.PathSpecifierOneofCase.SafeRegex:
                return StringMatchDecoder.Regex(match.SafeRegex, errors.In("safe_regex")) is { } regex
                    ? new(PathMatchKind.Regex, regex.Value, IgnoreCase: false)
                    : null;
            default:
                errors.Add($"expected prefix, path, safe_regex or path_separated_prefix, got {match.PathSpecifierCase}");
                return null;
        }
    }

    private static ImmutableArray<HeaderMatch> Headers(Wire.RouteMatch match, DecodeErrors errors)
    {
        var headers = ImmutableArray.CreateBuilder<HeaderMatch>(match.Headers.Count + 1);
        for (var index = 0; index < match.Headers.Count; index++)
        {
            if (HeaderMatchDecoder.Decode(match.Headers[index], errors.In("headers", index)) is { } header)
            {
                headers.Add(header);
            }
        }

        if (match.Grpc is not null)
        {
            headers.Add(GrpcContentType);
        }

        return headers.ToImmutable();
    }

    private static QueryParameterMatch Parameter(QueryParameterMatcher matcher, DecodeErrors errors)
    {
        if (matcher.Name.Length == 0)
        {
            errors.Add("query parameter match without a name");
        }

        switch (matcher.QueryParameterMatchSpecifierCase)
        {
            case QueryParameterMatcher.QueryParameterMatchSpecifierOneofCase.StringMatch:
                return new(matcher.Name, StringMatchDecoder.Decode(matcher.StringMatch, errors));
            case QueryParameterMatcher.QueryParameterMatchSpecifierOneofCase.PresentMatch when !matcher.PresentMatch:
                errors.Add("present_match: false is not supported");
                break;
        }

        return new(matcher.Name, Value: null);
    }
}
