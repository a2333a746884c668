namespace Mesh.Client.Expressions.Nodes;

/// <summary>An attribute by its name.</summary>
internal sealed class NameNode(string name) : CelNode
{
    public override CelValue Evaluate(ICelFields attributes) => attributes.Find(name);
}
