using System.Collections.Concurrent;
using Mesh.Protocol.Extensions.Keys;
using Mesh.Protocol.Grpc;
using Mesh.Protocol.Xds;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Xds.Keys;

/// <summary>Tells the control plane of issuers whose keys have changed before it asked again; no request waits for it, and a flood of tokens is one report in five minutes (S83).</summary>
/// <param name="openChannel">To the control plane that answers now; null while none does.</param>
/// <param name="time">The clock of the pauses.</param>
/// <param name="logger">For reports that fail.</param>
internal sealed class UnknownKeyReporter(Func<GrpcChannel?> openChannel, TimeProvider time, ILogger<UnknownKeyReporter> logger)
{
    /// <summary>Between two reports of an issuer; the control plane asks it no more often.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    /// <summary>After a report that did not arrive.</summary>
    public static readonly TimeSpan Retry = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    // Of the issuers that policies name: when the next report may go. Callers cannot add to them.
    private readonly ConcurrentDictionary<string, DateTimeOffset> _next = new(StringComparer.Ordinal);

    /// <param name="issuer">As a policy names it, never as a token does.</param>
    public void Report(string issuer)
    {
        var now = time.GetUtcNow();
        var isKnown = _next.TryGetValue(issuer, out var next);
        if (isKnown ? now >= next && _next.TryUpdate(issuer, now + Interval, next) : _next.TryAdd(issuer, now + Interval))
        {
            _ = SendAsync(issuer);
        }
    }

    private async Task SendAsync(string issuer)
    {
        try
        {
            using var channel = openChannel();
            if (channel is not null)
            {
                await channel.UnaryAsync(KeyMethods.ReportUnknownKey, new UnknownKeyReport { Issuer = issuer }, new GrpcCallOptions { Timeout = Timeout }).ConfigureAwait(false);
                return;
            }
        }
        catch (Exception exception) when (exception is GrpcException or HttpRequestException or IOException or OperationCanceledException)
        {
            XdsClientLog.UnknownKeyUnreported(logger, issuer, exception.Message);
        }

        _next[issuer] = time.GetUtcNow() + Retry;
    }
}
