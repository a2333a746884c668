using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Mesh.Server.Gateway.Ports;

namespace Mesh.Server.Gateway;

/// <summary>Counts what Kestrel itself refuses at ports of the gateway, before any code of ours sees it: malformed requests, header bombs, floods of resets, what is too slow.</summary>
/// <remarks>Kestrel tells why it ended a connection in a tag of its own metric, and nowhere else for HTTP/1.1 and HTTP/2 alike.</remarks>
internal sealed class ServerRefusals : IDisposable
{
    private const string KestrelMeter = "Microsoft.AspNetCore.Server.Kestrel";
    private const string ConnectionDuration = "kestrel.connection.duration";
    private const string ErrorType = "error.type";
    private const string ServerPort = "server.port";

    /// <summary>How connections end that nobody refused.</summary>
    private static readonly FrozenSet<string> Ordinary = new[]
    {
        "aborted_by_app", "app_shutdown_timeout", "connection_reset", "io_error", "keep_alive_timeout", "server_timeout", "transport_completed", "write_canceled", "error_after_starting_response",
        "error_writing_headers", "unexpected_end_of_request_content",
    }.ToFrozenSet(StringComparer.Ordinal);

    private readonly GatewayPorts _ports;
    private readonly GatewayMeter _meter;
    private readonly MeterListener _listener = new();

    /// <param name="ports">Of the gateway.</param>
    /// <param name="meter">Counts.</param>
    /// <param name="meters">Of this application: others of the same process have servers of their own.</param>
    public ServerRefusals(GatewayPorts ports, GatewayMeter meter, IMeterFactory meters)
    {
        (_ports, _meter) = (ports, meter);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == ConnectionDuration && instrument.Meter.Name == KestrelMeter && ReferenceEquals(instrument.Meter.Scope, meters))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, _, tags, _) => Count(tags));
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    private void Count(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string? reason = null;
        var local = 0;
        foreach (var (name, value) in tags)
        {
            if (name == ErrorType)
            {
                reason = value as string;
            }
            else if (name == ServerPort && value is int number)
            {
                local = number;
            }
        }

        if (reason is null || Ordinary.Contains(reason))
        {
            return;
        }

        foreach (var (port, place) in _ports.Ports)
        {
            if (place.Port == local)
            {
                _meter.Count(port, reason);
                return;
            }
        }
    }
}
