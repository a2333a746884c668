using Mesh.Protocol.Grpc;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Xds;

/// <summary>Says which server is tried next, in which form of the protocol, and after which pause.</summary>
/// <remarks>Everything but the construction runs on the client's queue.</remarks>
internal sealed class ServerRotation(Func<XdsBootstrap> readBootstrap, XdsClientOptions options, Random random, ILogger logger)
{
    // gRPC has two as well, of the connection and of the stream: a long absence must not lengthen the pause after the first stream of a server that is back.
    private readonly ConnectBackoff _unreached = new(options, random);
    private readonly ConnectBackoff _unanswered = new(options, random);
    private readonly HashSet<Uri> _withoutDelta = [];
    private int _index;

    public XdsBootstrap Bootstrap { get; private set; } = readBootstrap();

    /// <summary>Failures since the last success.</summary>
    public int Failures => _unreached.Failures + _unanswered.Failures;

    /// <summary>The place in the list of the server that is tried or used; 0 is the one to be preferred.</summary>
    public int Index => _index;

    /// <summary>Whether the list goes on after the server that is tried or used.</summary>
    public bool HasMore => _index + 1 < Bootstrap.Servers.Length;

    /// <summary>The server to try now, as the bootstrap says now; null when it names none.</summary>
    public XdsServer? Next()
    {
        ReadBootstrap();
        return Bootstrap.Servers.IsEmpty ? null : Bootstrap.Servers[_index % Bootstrap.Servers.Length];
    }

    /// <summary>A server by its place in the list; null when the bootstrap has changed and has no such place.</summary>
    public XdsServer? At(int index) => index < Bootstrap.Servers.Length ? Bootstrap.Servers[index] : null;

    public XdsProtocol ProtocolOf(XdsServer server) => _withoutDelta.Contains(server.Address) ? XdsProtocol.StateOfTheWorld : options.Protocol;

    /// <summary>From now on this server is spoken to in the state-of-the-world form.</summary>
    public void AvoidDelta(XdsServer server) => _withoutDelta.Add(server.Address);

    /// <summary>A response came: failures before it count no more.</summary>
    public void Succeeded()
    {
        _unreached.Reset();
        _unanswered.Reset();
    }

    /// <summary>The first server of the list is the next one.</summary>
    public void Restart() => _index = 0;

    /// <summary>The server at this place is the one in use now.</summary>
    public void Use(int index) => _index = index;

    /// <summary>The next server of the list; false after the last one.</summary>
    public bool Advance() => ++_index < Bootstrap.Servers.Length;

    /// <summary>How long to wait before the list begins anew.</summary>
    /// <param name="error">Why the last attempt failed. What the server asked for in it, no attempt comes earlier than.</param>
    public TimeSpan Pause(Exception error)
    {
        _index = 0;
        var own = IsUnreached(error) ? NextUnreached() : _unanswered.Next();
        if ((error as GrpcException)?.Pushback is not { } asked || asked <= own)
        {
            return own;
        }

        // Spread, so that those who were turned away together do not come back together; a server cannot send anybody away for good.
        var spread = asked + (asked * options.BackoffJitter * random.NextDouble());
        return spread < options.BackoffCap ? spread : options.BackoffCap;
    }

    /// <summary>Nobody was there who could be overrun (decision 0037): clients are to be back soon after a server that was away for long.</summary>
    private TimeSpan NextUnreached() =>
        _unreached.Next() is var pause && pause <= options.UnreachedCap ? pause : options.UnreachedCap * (1 + (options.BackoffJitter * ((2 * random.NextDouble()) - 1)));

    /// <summary>No connection came about at all.</summary>
    private static bool IsUnreached(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError })
            {
                return true;
            }
        }

        return false;
    }

    private void ReadBootstrap()
    {
        try
        {
            Bootstrap = readBootstrap();
        }
        catch (Exception exception)
        {
            // The one read before is still good for an attempt.
            XdsClientLog.BootstrapInvalid(logger, exception.Message);
        }
    }
}
