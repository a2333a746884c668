using Mesh.Server.Authorization.Engine;

namespace Mesh.Server.Authorization.Explanation;

/// <summary>Says why a request was refused, for the log.</summary>
internal static class RefusalText
{
    // A line of a log stays readable; meshctl authz check tells of all.
    private const int MaxPolicies = 5;

    public static string Of(FilterRules filter, Decision decision, ref RequestFacts facts) => Of(filter.Filter.Name, filter.Rules!, decision, ref facts);

    public static string Of(string filter, PolicySet policies, Decision decision, ref RequestFacts facts)
    {
        if (decision.Policy is { } matched)
        {
            return $"policy {matched.Name} ({filter}) matches";
        }

        var rules = policies.Source;
        if (rules.Policies.IsEmpty)
        {
            return $"{filter} allows nothing";
        }

        facts.Refuses = policies.Refuses;
        var reasons = new List<string>();
        foreach (var policy in rules.Policies.Take(MaxPolicies))
        {
            reasons.Add($"{policy.Name} lacks {FailingCondition.Find(policy, ref facts)}");
        }

        var more = rules.Policies.Length > MaxPolicies ? $", and {rules.Policies.Length - MaxPolicies} more" : "";
        return $"none of the policies that allow ({filter}) matches: {string.Join("; ", reasons)}{more}";
    }
}
