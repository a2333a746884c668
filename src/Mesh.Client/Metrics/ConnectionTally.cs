using Mesh.Client.Metrics.Rules;
using Mesh.Client.Metrics.Series;
using Mesh.Client.Pipeline.Reports;

namespace Mesh.Client.Metrics;

/// <summary>The series that one raw connection counts in; bytes are told as the server sees them, on either side (Istio).</summary>
internal sealed class ConnectionTally : IConnectionTally
{
    private readonly CounterSeries? _opened;
    private readonly CounterSeries? _closed;
    private readonly CounterSeries? _sent;
    private readonly CounterSeries? _received;
    private int _isClosed;

    private ConnectionTally(TrafficMeter meter, MetricRules rules, TrafficParties parties, in TrafficKey key)
    {
        var labels = TrafficLabels.OfConnection(parties, key).Pairs;
        _opened = Find(TrafficMetric.TcpOpenedConnections);
        _closed = Find(TrafficMetric.TcpClosedConnections);
        _sent = Find(TrafficMetric.TcpSentBytes);
        _received = Find(TrafficMetric.TcpReceivedBytes);

        CounterSeries? Find(TrafficMetric metric) => rules.ApplyToConnection(metric, labels) is { } known ? meter.Counter(metric, known) : null;
    }

    /// <summary>A connection is open, and counted.</summary>
    public static ConnectionTally Open(TrafficMeter meter, MetricRules rules, TrafficParties parties, in TrafficKey key)
    {
        var tally = new ConnectionTally(meter, rules, parties, key);
        tally._opened?.Add(1);
        return tally;
    }

    public void Received(int bytes) => _sent?.Add(bytes);

    public void Sent(int bytes) => _received?.Add(bytes);

    public void Close()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            _closed?.Add(1);
        }
    }
}
