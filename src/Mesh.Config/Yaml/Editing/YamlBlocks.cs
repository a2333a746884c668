using System.Text;
using System.Text.Json;

namespace Mesh.Config.Yaml.Editing;

/// <summary>Writes a JSON value as YAML that a person reads: block style, lists not indented under their key (as kubectl prints), quotes only where they are needed.</summary>
internal sealed class YamlBlocks
{
    private const int Step = 2;

    private readonly StringBuilder _text = new();

    private YamlBlocks()
    {
    }

    /// <summary>The text, its last line ended.</summary>
    /// <param name="value">An object or a list that is not empty, or anything else in one line.</param>
    /// <param name="indent">Blanks before each line.</param>
    public static string Write(JsonElement value, int indent = 0)
    {
        var blocks = new YamlBlocks();
        if (IsBlock(value))
        {
            blocks.WriteBlock(value, indent);
        }
        else
        {
            blocks._text.Append(' ', indent);
            blocks.WriteInline(value, indent);
        }

        return blocks._text.ToString();
    }

    private static bool IsBlock(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Any(),
        JsonValueKind.Array => value.GetArrayLength() > 0,
        _ => false,
    };

    private void WriteBlock(JsonElement value, int indent)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in value.EnumerateObject())
            {
                _text.Append(' ', indent);
                WriteEntry(property, indent);
            }
        }
        else
        {
            foreach (var item in value.EnumerateArray())
            {
                _text.Append(' ', indent).Append('-').Append(' ');
                WriteItem(item, indent + Step);
            }
        }
    }

    private void WriteEntry(JsonProperty property, int indent)
    {
        _text.Append(YamlScalarText.Quote(property.Name)).Append(':');
        if (!IsBlock(property.Value))
        {
            _text.Append(' ');
            WriteInline(property.Value, indent + Step);
            return;
        }

        _text.Append('\n');
        WriteBlock(property.Value, property.Value.ValueKind == JsonValueKind.Array ? indent : indent + Step);
    }

    /// <summary>What follows a dash begins on the line of the dash.</summary>
    private void WriteItem(JsonElement item, int indent)
    {
        if (!IsBlock(item))
        {
            WriteInline(item, indent);
            return;
        }

        var start = _text.Length;
        WriteBlock(item, indent);
        _text.Remove(start, indent);
    }

    private void WriteInline(JsonElement value, int indent)
    {
        if (value.ValueKind == JsonValueKind.String && YamlScalarText.TryLiteral(value.GetString()!, out var header, out var lines))
        {
            _text.Append(header).Append('\n');
            foreach (var line in lines)
            {
                // A blank line needs no blanks, and none is left behind.
                _text.Append(' ', line.Length == 0 ? 0 : indent).Append(line).Append('\n');
            }

            return;
        }

        _text.Append(value.ValueKind == JsonValueKind.String ? YamlScalarText.Quote(value.GetString()!) : value.GetRawText()).Append('\n');
    }
}
