namespace Mesh.Client.Model.Authorization;

/// <summary>A condition of a policy on who asks (principal) or what is asked for (permission).</summary>
internal abstract record RbacCondition;
