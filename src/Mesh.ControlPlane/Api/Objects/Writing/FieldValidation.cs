namespace Mesh.ControlPlane.Api.Objects.Writing;

/// <summary>What becomes of fields that the schema does not have.</summary>
internal enum FieldValidation
{
    /// <summary>Left out, with a warning; Kubernetes' default.</summary>
    Warn,

    /// <summary>The object is refused.</summary>
    Strict,

    /// <summary>Left out without a word.</summary>
    Ignore,
}
