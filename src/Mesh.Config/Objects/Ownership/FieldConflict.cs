namespace Mesh.Config.Objects.Ownership;

/// <summary>A field that an apply would change although another manager owns it.</summary>
/// <param name="Manager">The owner as Kubernetes prints it, such as <c>"kubectl-edit" using v1</c>.</param>
/// <param name="Field">Such as <c>.spec.ports[port=80,protocol="TCP"].name</c>.</param>
internal sealed record FieldConflict(string Manager, string Field)
{
    /// <summary>The message of the cause in a <c>Status</c>.</summary>
    public string Message => $"conflict with {Manager}";
}
