using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Mesh.Config.Yaml;

namespace Mesh.Config.Decoding;

/// <summary>Turns one YAML scalar into the value of a protobuf field, with the types of proto3 JSON.</summary>
internal static class ScalarDecoder
{
    /// <summary>The boxed value, or null after having reported why there is none.</summary>
    public static object? Decode(FieldDescriptor field, YamlScalar scalar, string path, FindingCollector findings) => field.FieldType switch
    {
        FieldType.String => Text(scalar, path, findings),
        FieldType.Bool => Boolean(scalar, path, findings),
        FieldType.Enum => Enum(field.EnumType, scalar, path, findings),
        FieldType.Bytes => Bytes(scalar, path, findings),
        FieldType.Double => Number(scalar, path, findings),
        FieldType.Float => (float?)Number(scalar, path, findings),
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => (int?)Integer(scalar, int.MinValue, int.MaxValue, path, findings),
        FieldType.UInt32 or FieldType.Fixed32 => (uint?)Integer(scalar, uint.MinValue, uint.MaxValue, path, findings),
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => (long?)Integer(scalar, long.MinValue, long.MaxValue, path, findings),
        FieldType.UInt64 or FieldType.Fixed64 => (ulong?)Integer(scalar, ulong.MinValue, ulong.MaxValue, path, findings),
        _ => throw new NotSupportedException($"The field {field.FullName} has the type {field.FieldType}, which no resource uses."),
    };

    private static string? Text(YamlScalar scalar, string path, FindingCollector findings)
    {
        if (scalar.Kind == YamlScalarKind.String)
        {
            return scalar.Text;
        }

        findings.Error(path, $"expected a string, found {scalar.Describe()}; put it in quotes: \"{scalar.Text}\"");
        return null;
    }

    private static bool? Boolean(YamlScalar scalar, string path, FindingCollector findings)
    {
        if (scalar.Kind == YamlScalarKind.Boolean)
        {
            return scalar.AsBoolean();
        }

        findings.Error(path, $"expected true or false without quotes, found {scalar.Describe()}");
        return null;
    }

    private static int? Enum(EnumDescriptor type, YamlScalar scalar, string path, FindingCollector findings)
    {
        var value = scalar.Kind switch
        {
            YamlScalarKind.String => type.FindValueByName(scalar.Text),
            YamlScalarKind.Integer when YamlScalar.TryParseInteger(scalar.Text, out var number) && number == (int)number => type.FindValueByNumber((int)number),
            _ => null,
        };
        if (value is not null)
        {
            return value.Number;
        }

        var names = type.Values.Select(known => known.Name).ToArray();
        findings.Error(path, $"expected one of {string.Join(", ", names)}, found {scalar.Describe()}{NameSuggestion.For(scalar.Text, names)}");
        return null;
    }

    private static ByteString? Bytes(YamlScalar scalar, string path, FindingCollector findings)
    {
        // proto3 JSON reads both base64 alphabets, padded or not.
        var text = scalar.Text.Replace('-', '+').Replace('_', '/').TrimEnd('=');
        var buffer = new byte[text.Length];
        if (scalar.Kind == YamlScalarKind.String
            && Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), buffer, out var written))
        {
            return ByteString.CopyFrom(buffer, 0, written);
        }

        findings.Error(path, $"expected bytes in base64, found {scalar.Describe()}");
        return null;
    }

    private static double? Number(YamlScalar scalar, string path, FindingCollector findings)
    {
        switch (scalar.Kind)
        {
            case YamlScalarKind.Integer when YamlScalar.TryParseInteger(scalar.Text, out var whole):
                return (double)whole;
            case YamlScalarKind.Float when YamlScalar.TryParseFloat(scalar.Text, out var value) && double.IsFinite(value):
                return value;
            case YamlScalarKind.String when double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var quoted) && double.IsFinite(quoted):
                return quoted;
            default:
                findings.Error(path, $"expected a finite number, found {scalar.Describe()}");
                return null;
        }
    }

    private static Int128? Integer(YamlScalar scalar, Int128 least, Int128 most, string path, FindingCollector findings)
    {
        if (!TryReadInteger(scalar, out var value))
        {
            findings.Error(path, $"expected a whole number, found {scalar.Describe()}");
            return null;
        }

        if (value < least || value > most)
        {
            findings.Error(path, $"expected a number from {least} to {most}, found {scalar.Text}");
            return null;
        }

        return value;
    }

    private static bool TryReadInteger(YamlScalar scalar, out Int128 value)
    {
        value = 0;
        if (scalar.Kind == YamlScalarKind.Integer)
        {
            return YamlScalar.TryParseInteger(scalar.Text, out value);
        }

        // proto3 JSON takes 80.0 and "80" for 80.
        if (scalar.Kind == YamlScalarKind.String)
        {
            return Int128.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
        }

        if (scalar.Kind == YamlScalarKind.Float
            && YamlScalar.TryParseFloat(scalar.Text, out var fractional)
            && double.IsInteger(fractional)
            && Math.Abs(fractional) <= ulong.MaxValue)
        {
            value = (Int128)fractional;
            return true;
        }

        return false;
    }
}
