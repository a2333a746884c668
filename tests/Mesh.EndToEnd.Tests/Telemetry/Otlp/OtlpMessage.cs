using Google.Protobuf;

namespace Mesh.EndToEnd.Tests.Telemetry.Otlp;

/// <summary>Reads what a test needs of OTLP's messages (opentelemetry-proto 1.x), by their field numbers.</summary>
internal static class OtlpMessage
{
    /// <summary>The name of the service that a message of one resource comes from.</summary>
    public static string ServiceOf(byte[] ofResource) =>
        All(ofResource, 1).SelectMany(resource => Attributes(resource, 1)).FirstOrDefault(attribute => attribute.Key == "service.name").Value ?? "";

    public static string Text(byte[] message, int field) => System.Text.Encoding.UTF8.GetString(All(message, field).SingleOrDefault() ?? []);

    public static string Hex(byte[] message, int field) => Convert.ToHexStringLower(All(message, field).FirstOrDefault() ?? []);

    /// <summary>Texts and whole numbers.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Attributes(byte[] message, int field)
    {
        foreach (var pair in All(message, field))
        {
            yield return new(Text(pair, 1), All(pair, 2).Select(ValueOf).SingleOrDefault() ?? "");
        }
    }

    /// <summary>An <c>AnyValue</c>, as text.</summary>
    public static string ValueOf(byte[] value)
    {
        var text = "";
        Visit(value, (kind, input) =>
        {
            switch (kind)
            {
                case 1:
                    text = input.ReadString();
                    return true;
                case 3:
                    text = input.ReadInt64().ToString(System.Globalization.CultureInfo.InvariantCulture);
                    return true;
                default:
                    return false;
            }
        });
        return text;
    }

    /// <summary>Every message, or text, of a field.</summary>
    public static List<byte[]> All(byte[] message, int wanted)
    {
        var found = new List<byte[]>();
        Visit(message, (field, input) =>
        {
            if (field != wanted)
            {
                return false;
            }

            found.Add(input.ReadBytes().ToByteArray());
            return true;
        });
        return found;
    }

    /// <param name="message">The bytes.</param>
    /// <param name="read">Whether it has read the field.</param>
    public static void Visit(byte[] message, Func<int, CodedInputStream, bool> read)
    {
        using var input = new CodedInputStream(message);
        while (input.ReadTag() is > 0 and var tag)
        {
            if (!read(WireFormat.GetTagFieldNumber(tag), input))
            {
                input.SkipLastField();
            }
        }
    }
}
