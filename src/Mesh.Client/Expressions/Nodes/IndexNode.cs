namespace Mesh.Client.Expressions.Nodes;

/// <summary>An entry of a map by its key, or an item of a list by its place.</summary>
internal sealed class IndexNode(CelNode target, CelNode key) : CelNode
{
    public override CelValue Evaluate(ICelFields attributes)
    {
        var value = target.Evaluate(attributes);
        var index = key.Evaluate(attributes);
        return (value.Kind, index.Kind) switch
        {
            (CelKind.Error, _) => value,
            (_, CelKind.Error) => index,
            (CelKind.Fields, CelKind.Text) => value.Fields!.Find(index.Text),
            (CelKind.List, CelKind.Int) when index.Number >= 0 && index.Number < value.Items.Length => value.Items[(int)index.Number],
            _ => CelValue.Error($"a {value.Kind} has no entry {index}"),
        };
    }
}
