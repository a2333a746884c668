namespace Mesh.Client.Expressions.Nodes;

/// <summary>A value as written.</summary>
internal sealed class LiteralNode(CelValue value) : CelNode
{
    public CelValue Value => value;

    public override CelValue Evaluate(ICelFields attributes) => value;
}
