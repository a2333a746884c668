using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Client.Routing;
using Mesh.Server.Rules;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Authentication;

/// <summary>A <see cref="JwtPolicy"/> ready for requests; immutable.</summary>
internal sealed class CompiledJwtPolicy
{
    private readonly (RouteMatcher? Matcher, CompiledRequirement? Requirement)[] _rules;

    public CompiledJwtPolicy(JwtPolicy source)
    {
        Source = source;
        var providers = new Dictionary<JwtProvider, TokenProvider>(ReferenceEqualityComparer.Instance);
        _rules = [.. source.Rules.Select(rule => (Matcher(rule.Match), rule.Requirement is { } root ? new CompiledRequirement(root, Compile) : null))];
        OutputHeaders =
        [
            .. source.Providers
                .SelectMany(static provider => provider.ClaimHeaders.Select(static header => header.Header).Append(provider.PayloadHeader))
                .Where(static name => name.Length > 0)
                .Distinct(StringComparer.OrdinalIgnoreCase),
        ];

        TokenProvider Compile(JwtProvider policy) =>
            providers.TryGetValue(policy, out var provider) ? provider : providers[policy] = new TokenProvider(policy);
    }

    public JwtPolicy Source { get; }

    /// <summary>What the application learns of tokens by: nobody else may write them.</summary>
    public ImmutableArray<string> OutputHeaders { get; }

    /// <summary>What a request is asked for; null for nothing.</summary>
    public CompiledRequirement? Find(HttpContext context, Random random)
    {
        foreach (var (matcher, requirement) in _rules)
        {
            if (matcher is null || Matches(matcher, context, random))
            {
                return requirement;
            }
        }

        return null;
    }

    /// <summary>Null for the rule that takes every request, which is all that Istio writes.</summary>
    private static RouteMatcher? Matcher(RouteMatch match) =>
        match is { Path: { Kind: PathMatchKind.Prefix, Value: "/" or "" }, Headers.IsEmpty: true, QueryParameters.IsEmpty: true, FractionPerMillion: null }
            ? null
            : new RouteMatcher(match);

    private static bool Matches(RouteMatcher matcher, HttpContext context, Random random)
    {
        using var message = RequestMessage.Of(context);
        var view = new RequestView(message);
        return matcher.Matches(ref view, random);
    }
}
