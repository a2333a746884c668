using System.Text;
using Mesh.Client.Model;

namespace Mesh.Client.Actions;

/// <summary>Writes a <see cref="HeaderFormat"/> out for one call.</summary>
internal static class HeaderFormatter
{
    /// <summary>A variable without a value leaves nothing behind, as in Envoy's header values (its access logs write a hyphen).</summary>
    public static string Format<TValues>(HeaderFormat format, in TValues values)
        where TValues : struct, IFormatValues
    {
        if (format.Constant is { } constant)
        {
            return constant;
        }

        if (format.Segments is [var only])
        {
            return Value(only, values).ToString();
        }

        var text = new StringBuilder();
        foreach (var segment in format.Segments)
        {
            text.Append(Value(segment, values));
        }

        return text.ToString();
    }

    private static ReadOnlySpan<char> Value<TValues>(FormatSegment segment, in TValues values)
        where TValues : struct, IFormatValues
    {
        if (segment.Variable is FormatVariable.Text)
        {
            return segment.Argument;
        }

        ReadOnlySpan<char> value = values.Find(segment);
        return segment.MaxLength < value.Length ? value[..segment.MaxLength.Value] : value;
    }
}
