namespace Mesh.Client.Expressions.Nodes;

/// <summary><c>a &amp;&amp; b</c> and <c>a || b</c>: what decides alone makes up for an error at the other side (CEL, logical operators).</summary>
internal sealed class LogicNode(CelNode left, CelNode right, bool decider) : CelNode
{
    public override CelValue Evaluate(ICelFields attributes)
    {
        var first = left.Evaluate(attributes);
        if (Decides(first))
        {
            return first;
        }

        var second = right.Evaluate(attributes);
        return Decides(second) ? second
            : first.Kind is not CelKind.Bool ? Wrong(first)
            : second.Kind is not CelKind.Bool ? Wrong(second)
            : CelValue.Of(!decider);
    }

    private static CelValue Wrong(CelValue value) => value.IsError ? value : CelValue.Error($"expected a Bool, got a {value.Kind}");

    private bool Decides(CelValue value) => value.Kind is CelKind.Bool && value.IsTrue == decider;
}
