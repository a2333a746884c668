namespace Mesh.Client.Expressions.Nodes;

/// <summary>A field of a value.</summary>
internal sealed class SelectNode(CelNode target, string name) : CelNode
{
    public override CelValue Evaluate(ICelFields attributes)
    {
        var value = target.Evaluate(attributes);
        return value.IsError ? value : value.Fields?.Find(name) ?? CelValue.Error($"a {value.Kind} has no field '{name}'");
    }
}
