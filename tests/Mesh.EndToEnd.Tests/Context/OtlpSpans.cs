using Google.Protobuf;

namespace Mesh.EndToEnd.Tests.Context;

/// <summary>Reads what a test needs of OTLP's <c>ExportTraceServiceRequest</c> (opentelemetry-proto 1.x), by its field numbers.</summary>
internal static class OtlpSpans
{
    public static List<ReceivedSpan> Read(byte[] request)
    {
        var spans = new List<ReceivedSpan>();
        foreach (var resourceSpans in Messages(request, 1))
        {
            var service = Messages(resourceSpans, 1).SelectMany(resource => Attributes(resource, 1)).FirstOrDefault(attribute => attribute.Key == "service.name").Value;
            spans.AddRange(Messages(resourceSpans, 2).SelectMany(scope => Messages(scope, 2)).Select(span => Span(service ?? "", span)));
        }

        return spans;
    }

    private static ReceivedSpan Span(string service, byte[] span)
    {
        var kind = 0;
        Visit(span, (field, input) =>
        {
            if (field == 6)
            {
                kind = input.ReadEnum();
                return true;
            }

            return false;
        });
        return new ReceivedSpan(
            service, Hex(span, 1), Hex(span, 2), Hex(span, 4), System.Text.Encoding.UTF8.GetString(Messages(span, 5).Single()), kind, Attributes(span, 9).ToDictionary());
    }

    private static string Hex(byte[] message, int field) => Convert.ToHexStringLower(Messages(message, field).FirstOrDefault() ?? []);

    /// <summary>Texts and whole numbers.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Attributes(byte[] message, int field)
    {
        foreach (var pair in Messages(message, field))
        {
            var text = "";
            foreach (var value in Messages(pair, 2))
            {
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
            }

            yield return new(System.Text.Encoding.UTF8.GetString(Messages(pair, 1).Single()), text);
        }
    }

    private static List<byte[]> Messages(byte[] message, int wanted)
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
    private static void Visit(byte[] message, Func<int, CodedInputStream, bool> read)
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
