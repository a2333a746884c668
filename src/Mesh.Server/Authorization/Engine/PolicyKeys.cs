using Mesh.Client.Model;
using Mesh.Client.Model.Authorization;
using Mesh.Server.Authorization.Paths;

namespace Mesh.Server.Authorization.Engine;

/// <summary>Finds what a request must have for a policy to match at all.</summary>
internal static class PolicyKeys
{
    /// <summary>The SPIFFE ids of which the peer must have one; null when the policy may match others.</summary>
    public static IReadOnlyList<string>? Principals(RbacPolicy policy) => Any(policy.Principals, static condition =>
        condition is PrincipalCondition { Id: { Kind: StringMatchKind.Exact, IgnoreCase: false } id } ? id.Value : null);

    /// <summary>The paths of which the request must have one, as <see cref="PathText.Trim"/> leaves them; null when the policy may match others.</summary>
    public static IReadOnlyList<string>? Paths(RbacPolicy policy) => Any(policy.Permissions, static condition =>
        condition is PathCondition { Path: { Kind: StringMatchKind.Exact } path } ? PathText.Trim(PathText.Decode(path.Value)).ToString() : null);

    private static List<string>? Any(IEnumerable<RbacCondition> conditions, Func<RbacCondition, string?> key)
    {
        var keys = new List<string>();
        foreach (var condition in conditions)
        {
            if (Of(condition, key) is not { } found)
            {
                return null;
            }

            keys.AddRange(found);
        }

        return keys;
    }

    private static List<string>? Of(RbacCondition condition, Func<RbacCondition, string?> key) => condition switch
    {
        AnyOf any => Any(any.Items, key),
        AllOf all => all.Items.Select(item => Of(item, key)).FirstOrDefault(static found => found is not null),
        _ => key(condition) is { } value ? [value] : null,
    };
}
