using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Client.Model.Authorization;
using Mesh.Protocol.Spiffe;
using Mesh.Server.Authorization.Conditions;
using Mesh.Server.Authorization.Engine;

namespace Mesh.Server.Authorization.Endpoints;

/// <summary>The policies of one endpoint, ready for requests.</summary>
internal sealed class EndpointRule
{
    private readonly KeyValuePair<string, RequestTest>[] _kinds;

    /// <param name="policies">All of them must hold.</param>
    /// <param name="ownNamespace">For service accounts that are written without one.</param>
    public EndpointRule(IEnumerable<MeshPolicyAttribute> policies, string ownNamespace) =>
        _kinds = [.. policies.SelectMany(policy => Kinds(policy, ownNamespace))];

    /// <summary>The kind of condition that is not met; null when all are.</summary>
    public string? FindObjection(ref RequestFacts facts)
    {
        facts.Refuses = false;
        foreach (var (kind, test) in _kinds)
        {
            if (test.Test(ref facts) != Truth.True)
            {
                return kind;
            }
        }

        return null;
    }

    private static List<KeyValuePair<string, RequestTest>> Kinds(MeshPolicyAttribute policy, string ownNamespace)
    {
        RequestTest anyone = new PrincipalTest(id: null);
        List<KeyValuePair<string, RequestTest>> kinds = [];
        Add(nameof(policy.Principals), policy.Principals, value => value == "*" ? anyone : new PrincipalTest(Match(value, SpiffeId.Scheme)));
        Add(nameof(policy.Namespaces), policy.Namespaces, value => new NamespaceTest(Match(value)));
        Add(nameof(policy.ServiceAccounts), policy.ServiceAccounts, value => new ServiceAccountTest(value, ownNamespace));
        Add(nameof(policy.RequestPrincipals), policy.RequestPrincipals, value => Token(["request.auth.principal"], value));
        foreach (var claim in policy.Claims.Select(Parse).GroupBy(static claim => claim.Key, StringComparer.Ordinal))
        {
            string[] values = [.. claim.Select(static pair => pair.Value)];
            Add($"claim {claim.Key}", values, value => Token(["request.auth.claims", .. claim.Key.Split('.')], value));
        }

        if (policy.RequireMutualTls || kinds.Count == 0)
        {
            kinds.Add(KeyValuePair.Create(nameof(policy.RequireMutualTls), anyone));
        }

        return kinds;

        void Add(string kind, string[] values, Func<string, RequestTest> compile)
        {
            if (values.Length > 0)
            {
                kinds.Add(KeyValuePair.Create<string, RequestTest>(kind, new AnyTest([.. values.Select(compile)])));
            }
        }
    }

    private static KeyValuePair<string, string> Parse(string claim)
    {
        var equals = claim.IndexOf('=', StringComparison.Ordinal);
        return equals > 0
            ? KeyValuePair.Create(claim[..equals], claim[(equals + 1)..])
            : throw new InvalidOperationException($"MeshPolicy.Claims: expected name=value, got '{claim}'.");
    }

    private static TokenTest Token(ImmutableArray<string> path, string value)
    {
        var match = value == "*" ? new ValueMatch(ValueMatchKind.Present) { Expected = true } : new ValueMatch(ValueMatchKind.Text) { Text = Match(value) };
        return new TokenTest(new MetadataCondition("istio_authn", path, match, Invert: false));
    }

    /// <summary>Istio's wildcards; the scheme goes before what is compared from the beginning.</summary>
    private static StringMatch Match(string value, string scheme = "") => value switch
    {
        "" => throw new InvalidOperationException("MeshPolicy: expected a value, got an empty text."),
        "*" => new(StringMatchKind.Prefix, scheme, IgnoreCase: false),
        [.. var prefix, '*'] => new(StringMatchKind.Prefix, scheme + prefix, IgnoreCase: false),
        ['*', .. var suffix] => new(StringMatchKind.Suffix, suffix, IgnoreCase: false),
        _ => new(StringMatchKind.Exact, scheme + value, IgnoreCase: false),
    };
}
