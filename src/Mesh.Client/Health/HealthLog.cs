using Mesh.Client.Health.Checks;
using Mesh.Client.Health.Outliers;
using Mesh.Client.Model;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.Health;

/// <summary>Log messages of endpoint health.</summary>
internal static partial class HealthLog
{
    [LoggerMessage(3500, LogLevel.Information, "Endpoint {Address} of {Cluster} is ejected for {Duration}: {Reason}.", EventName = "EndpointEjected")]
    public static partial void Ejected(ILogger logger, EndpointAddress address, string cluster, EjectionReason reason, TimeSpan duration);

    [LoggerMessage(3501, LogLevel.Information, "Endpoint {Address} of {Cluster} takes requests again, {After} after its ejection.", EventName = "EndpointUnejected")]
    public static partial void Unejected(ILogger logger, EndpointAddress address, string cluster, TimeSpan after);

    [LoggerMessage(3502, LogLevel.Debug, "Endpoint {Address} of {Cluster} is not ejected for {Reason}: {Ejected} are ejected, and the policy allows no more.", EventName = "EjectionLimited")]
    public static partial void EjectionLimited(ILogger logger, EndpointAddress address, string cluster, EjectionReason reason, int ejected);

    [LoggerMessage(3503, LogLevel.Information, "Endpoint {Address} of {Cluster} fails its health check: {Result} ({Detail}).", EventName = "EndpointUnhealthy")]
    public static partial void Unhealthy(ILogger logger, EndpointAddress address, string cluster, ProbeResultKind result, string detail);

    [LoggerMessage(3504, LogLevel.Information, "Endpoint {Address} of {Cluster} passes its health check.", EventName = "EndpointHealthy")]
    public static partial void Healthy(ILogger logger, EndpointAddress address, string cluster);

    [LoggerMessage(3505, LogLevel.Information, "{Count} more changes of endpoint health came within {Window} and were not logged.", EventName = "HealthEventsSuppressed")]
    public static partial void Suppressed(ILogger logger, int count, TimeSpan window);
}
