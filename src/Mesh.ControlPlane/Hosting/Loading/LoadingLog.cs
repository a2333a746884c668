namespace Mesh.ControlPlane.Hosting.Loading;

/// <summary>Log messages of the time before a control plane serves.</summary>
internal static partial class LoadingLog
{
    [LoggerMessage(9010, LogLevel.Error, "{Place} holds {Now} resources, and held {Before} at {At:u}: nobody is served, and clients keep what they have, until it holds at least half of that. If so little is meant, start with --allow-shrunk-store (MeshControlPlane:AllowShrunkStore)", EventName = "StoreImplausible")]
    public static partial void Implausible(ILogger logger, string place, int now, int before, DateTimeOffset at);

    [LoggerMessage(9011, LogLevel.Information, "{Place} holds {Now} resources now and is served", EventName = "StoreBelieved")]
    public static partial void Believed(ILogger logger, string place, int now);

    [LoggerMessage(9012, LogLevel.Warning, "How much configuration there is cannot be remembered; a start with an empty store will not be noticed. {Reason}", EventName = "StoreSizeForgotten")]
    public static partial void Forgotten(ILogger logger, string reason);
}
