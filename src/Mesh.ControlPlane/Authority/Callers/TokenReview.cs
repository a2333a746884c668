namespace Mesh.ControlPlane.Authority.Callers;

/// <summary>The answer to a review.</summary>
/// <param name="Username">Whose token it is; null when it is not good.</param>
/// <param name="Node">The machine of the pod that the token is bound to, if it says so.</param>
/// <param name="Refusal">Why it is not good; null when it is.</param>
internal sealed record TokenReview(string? Username, string? Node, string? Refusal)
{
    public static TokenReview Refuse(string reason) => new(null, null, reason);
}
