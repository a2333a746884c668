using System.Collections.Frozen;
using Mesh.Client.Model.Authorization;
using Mesh.Server.Authorization.Paths;

namespace Mesh.Server.Authorization.Engine;

/// <summary>The policies of one action; those that can only match one of some principals or paths are looked up by them, the others are tried one by one.</summary>
internal sealed class PolicySet
{
    private readonly PolicyTest[] _others;
    private readonly FrozenDictionary<string, PolicyTest[]> _byPrincipal;
    private readonly FrozenDictionary<string, PolicyTest[]> _byPath;
    private readonly FrozenDictionary<string, PolicyTest[]>.AlternateLookup<ReadOnlySpan<char>> _byPathText;

    public PolicySet(RbacRules rules, bool refuses)
    {
        (Source, Refuses) = (rules, refuses);
        var others = new List<PolicyTest>();
        var byPrincipal = new Dictionary<string, List<PolicyTest>>(StringComparer.Ordinal);
        var byPath = new Dictionary<string, List<PolicyTest>>(StringComparer.OrdinalIgnoreCase);
        foreach (var policy in rules.Policies)
        {
            var test = new PolicyTest(policy);
            if (PolicyKeys.Principals(policy) is { } principals)
            {
                Add(byPrincipal, principals, test);
            }
            else if (PolicyKeys.Paths(policy) is { } paths)
            {
                Add(byPath, paths, test);
            }
            else
            {
                others.Add(test);
            }
        }

        _others = [.. others];
        _byPrincipal = byPrincipal.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.ToArray(), StringComparer.Ordinal);
        _byPath = byPath.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.ToArray(), StringComparer.OrdinalIgnoreCase);
        _byPathText = _byPath.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public RbacRules Source { get; }

    public RbacAction Action => Source.Action;

    /// <summary>Whether a match is to the request's disadvantage, so that doubt counts as one.</summary>
    public bool Refuses { get; }

    /// <summary>A policy that matches; null for none.</summary>
    public RbacPolicy? Find(ref RequestFacts facts)
    {
        facts.Refuses = Refuses;
        return FindIn(_others, ref facts)
            ?? (_byPrincipal.Count > 0 ? FindByPrincipal(ref facts) : null)
            ?? (_byPath.Count > 0 ? FindByPath(ref facts) : null);
    }

    private RbacPolicy? FindByPrincipal(ref RequestFacts facts) =>
        facts.Peer is { } peer && _byPrincipal.TryGetValue(peer.Uri, out var policies) ? FindIn(policies, ref facts) : null;

    private RbacPolicy? FindByPath(ref RequestFacts facts)
    {
        if (_byPathText.TryGetValue(PathText.Trim(facts.Path), out var policies) && FindIn(policies, ref facts) is { } found)
        {
            return found;
        }

        foreach (var path in facts.OtherPaths(!Refuses))
        {
            if (_byPathText.TryGetValue(PathText.Trim(path), out policies) && FindIn(policies, ref facts) is { } other)
            {
                return other;
            }
        }

        return null;
    }

    private static RbacPolicy? FindIn(PolicyTest[] policies, ref RequestFacts facts)
    {
        foreach (var policy in policies)
        {
            if (policy.Matches(ref facts))
            {
                return policy.Source;
            }
        }

        return null;
    }

    private static void Add(Dictionary<string, List<PolicyTest>> index, IEnumerable<string> keys, PolicyTest test)
    {
        foreach (var key in keys.Distinct(index.Comparer))
        {
            if (!index.TryGetValue(key, out var policies))
            {
                index[key] = policies = [];
            }

            policies.Add(test);
        }
    }
}
