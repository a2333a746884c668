namespace Mesh.Client.Model.Authorization;

/// <summary>Decides by its policies.</summary>
internal sealed record RbacFilter(string Name) : AuthorizationFilter(Name);
