using Mesh.Protocol.Grpc;

namespace Mesh.Client.Xds.Beside;

/// <summary>A stream to the control plane beside that of discovery.</summary>
internal interface IBesideStream
{
    /// <summary>For people.</summary>
    string Name { get; }

    /// <summary>Runs one stream until it ends; throws what ended it.</summary>
    /// <param name="channel">To the control plane that answers now.</param>
    /// <param name="cancellationToken">The process ends, or the channel does.</param>
    Task FollowAsync(GrpcChannel channel, CancellationToken cancellationToken);

    /// <summary>The process ends in an orderly way: what is left to say is said now, within a short time.</summary>
    Task FinishAsync(CancellationToken cancellationToken);
}
