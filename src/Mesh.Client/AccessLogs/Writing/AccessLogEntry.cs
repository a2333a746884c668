using System.Collections;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.AccessLogs.Writing;

/// <summary>An entry among the application's logs: its text is the message, without a template, so that OTLP has it as the body; the fields of a structured entry are attributes.</summary>
internal sealed class AccessLogEntry : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly string _text;
    private readonly List<KeyValuePair<string, object?>> _fields = [];

    private AccessLogEntry(string text) => _text = text;

    public static EventId EventId { get; } = new(6550, "AccessLog");

    public int Count => _fields.Count;

    public KeyValuePair<string, object?> this[int index] => _fields[index];

    public static AccessLogEntry OfText(ReadOnlySpan<char> line) => new(line.ToString());

    /// <summary>As Envoy's OTLP access log has the labels of a format.</summary>
    /// <param name="line">A JSON object, of which one that was too long is cut.</param>
    public static AccessLogEntry OfFields(ReadOnlySpan<char> line)
    {
        var entry = new AccessLogEntry(line.ToString());
        try
        {
            using var document = JsonDocument.Parse(entry._text);
            foreach (var field in document.RootElement.EnumerateObject())
            {
                if (ValueOf(field.Value) is { } value)
                {
                    entry._fields.Add(new(field.Name, value));
                }
            }
        }
        catch (JsonException)
        {
            entry._fields.Clear();
        }

        return entry;
    }

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _fields.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => _text;

    private static object? ValueOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.TryGetInt64(out var whole) ? (object)whole : value.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null => null,
        _ => value.GetRawText(),
    };
}
