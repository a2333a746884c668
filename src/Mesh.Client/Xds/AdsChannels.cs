using System.Diagnostics.CodeAnalysis;
using Mesh.Client.Xds.Guards;
using Mesh.Client.Xds.Resources;
using Mesh.Client.Xds.Streams;
using Mesh.Protocol.Grpc;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Xds;

/// <summary>Opens what goes to a server: ADS streams, each on a connection of its own, and channels for its other services.</summary>
internal sealed class AdsChannels(ServerRotation servers, XdsClientOptions options, ResourceTables tables, StepQueue queue, ILogger logger)
{
    // Of all streams: what one has seen another must not go back behind.
    private readonly StaleServerGuard _stale = new(options.Shrink.HoldTime, () => queue.Now, logger);

    /// <summary>A stream that is not started yet; false, with the reason, when what is needed for it is not there.</summary>
    public bool TryCreateStream(XdsServer server, IAdsStreamOwner owner, [NotNullWhen(true)] out AdsStream? stream, [NotNullWhen(false)] out Exception? error)
    {
        (stream, error) = (null, null);
        try
        {
            var channel = options.OpenChannel(server, new GrpcChannelOptions
            {
                MaxReceiveMessageSize = options.MaxMessageSize,
                KeepAlivePingDelay = options.KeepAliveInterval,
                KeepAlivePingTimeout = options.KeepAliveTimeout,
                TimeProvider = queue.Time,
            });
            stream = servers.ProtocolOf(server) == XdsProtocol.Delta
                ? new DeltaAdsStream(channel, tables, owner, queue, _stale)
                : new SotwAdsStream(channel, tables, owner, queue, _stale);
            return true;
        }
        catch (Exception exception)
        {
            // A file that is needed cannot be read now; it may be there at the next attempt.
            error = exception;
            return false;
        }
    }

    /// <summary>Null when what is needed for it is not there; who asks again may have it.</summary>
    public GrpcChannel? OpenBeside(XdsServer server)
    {
        try
        {
            return options.OpenChannel(server, new GrpcChannelOptions { TimeProvider = queue.Time });
        }
        catch (Exception exception)
        {
            XdsClientLog.NotOpenedBeside(logger, server, exception.Message);
            return null;
        }
    }
}
