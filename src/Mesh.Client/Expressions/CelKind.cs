namespace Mesh.Client.Expressions;

/// <summary>The types of values.</summary>
internal enum CelKind
{
    Error,
    Null,
    Bool,
    Int,
    Double,
    Text,
    List,
    Fields,
}
