using System.Globalization;

namespace Mesh.Config.Yaml;

/// <summary>A single value with the type YAML 1.1 gives it, the dialect of Kubernetes' and Istio's tools.</summary>
internal sealed class YamlScalar(int line, int column, string text, YamlScalarKind kind) : YamlNode(line, column)
{
    public string Text { get; } = text;

    public YamlScalarKind Kind { get; } = kind;

    public override string Describe() => Kind switch
    {
        YamlScalarKind.Null => "null",
        YamlScalarKind.Boolean => $"the boolean {Text}",
        YamlScalarKind.Integer or YamlScalarKind.Float => $"the number {Shorten(Text)}",
        _ => $"the string \"{Shorten(Text)}\"",
    };

    /// <summary>The type of an unquoted scalar.</summary>
    public static YamlScalarKind Resolve(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => YamlScalarKind.Null,
        "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" or "y" or "Y" => YamlScalarKind.Boolean,
        "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" or "n" or "N" => YamlScalarKind.Boolean,
        _ when !CanBeNumber(text) => YamlScalarKind.String,
        _ when TryParseInteger(text, out _) => YamlScalarKind.Integer,
        _ when TryParseFloat(text, out _) => YamlScalarKind.Float,
        _ => YamlScalarKind.String,
    };

    /// <summary>The value of a <see cref="YamlScalarKind.Boolean"/>.</summary>
    public bool AsBoolean() => Text[0] is 't' or 'T' or 'y' or 'Y' || Text is "on" or "On" or "ON";

    /// <summary>Reads YAML 1.1 integers: decimal, <c>0x</c>, <c>0b</c>, <c>0o</c> and the old octal <c>017</c>, with underscores.</summary>
    public static bool TryParseInteger(string text, out Int128 value)
    {
        value = 0;
        var negative = text.StartsWith('-');
        var digits = text.AsSpan(negative || text.StartsWith('+') ? 1 : 0).ToString().Replace("_", "", StringComparison.Ordinal);
        var (radix, body) = digits switch
        {
            ['0', 'x' or 'X', ..] => (16, digits[2..]),
            ['0', 'b' or 'B', ..] => (2, digits[2..]),
            ['0', 'o' or 'O', ..] => (8, digits[2..]),
            ['0', _, ..] => (8, digits[1..]),
            _ => (10, digits),
        };

        // 30 digits of any radix fit into 128 bits; no field of any resource takes more.
        if (body.Length is 0 or > 30)
        {
            return false;
        }

        foreach (var character in body)
        {
            var digit = char.IsAsciiHexDigit(character) ? Convert.ToInt32(character.ToString(), 16) : radix;
            if (digit >= radix)
            {
                return false;
            }

            value = (value * radix) + digit;
        }

        value = negative ? -value : value;
        return true;
    }

    /// <summary>Reads YAML 1.1 floats, <c>.inf</c> and <c>.nan</c> included.</summary>
    public static bool TryParseFloat(string text, out double value)
    {
        (var special, value) = text.TrimStart('+').ToLowerInvariant() switch
        {
            ".inf" => (true, double.PositiveInfinity),
            "-.inf" => (true, double.NegativeInfinity),
            ".nan" => (true, double.NaN),
            _ => (false, 0d),
        };
        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return special
            || (text.AsSpan().ContainsAnyInRange('0', '9') && double.TryParse(text, Styles, CultureInfo.InvariantCulture, out value));
    }

    private static bool CanBeNumber(string text) => text[0] is (>= '0' and <= '9') or '-' or '+' or '.';

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..57] + "...";
}
