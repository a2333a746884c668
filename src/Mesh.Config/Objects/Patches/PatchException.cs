namespace Mesh.Config.Objects.Patches;

/// <summary>Says why a patch cannot be applied and where.</summary>
internal sealed class PatchException(PatchFailure failure, string field, string message) : Exception(message)
{
    public PatchFailure Failure { get; } = failure;

    /// <summary>The place in the object or in the patch, such as <c>spec.ports</c> or <c>/spec/ports/0</c>; empty when it is the whole.</summary>
    public string Field { get; } = field;
}
