using Microsoft.Extensions.Logging;

namespace Mesh.Server.Rules;

/// <summary>Messages about the policy of this process's own ports.</summary>
internal static partial class RulesLog
{
    [LoggerMessage(EventId = 4500, EventName = "InboundPolicyUnknown", Level = LogLevel.Debug, Message = "Refused on port {Port}: its policy is not known, as the control plane has not sent the port's listener yet or has taken it back. What comes in is refused until it arrives; see whether the control plane is reachable and knows this workload")]
    public static partial void PolicyUnknown(ILogger logger, int port);

    [LoggerMessage(EventId = 4501, EventName = "ServedWithoutPolicy", Level = LogLevel.Warning, Message = "Serves port {Port} without a policy: the control plane has sent none within {Seconds} s of the start. Rules are followed as soon as they arrive. A process with an identity (Mesh:Identity) would refuse instead")]
    public static partial void ServedWithoutPolicy(ILogger logger, int port, double seconds);
}
