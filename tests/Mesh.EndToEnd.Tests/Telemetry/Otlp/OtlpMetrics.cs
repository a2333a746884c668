using Google.Protobuf;
using static Mesh.EndToEnd.Tests.Telemetry.Otlp.OtlpMessage;

namespace Mesh.EndToEnd.Tests.Telemetry.Otlp;

/// <summary>Reads <c>ExportMetricsServiceRequest</c>: sums, and the counts and sums of histograms.</summary>
internal static class OtlpMetrics
{
    private const int Sum = 7;
    private const int Histogram = 9;

    public static List<ReceivedPoint> Read(byte[] request) =>
        [.. All(request, 1).SelectMany(resource => All(resource, 2).SelectMany(scope => All(scope, 2)).SelectMany(metric => Points(ServiceOf(resource), metric)))];

    private static IEnumerable<ReceivedPoint> Points(string service, byte[] metric)
    {
        var name = Text(metric, 1);
        var sums = All(metric, Sum).SelectMany(sum => All(sum, 1)).Select(point => NumberPoint(service, name, point));
        return sums.Concat(All(metric, Histogram).SelectMany(histogram => All(histogram, 1)).Select(point => HistogramPoint(service, name, point)));
    }

    private static ReceivedPoint NumberPoint(string service, string name, byte[] point)
    {
        var value = 0.0;
        Visit(point, (field, input) =>
        {
            switch (field)
            {
                case 4:
                    value = input.ReadDouble();
                    return true;
                case 6:
                    value = input.ReadSFixed64();
                    return true;
                default:
                    return false;
            }
        });
        return new ReceivedPoint(service, name, value, 0, [], Attributes(point, 7).ToDictionary());
    }

    private static ReceivedPoint HistogramPoint(string service, string name, byte[] point)
    {
        var (count, sum) = (0UL, 0.0);
        double[] bounds = [];
        Visit(point, (field, input) =>
        {
            switch (field)
            {
                case 4:
                    count = input.ReadFixed64();
                    return true;
                case 5:
                    sum = input.ReadDouble();
                    return true;
                case 7:
                    bounds = Doubles(input.ReadBytes());
                    return true;
                default:
                    return false;
            }
        });
        return new ReceivedPoint(service, name, sum, (long)count, bounds, Attributes(point, 9).ToDictionary());
    }

    private static double[] Doubles(ByteString packed) =>
        [.. Enumerable.Range(0, packed.Length / sizeof(double)).Select(index => BitConverter.ToDouble(packed.Span[(index * sizeof(double))..]))];
}
