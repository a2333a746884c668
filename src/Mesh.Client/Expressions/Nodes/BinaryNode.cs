namespace Mesh.Client.Expressions.Nodes;

/// <summary>Relations and sums.</summary>
internal sealed class BinaryNode(string sign, CelNode left, CelNode right) : CelNode
{
    public override CelValue Evaluate(ICelFields attributes)
    {
        var first = left.Evaluate(attributes);
        var second = right.Evaluate(attributes);
        return first.IsError ? first : second.IsError ? second : sign switch
        {
            "==" => CelValue.Of(first.Equals(second)),
            "!=" => CelValue.Of(!first.Equals(second)),
            "in" => IsIn(first, second),
            "<" or "<=" or ">" or ">=" => Compare(first, second),
            _ => Combine(first, second),
        };
    }

    private static CelValue IsIn(CelValue item, CelValue place) => place.Kind switch
    {
        CelKind.List => CelValue.Of(place.Items.Contains(item)),
        CelKind.Fields => CelValue.Of(place.Fields!.Find(item.Text).Kind is not (CelKind.Error or CelKind.Null)),
        _ => CelValue.Error($"nothing is in a {place.Kind}"),
    };

    private CelValue Compare(CelValue first, CelValue second)
    {
        int? order = (first.Kind, second.Kind) switch
        {
            (CelKind.Int, CelKind.Int) => first.Number.CompareTo(second.Number),
            (CelKind.Text, CelKind.Text) => string.CompareOrdinal(first.Text, second.Text),
            _ when first.IsNumber && second.IsNumber => first.Real.CompareTo(second.Real),
            _ => null,
        };
        return order is not { } known ? Unfit(first, second) : CelValue.Of(sign switch
        {
            "<" => known < 0,
            "<=" => known <= 0,
            ">" => known > 0,
            _ => known >= 0,
        });
    }

    private CelValue Combine(CelValue first, CelValue second) => (sign, first.Kind, second.Kind) switch
    {
        ("+", CelKind.Text, CelKind.Text) => CelValue.Of(first.Text + second.Text),
        ("+", CelKind.List, CelKind.List) => CelValue.Of(first.Items.AddRange(second.Items)),
        ("+", CelKind.Int, CelKind.Int) => CelValue.Of(unchecked(first.Number + second.Number)),
        ("-", CelKind.Int, CelKind.Int) => CelValue.Of(unchecked(first.Number - second.Number)),
        ("*", CelKind.Int, CelKind.Int) => CelValue.Of(unchecked(first.Number * second.Number)),
        ("/" or "%", CelKind.Int, CelKind.Int) when second.Number is 0 or -1 => second.Number == 0 ? CelValue.Error("divided by zero") : CelValue.Of(sign == "%" ? 0 : unchecked(-first.Number)),
        ("/", CelKind.Int, CelKind.Int) => CelValue.Of(first.Number / second.Number),
        ("%", CelKind.Int, CelKind.Int) => CelValue.Of(first.Number % second.Number),
        ("+", _, _) when first.IsNumber && second.IsNumber => CelValue.Of(first.Real + second.Real),
        ("-", _, _) when first.IsNumber && second.IsNumber => CelValue.Of(first.Real - second.Real),
        ("*", _, _) when first.IsNumber && second.IsNumber => CelValue.Of(first.Real * second.Real),
        ("/", _, _) when first.IsNumber && second.IsNumber => CelValue.Of(first.Real / second.Real),
        _ => Unfit(first, second),
    };

    private CelValue Unfit(CelValue first, CelValue second) => CelValue.Error($"'{sign}' does not go with a {first.Kind} and a {second.Kind}");
}
