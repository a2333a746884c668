using Mesh.Client.Model;
using Mesh.Client.Xds.Guards;
using Mesh.Client.Xds.Resolution;
using Mesh.Protocol.Grpc;

namespace Mesh.Client.Xds;

/// <summary>Limits and times of an <see cref="XdsClient"/>.</summary>
internal sealed record XdsClientOptions
{
    public XdsProtocol Protocol { get; init; } = XdsProtocol.Delta;

    /// <summary>A resource that has not come this long after it was asked for on a live stream does not exist (gRFC A57).</summary>
    public TimeSpan ResourceTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The same of a server whose silence is an outage (<see cref="XdsServerFeatures.ResourceTimerIsTransientError"/>, gRFC A88).</summary>
    public TimeSpan TransientResourceTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A server that has not refused a stream this long after the first message on it has accepted it.</summary>
    public TimeSpan AcceptanceTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long after they were read resources of an earlier process are held back, so that a server that is there is asked first.</summary>
    public TimeSpan RestoreDelay { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>How long a connection may be silent before it is pinged: what finds a server that is gone without a word.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the answer to a ping may take.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The first pause after a stream that brought no response; each further one is <see cref="BackoffFactor"/> times longer.</summary>
    public TimeSpan BackoffBase { get; init; } = TimeSpan.FromSeconds(1);

    public double BackoffFactor { get; init; } = 1.6;

    /// <summary>Share by which a pause is made shorter or longer at random.</summary>
    public double BackoffJitter { get; init; } = 0.2;

    public TimeSpan BackoffCap { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>The longest pause while no connection comes about at all, so that clients are back soon after a server that was away for long.</summary>
    public TimeSpan UnreachedCap { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Resolves the host names of endpoints (STRICT_DNS).</summary>
    public IHostResolver HostResolver { get; init; } = SystemHostResolver.Instance;

    /// <summary>When a cluster loses more endpoints at once than is plausible.</summary>
    public ShrinkRules Shrink { get; init; } = new();

    /// <summary>Whether somebody takes connections at the address of an endpoint.</summary>
    public Func<EndpointAddress, CancellationToken, Task<bool>> AnswersAt { get; init; } = ConnectionProbe.AnswersAsync;

    /// <summary>Opens the connection of one attempt; what it needs may be missing, and then it throws.</summary>
    public Func<XdsServer, GrpcChannelOptions, GrpcChannel> OpenChannel { get; init; } = static (server, options) => new GrpcChannel(server.Address, options);

    /// <summary>Largest response in bytes; of a larger one the resources are not read, and it is not acknowledged.</summary>
    public int MaxMessageSize { get; init; } = 16 * 1024 * 1024;

    /// <summary>How many authorities are subscribed to at most; beyond it the least recently used go, unknown ones first.</summary>
    public int MaxSubscriptions { get; init; } = 10_000;
}
