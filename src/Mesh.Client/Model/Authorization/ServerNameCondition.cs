namespace Mesh.Client.Model.Authorization;

/// <summary>A condition on the server name that the TLS client asked for (SNI).</summary>
internal sealed record ServerNameCondition(StringMatch Name) : RbacCondition;
