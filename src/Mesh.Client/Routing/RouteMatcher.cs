using Mesh.Client.Model;

namespace Mesh.Client.Routing;

/// <summary>A <see cref="RouteMatch"/> ready to be tested: all of its parts must hold, the cheapest are tried first.</summary>
internal sealed class RouteMatcher
{
    private const int Million = 1_000_000;

    private readonly PathMatcher _path;
    private readonly HeaderMatcher[] _headers;
    private readonly QueryParameterMatcher[] _queryParameters;
    private readonly ClaimMatcher[] _claims;
    private readonly uint? _fractionPerMillion;

    public RouteMatcher(RouteMatch match)
    {
        _path = new PathMatcher(match.Path);
        _headers = [.. match.Headers.Select(header => new HeaderMatcher(header))];
        _queryParameters = [.. match.QueryParameters.Select(parameter => new QueryParameterMatcher(parameter))];
        _claims = [.. match.Claims.Select(claim => new ClaimMatcher(claim))];
        _fractionPerMillion = match.FractionPerMillion;
    }

    public bool AsksForClaims => _claims.Length > 0;

    public bool Matches(ref RequestView request, Random random)
    {
        if (!_path.Matches(request.Path))
        {
            return false;
        }

        foreach (var header in _headers)
        {
            if (!header.Matches(ref request))
            {
                return false;
            }
        }

        foreach (var parameter in _queryParameters)
        {
            if (!parameter.Matches(request.Query))
            {
                return false;
            }
        }

        foreach (var claim in _claims)
        {
            if (!claim.Matches(request.Claims))
            {
                return false;
            }
        }

        // Last, so that the share is one of the requests that meet the other conditions.
        return _fractionPerMillion is not { } fraction || random.Next(Million) < fraction;
    }
}
