namespace Mesh.Client.Expressions.Nodes;

/// <summary>A part of an expression.</summary>
internal abstract class CelNode
{
    public abstract CelValue Evaluate(ICelFields attributes);
}
