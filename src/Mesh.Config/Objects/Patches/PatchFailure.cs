namespace Mesh.Config.Objects.Patches;

/// <summary>Why a patch was not applied, as far as the answer to the client depends on it.</summary>
internal enum PatchFailure
{
    /// <summary>The patch itself is not one of its kind (400 BadRequest).</summary>
    Malformed,

    /// <summary>The patch is well formed, but does not fit the object, or one of its tests failed (422 Invalid).</summary>
    NotApplicable,

    /// <summary>The patch has too many operations or makes too much of the object (413 RequestEntityTooLarge).</summary>
    TooLarge,
}
