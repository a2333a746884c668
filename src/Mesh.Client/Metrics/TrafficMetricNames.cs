using System.Collections.Immutable;

namespace Mesh.Client.Metrics;

/// <summary>What Istio's standard metrics are called: in Telemetry resources, and on pages for Prometheus.</summary>
internal static class TrafficMetricNames
{
    private static readonly ImmutableArray<(string Selector, string Instrument, string Help)> All =
    [
        ("REQUEST_COUNT", "istio_requests_total", "Requests and calls, by who called whom and what they came to."),
        ("REQUEST_DURATION", "istio_request_duration_milliseconds", "How long requests took, to the end of their answer."),
        ("REQUEST_SIZE", "istio_request_bytes", "Size of the bodies of requests."),
        ("RESPONSE_SIZE", "istio_response_bytes", "Size of the bodies of answers."),
        ("TCP_OPENED_CONNECTIONS", "istio_tcp_connections_opened_total", "Raw connections that were opened."),
        ("TCP_CLOSED_CONNECTIONS", "istio_tcp_connections_closed_total", "Raw connections that were closed."),
        ("TCP_SENT_BYTES", "istio_tcp_sent_bytes_total", "Bytes that servers sent over raw connections."),
        ("TCP_RECEIVED_BYTES", "istio_tcp_received_bytes_total", "Bytes that servers received over raw connections."),
        ("GRPC_REQUEST_MESSAGES", "istio_request_messages_total", "Messages that gRPC clients sent."),
        ("GRPC_RESPONSE_MESSAGES", "istio_response_messages_total", "Messages that gRPC servers sent."),
    ];

    public static string Instrument(TrafficMetric metric) => All[(int)metric].Instrument;

    public static string Help(TrafficMetric metric) => All[(int)metric].Help;

    /// <summary>By the name of a Telemetry resource, or that of Prometheus with or without <c>istio_</c>; null for a metric that is not Istio's.</summary>
    public static TrafficMetric? Find(string name)
    {
        for (var index = 0; index < All.Length; index++)
        {
            if (name == All[index].Selector || name == All[index].Instrument || name == All[index].Instrument["istio_".Length..])
            {
                return (TrafficMetric)index;
            }
        }

        return null;
    }
}
