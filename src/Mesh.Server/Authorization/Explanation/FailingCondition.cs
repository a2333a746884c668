using System.Runtime.CompilerServices;
using Mesh.Client.Model.Authorization;
using Mesh.Server.Authorization.Conditions;
using Mesh.Server.Authorization.Engine;

namespace Mesh.Server.Authorization.Explanation;

/// <summary>Finds the first condition of a policy that a request does not meet.</summary>
internal static class FailingCondition
{
    // A flood of refused requests must not compile patterns again and again.
    private static readonly ConditionalWeakTable<RbacCondition, RequestTest> Compiled = [];

    /// <summary>In words; null when the policy matches.</summary>
    public static string? Find(RbacPolicy policy, ref RequestFacts facts) =>
        Find(new AnyOf(policy.Permissions), ref facts) ?? Find(new AnyOf(policy.Principals), ref facts);

    private static string? Find(RbacCondition condition, ref RequestFacts facts)
    {
        if (Holds(condition, ref facts))
        {
            return null;
        }

        switch (condition)
        {
            case AllOf all:
                foreach (var item in all.Items)
                {
                    if (Find(item, ref facts) is { } failing)
                    {
                        return failing;
                    }
                }

                return null;
            case AnyOf { Items: [var only] }:
                return Find(only, ref facts);
            default:
                return ConditionText.Of(condition);
        }
    }

    private static bool Holds(RbacCondition condition, ref RequestFacts facts)
    {
        var truth = condition switch
        {
            AllOf all => Fold(all.Items, isAny: false, ref facts),
            AnyOf any => Fold(any.Items, isAny: true, ref facts),
            _ => Compiled.GetValue(condition, TestCompiler.Compile).Test(ref facts),
        };
        return truth >= (facts.Refuses ? Truth.Unknown : Truth.True);
    }

    private static Truth Fold(IEnumerable<RbacCondition> items, bool isAny, ref RequestFacts facts)
    {
        foreach (var item in items)
        {
            if (Holds(item, ref facts) == isAny)
            {
                return isAny ? Truth.True : Truth.False;
            }
        }

        return isAny ? Truth.False : Truth.True;
    }
}
