namespace Mesh.ControlPlane.Api.Objects.Rendering;

/// <summary>The forms in which objects are told.</summary>
internal enum ResponseForm
{
    /// <summary>Whole.</summary>
    Object,

    /// <summary>As rows for people (<c>meta.k8s.io Table</c>).</summary>
    Table,

    /// <summary>Their <c>metadata</c> alone (<c>meta.k8s.io PartialObjectMetadata</c>).</summary>
    Metadata,
}
