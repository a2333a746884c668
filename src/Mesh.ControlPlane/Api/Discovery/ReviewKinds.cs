using System.Collections.Immutable;
using Mesh.Config;
using Mesh.ControlPlane.Api.Objects;

namespace Mesh.ControlPlane.Api.Discovery;

/// <summary>Kinds that are only ever asked for: who am I, and what may I do.</summary>
internal static class ReviewKinds
{
    public const string AuthorizationGroup = "authorization.k8s.io";
    public const string AuthenticationGroup = "authentication.k8s.io";

    public static ImmutableArray<ServedGroup> Groups { get; } =
    [
        new(AuthenticationGroup, ["v1"], [Review(AuthenticationGroup, "SelfSubjectReview")]),
        new(AuthorizationGroup, ["v1"], [Review(AuthorizationGroup, "SelfSubjectAccessReview"), Review(AuthorizationGroup, "SelfSubjectRulesReview")]),
    ];

    public static bool Contains(ResourceKind kind) => kind.Group is AuthorizationGroup or AuthenticationGroup;

    private static ResourceKind Review(string group, string kind) =>
        new(group, kind, kind.ToLowerInvariant() + "s", ["v1"], Spec: null) { Namespaced = false, Strict = false, Use = ResourceUse.Ignored };
}
