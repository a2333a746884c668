using Mesh.Client.Model;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Pipeline.Connections;

/// <summary>Log messages of raw connections.</summary>
internal static partial class ConnectionLog
{
    [LoggerMessage(2100, LogLevel.Debug, "Endpoint {Address} of {Cluster} does not accept a connection (attempt {Attempt} of {MaxAttempts}): {Reason}", EventName = "ConnectionAttemptFailed")]
    public static partial void AttemptFailed(ILogger logger, EndpointAddress address, string cluster, int attempt, int maxAttempts, string reason);
}
