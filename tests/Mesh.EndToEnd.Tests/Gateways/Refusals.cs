using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Mesh.Server.Gateway;

namespace Mesh.EndToEnd.Tests.Gateways;

/// <summary>What the gateways of this process count as refused while it is there; without a port of its own, other tests may add to it.</summary>
internal sealed class Refusals : IDisposable
{
    private readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    /// <param name="port">Of the listener whose refusals are meant; all if there is none.</param>
    public Refusals(int? port = null)
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name == GatewayMeter.Name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            foreach (var (name, value) in tags)
            {
                if (name == "port" && port is not null && !port.Equals(value))
                {
                    return;
                }

                if (name == "reason")
                {
                    _counts.AddOrUpdate((string)value!, count, (_, known) => known + count);
                }
            }
        });
        _listener.Start();
    }

    public long Total => _counts.Values.Sum();

    public ICollection<string> Reasons => _counts.Keys;

    public override string ToString() => string.Join(", ", _counts.Select(count => $"{count.Key}: {count.Value}"));

    public void Dispose() => _listener.Dispose();
}
