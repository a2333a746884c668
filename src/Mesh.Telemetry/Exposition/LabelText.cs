using System.Text;
using OpenTelemetry;

namespace Mesh.Telemetry.Exposition;

/// <summary>Writes the labels of a series as both texts have them, without the braces.</summary>
internal static class LabelText
{
    /// <summary><c>name="value",…</c>; empty without tags. Tags whose names become the same are joined with <c>;</c> (OpenTelemetry specification).</summary>
    public static string Of(ReadOnlyTagCollection tags)
    {
        if (tags.Count == 0)
        {
            return "";
        }

        var labels = new List<KeyValuePair<string, string>>(tags.Count);
        foreach (var (key, value) in tags)
        {
            Add(labels, FamilyName.Clean(key, isLabel: true), TextOf(value));
        }

        var text = new StringBuilder();
        foreach (var (name, value) in labels)
        {
            Append(text, name, value);
        }

        return text.ToString();
    }

    /// <summary>Adds one label to a text of labels.</summary>
    public static void Append(StringBuilder text, string name, string value)
    {
        if (text.Length > 0)
        {
            text.Append(',');
        }

        text.Append(name).Append("=\"");
        foreach (var character in value)
        {
            _ = character switch
            {
                '\\' => text.Append("\\\\"),
                '"' => text.Append("\\\""),
                '\n' => text.Append("\\n"),
                _ => text.Append(character),
            };
        }

        text.Append('"');
    }

    private static void Add(List<KeyValuePair<string, string>> labels, string name, string value)
    {
        var known = labels.FindIndex(label => label.Key == name);
        if (known < 0)
        {
            labels.Add(new(name, value));
        }
        else
        {
            labels[known] = new(name, $"{labels[known].Value};{value}");
        }
    }

    private static string TextOf(object? value) => value switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
