namespace Mesh.Config.Objects.Selectors;

/// <summary>What a requirement asks of a label.</summary>
internal enum SelectorOperator
{
    In,
    NotIn,
    Exists,
    Absent,
    Greater,
    Less,
}
