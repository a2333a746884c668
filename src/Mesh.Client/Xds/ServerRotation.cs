using Microsoft.Extensions.Logging;

namespace Mesh.Client.Xds;

/// <summary>Says which server is tried next, in which form of the protocol, and after which pause.</summary>
/// <remarks>Everything but the construction runs on the client's queue.</remarks>
internal sealed class ServerRotation(Func<XdsBootstrap> readBootstrap, XdsClientOptions options, Random random, ILogger logger)
{
    private readonly ConnectBackoff _backoff = new(options, random);
    private readonly HashSet<Uri> _withoutDelta = [];
    private int _index;

    public XdsBootstrap Bootstrap { get; private set; } = readBootstrap();

    /// <summary>Failures since the last success.</summary>
    public int Failures => _backoff.Failures;

    /// <summary>The server to try now, as the bootstrap says now; null when it names none.</summary>
    public XdsServer? Next()
    {
        ReadBootstrap();
        return Bootstrap.Servers.IsEmpty ? null : Bootstrap.Servers[_index % Bootstrap.Servers.Length];
    }

    public XdsProtocol ProtocolOf(XdsServer server) => _withoutDelta.Contains(server.Address) ? XdsProtocol.StateOfTheWorld : options.Protocol;

    /// <summary>From now on this server is spoken to in the state-of-the-world form.</summary>
    public void AvoidDelta(XdsServer server) => _withoutDelta.Add(server.Address);

    /// <summary>A response came: failures before it count no more.</summary>
    public void Succeeded() => _backoff.Reset();

    /// <summary>The first server of the list is the next one.</summary>
    public void Restart() => _index = 0;

    /// <summary>The next server of the list; false after the last one.</summary>
    public bool Advance() => ++_index < Bootstrap.Servers.Length;

    /// <summary>The list is through: how long to wait before it begins anew.</summary>
    public TimeSpan Pause()
    {
        _index = 0;
        return _backoff.Next();
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
