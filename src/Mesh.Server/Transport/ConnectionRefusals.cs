using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Transport;

/// <summary>Counts and tells of connections that are refused; strangers can make many, so only some of a second are told aloud.</summary>
internal sealed class ConnectionRefusals(TransportCounters counters, TimeProvider time, ILogger<ConnectionRefusals> logger)
{
    private const int ToldASecond = 5;

    // The second that is counted, and how many were told in it; a race tells one more.
    private long _second;
    private int _told;

    /// <param name="context">Of the connection.</param>
    /// <param name="reason">One of <see cref="RefusalReasons"/>, or of a certificate.</param>
    /// <param name="detail">For operators; never for the peer.</param>
    public void Add(ConnectionContext context, string reason, string? detail = null)
    {
        counters.Refuse(reason);
        var level = reason is RefusalReasons.NoBytes || !MayTell() ? LogLevel.Debug : LogLevel.Information;
        TransportLog.Refused(logger, level, context.RemoteEndPoint, (context.LocalEndPoint as IPEndPoint)?.Port ?? 0, reason, detail);
    }

    private bool MayTell()
    {
        var second = time.GetUtcNow().ToUnixTimeSeconds();
        if (Interlocked.Exchange(ref _second, second) != second)
        {
            Volatile.Write(ref _told, 0);
        }

        return Interlocked.Increment(ref _told) <= ToldASecond;
    }
}
