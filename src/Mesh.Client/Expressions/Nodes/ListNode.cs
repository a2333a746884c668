using System.Collections.Immutable;

namespace Mesh.Client.Expressions.Nodes;

/// <summary><c>[a, b]</c>.</summary>
internal sealed class ListNode(ImmutableArray<CelNode> items) : CelNode
{
    public override CelValue Evaluate(ICelFields attributes)
    {
        var values = items.Select(item => item.Evaluate(attributes)).ToImmutableArray();
        return values.FirstOrDefault(value => value.IsError, CelValue.Of(values));
    }
}
