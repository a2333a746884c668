namespace Mesh.Client.Expressions.Nodes;

/// <summary><c>has(a.b)</c>: whether there is such a field.</summary>
internal sealed class HasNode(SelectNode field) : CelNode
{
    public override CelValue Evaluate(ICelFields attributes) => CelValue.Of(field.Evaluate(attributes).Kind is not (CelKind.Error or CelKind.Null));
}
