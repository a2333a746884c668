using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Mesh.Client.Model;

namespace Mesh.Client.Expressions.Nodes;

/// <summary>A function of CEL's standard library, in either form: <c>f(a, b)</c> or <c>a.f(b)</c>.</summary>
internal sealed class CallNode(string name, ImmutableArray<CelNode> arguments) : CelNode
{
    // Only written out: a pattern that a request makes would be built anew for each.
    private readonly Lazy<Regex?> _pattern = new(() => name == "matches" && arguments is [_, LiteralNode written] ? Compile(written) : null);

    public override CelValue Evaluate(ICelFields attributes)
    {
        var values = arguments.Select(argument => argument.Evaluate(attributes)).ToArray();
        foreach (var value in values)
        {
            if (value.IsError)
            {
                return value;
            }
        }

        return values switch
        {
            [{ Kind: CelKind.Text } text, { Kind: CelKind.Text } other] => OfTexts(text.Text, other.Text),
            [var value] => OfOne(value),
            _ => Unknown(values),
        };
    }

    private CelValue OfTexts(string text, string other) => name switch
    {
        "startsWith" => CelValue.Of(text.StartsWith(other, StringComparison.Ordinal)),
        "endsWith" => CelValue.Of(text.EndsWith(other, StringComparison.Ordinal)),
        "contains" => CelValue.Of(text.Contains(other, StringComparison.Ordinal)),
        "matches" => Matches(text),
        _ => Unknown([CelValue.Of(text), CelValue.Of(other)]),
    };

    private CelValue OfOne(CelValue value) => (name, value.Kind) switch
    {
        ("size", CelKind.Text) => CelValue.Of(value.Text.EnumerateRunes().LongCount()),
        ("size", CelKind.List) => CelValue.Of(value.Items.Length),
        ("string", CelKind.Text or CelKind.Int or CelKind.Double or CelKind.Bool) => CelValue.Of(value.ToString()),
        ("int" or "uint", CelKind.Int) => value,
        ("int" or "uint", CelKind.Double) => CelValue.Of((long)value.Real),
        ("int" or "uint", CelKind.Text) => long.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? CelValue.Of(number) : NoNumber(value),
        ("double", CelKind.Int or CelKind.Double) => CelValue.Of(value.Real),
        ("double", CelKind.Text) => double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) ? CelValue.Of(real) : NoNumber(value),
        ("lowerAscii", CelKind.Text) => CelValue.Of(value.Text.ToLowerInvariant()),
        ("upperAscii", CelKind.Text) => CelValue.Of(value.Text.ToUpperInvariant()),
        ("type", _) => CelValue.Of(value.Kind.ToString().ToLowerInvariant()),
        _ => Unknown([value]),
    };

    private CelValue Matches(string text) =>
        _pattern.Value is { } pattern ? CelValue.Of(pattern.IsMatch(text)) : CelValue.Error("matches() takes a regular expression of RE2, written out");

    private static Regex? Compile(LiteralNode written)
    {
        var pattern = written.Value.Text;
        return Re2Pattern.Validate(pattern) is null ? new Regex(Re2Pattern.ToSearch(pattern), Re2Pattern.Options) : null;
    }

    private CelValue Unknown(IEnumerable<CelValue> values) => CelValue.Error($"there is no {name}({string.Join(", ", values.Select(value => value.Kind))})");

    private static CelValue NoNumber(CelValue value) => CelValue.Error($"'{value}' is no number");
}
