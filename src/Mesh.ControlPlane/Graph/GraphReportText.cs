using System.IO.Compression;
using System.Text.Json;

namespace Mesh.ControlPlane.Graph;

/// <summary>Writes reports for other control planes, and reads theirs: JSON, compressed, as names repeat. A newer one may say more; what is not known is passed over.</summary>
internal static class GraphReportText
{
    /// <summary>More is not read: no control plane writes that much.</summary>
    private const int MaxLength = 64 * 1024 * 1024;

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    /// <param name="reports">What is told.</param>
    /// <param name="now">When it is told: clocks differ, so that times are told by how long ago they are.</param>
    public static byte[] Write(IReadOnlyList<GraphReport> reports, DateTimeOffset now)
    {
        using var stream = new MemoryStream();
        using (var compressed = new GZipStream(stream, CompressionLevel.Fastest))
        {
            JsonSerializer.Serialize(compressed, reports.Select(report => Of(report, now)).ToArray(), Format);
        }

        return stream.ToArray();
    }

    /// <param name="text">As it was written.</param>
    /// <param name="then">When it was, by the clock of the reader.</param>
    /// <exception cref="FormatException">They are not reports, or too many.</exception>
    public static IReadOnlyList<GraphReport> Read(byte[] text, DateTimeOffset then)
    {
        try
        {
            return [.. (JsonSerializer.Deserialize<Report[]>(Decompress(text), Format) ?? []).Select(report => Of(report, then))];
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException)
        {
            throw new FormatException($"not the reports of a control plane: {exception.Message}", exception);
        }
    }

    private static ReadOnlySpan<byte> Decompress(byte[] text)
    {
        using var compressed = new GZipStream(new MemoryStream(text, writable: false), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        var part = new byte[16 * 1024];
        while (compressed.Read(part) is > 0 and var length)
        {
            if (plain.Length + length > MaxLength)
            {
                throw new FormatException($"expected at most {MaxLength} bytes of reports, got more");
            }

            plain.Write(part.AsSpan(0, length));
        }

        return plain.GetBuffer().AsSpan(0, (int)plain.Length);
    }

    private static Report Of(GraphReport report, DateTimeOffset now) => new(
        report.Source, report.Number, (long)report.Interval.TotalMilliseconds, (long)(now - report.At).TotalMilliseconds, [.. report.Edges.Select(pair => Of(pair.Key, pair.Value))]);

    private static Edge Of(GraphEdge edge, EdgeTraffic traffic) => new(
        Of(edge.Source), Of(edge.Destination), traffic.Requests, traffic.Errors, traffic.Retries, traffic.MutualTls, traffic.Grpc, traffic.IsDetailed, [.. traffic.Latency.Cells.SelectMany(cell => new[] { cell.Key, cell.Value })]);

    private static string[] Of(GraphNode node) => [node.Namespace, node.Service, node.Version, node.Workload];

    private static GraphReport Of(Report report, DateTimeOffset then) =>
        new(report.Source, report.Number, then - TimeSpan.FromMilliseconds(report.Age), TimeSpan.FromMilliseconds(report.Interval), [.. report.Edges.Select(Of)]);

    private static KeyValuePair<GraphEdge, EdgeTraffic> Of(Edge edge)
    {
        var traffic = new EdgeTraffic
        {
            Requests = edge.Requests, Errors = edge.Errors, Retries = edge.Retries, MutualTls = edge.MutualTls, Grpc = edge.Grpc, IsDetailed = edge.IsDetailed,
        };
        for (var index = 0; index + 1 < edge.Latency.Length; index += 2)
        {
            traffic.Latency.Add((int)edge.Latency[index], edge.Latency[index + 1]);
        }

        return new(new GraphEdge(Of(edge.From), Of(edge.To)), traffic);
    }

    private static GraphNode Of(string[] node) =>
        node is [var @namespace, var service, var version, var workload, ..] ? new GraphNode(@namespace, service, version, workload) : throw new FormatException("expected four parts of a node");

    private sealed record Report(string Source, long Number, long Interval, long Age, Edge[] Edges);

    private sealed record Edge(string[] From, string[] To, long Requests, long Errors, long Retries, long MutualTls, long Grpc, bool IsDetailed, long[] Latency);
}
