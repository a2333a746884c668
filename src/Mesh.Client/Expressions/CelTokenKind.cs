namespace Mesh.Client.Expressions;

/// <summary>What a piece of an expression is.</summary>
internal enum CelTokenKind
{
    End,
    Name,
    Int,
    Double,
    Text,

    /// <summary>An operator or a bracket.</summary>
    Sign,
}
