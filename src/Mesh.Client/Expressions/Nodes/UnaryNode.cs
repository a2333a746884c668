namespace Mesh.Client.Expressions.Nodes;

/// <summary><c>!a</c> and <c>-a</c>.</summary>
internal sealed class UnaryNode(string sign, CelNode operand) : CelNode
{
    public override CelValue Evaluate(ICelFields attributes)
    {
        var value = operand.Evaluate(attributes);
        return (sign, value.Kind) switch
        {
            (_, CelKind.Error) => value,
            ("!", CelKind.Bool) => CelValue.Of(!value.IsTrue),
            ("-", CelKind.Int) => CelValue.Of(unchecked(-value.Number)),
            ("-", CelKind.Double) => CelValue.Of(-value.Real),
            _ => CelValue.Error($"'{sign}' does not go with a {value.Kind}"),
        };
    }
}
