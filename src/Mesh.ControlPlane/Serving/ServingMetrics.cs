using System.Diagnostics.Metrics;
using Mesh.ControlPlane.Serving.Sessions;

namespace Mesh.ControlPlane.Serving;

/// <summary>Measures what is sent to clients, under istiod's names.</summary>
internal sealed class ServingMetrics
{
    private readonly Counter<long> _pushes;
    private readonly Counter<long> _rejects;
    private readonly Dictionary<string, Counter<long>> _rejectsByType = new(StringComparer.Ordinal);
    private readonly Counter<long> _staleNonces;
    private readonly Counter<long> _writeTimeouts;
    private readonly Histogram<double> _convergence;
    private readonly Histogram<double> _send;
    private readonly Histogram<double> _debounce;

    public ServingMetrics(Meter meter)
    {
        // istiod's buckets.
        var seconds = new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.1, 0.5, 1, 3, 5, 10, 20, 30] };
        _pushes = meter.CreateCounter<long>("pilot_xds_pushes", description: "Responses sent, by type.");
        _rejects = meter.CreateCounter<long>("pilot_total_xds_rejects", description: "Responses that clients rejected (NACK), by type.");
        foreach (var type in ServedTypes.MakeOrder.Select(LabelOf))
        {
            _rejectsByType[type] = meter.CreateCounter<long>($"pilot_xds_{type}_reject", description: $"Rejected {type} responses.");
        }

        _staleNonces = meter.CreateCounter<long>("pilot_xds_expired_nonce", description: "Requests that answered a response overtaken by a newer one, by type.");
        _writeTimeouts = meter.CreateCounter<long>("pilot_xds_write_timeout", description: "Streams ended because a client did not read.");
        _convergence = meter.CreateHistogram("pilot_proxy_convergence_time", null, "Seconds from a change to a response with it that a client's connection has taken.", advice: seconds);
        _send = meter.CreateHistogram("pilot_xds_send_time", null, "Seconds that a connection took to take a response.", advice: seconds);
        _debounce = meter.CreateHistogram("pilot_debounce_time", null, "Seconds from the first change to the release of it and those after it.", advice: seconds);
    }

    /// <summary>A response was taken by a connection.</summary>
    /// <param name="typeUrl">What it holds.</param>
    /// <param name="sending">How long that took.</param>
    public void Sent(string typeUrl, TimeSpan sending)
    {
        _pushes.Add(1, TypeTag(typeUrl));
        _send.Record(sending.TotalSeconds);
    }

    /// <summary>A client was sent everything that a change means for it.</summary>
    public void Converged(TimeSpan sinceChange) => _convergence.Record(sinceChange.TotalSeconds);

    public void Rejected(string typeUrl)
    {
        _rejects.Add(1, TypeTag(typeUrl));
        _rejectsByType.GetValueOrDefault(LabelOf(typeUrl))?.Add(1);
    }

    public void Stale(string typeUrl) => _staleNonces.Add(1, TypeTag(typeUrl));

    public void WriteTimedOut() => _writeTimeouts.Add(1);

    public void Released(TimeSpan waited) => _debounce.Record(waited.TotalSeconds);

    private static KeyValuePair<string, object?> TypeTag(string typeUrl) => new("type", LabelOf(typeUrl));

    // A series stays for good: what a client asks for that is not served must not make one.
    private static string LabelOf(string typeUrl) => ServedTypes.Contains(typeUrl) ? ServedTypes.ShortName(typeUrl).ToLowerInvariant() : "unknown";
}
