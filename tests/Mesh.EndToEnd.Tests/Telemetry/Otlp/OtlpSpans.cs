using static Mesh.EndToEnd.Tests.Telemetry.Otlp.OtlpMessage;

namespace Mesh.EndToEnd.Tests.Telemetry.Otlp;

/// <summary>Reads <c>ExportTraceServiceRequest</c>.</summary>
internal static class OtlpSpans
{
    public static List<ReceivedSpan> Read(byte[] request) =>
        [.. All(request, 1).SelectMany(resource => All(resource, 2).SelectMany(scope => All(scope, 2)).Select(span => Span(ServiceOf(resource), span)))];

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
        return new ReceivedSpan(service, Hex(span, 1), Hex(span, 2), Hex(span, 4), Text(span, 5), kind, Attributes(span, 9).ToDictionary());
    }
}
