namespace Mesh.Client.Expressions.Nodes;

/// <summary><c>a ? b : c</c>.</summary>
internal sealed class ConditionalNode(CelNode condition, CelNode then, CelNode otherwise) : CelNode
{
    public override CelValue Evaluate(ICelFields attributes)
    {
        var value = condition.Evaluate(attributes);
        return value.Kind is CelKind.Bool ? (value.IsTrue ? then : otherwise).Evaluate(attributes)
            : value.IsError ? value
            : CelValue.Error($"expected a Bool before '?', got a {value.Kind}");
    }
}
