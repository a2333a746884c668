namespace Mesh.Client.Model.Authorization;

/// <summary>The port that the request came in at is one of <paramref name="First"/> to <paramref name="Last"/>.</summary>
internal sealed record PortCondition(int First, int Last) : RbacCondition;
