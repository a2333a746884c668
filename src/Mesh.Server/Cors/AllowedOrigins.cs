using Mesh.Client.Model;
using Mesh.Client.Routing;

namespace Mesh.Server.Cors;

/// <summary>The origins of a policy ready to be tested.</summary>
internal sealed class AllowedOrigins(CorsPolicy policy)
{
    private readonly TextMatcher[] _matchers = [.. policy.AllowOrigins.Select(origin => new TextMatcher(origin))];

    // Envoy asks each matcher whether it takes a lone "*" too.
    private readonly bool _all = policy.AllowOrigins.Any(origin => new TextMatcher(origin).Matches("*"));

    public bool Allow(string origin) => _all || Array.Exists(_matchers, matcher => matcher.Matches(origin));
}
