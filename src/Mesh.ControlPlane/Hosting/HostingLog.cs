namespace Mesh.ControlPlane.Hosting;

/// <summary>The log messages of hosting.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(9000, LogLevel.Information, "The control plane serves {Resources} resources: xDS and certificates on {Secure}, plaintext xDS on {Plaintext}, HTTP on {Http}", EventName = "ControlPlaneStarted")]
    public static partial void Started(ILogger logger, Uri secure, string plaintext, Uri http, int resources);

    [LoggerMessage(9001, LogLevel.Information, "Development mode: the API on {Http} asks for no credentials, and every process of this machine may change everything. Use --authentication Required where others have accounts", EventName = "ApiInDevelopmentMode")]
    public static partial void Development(ILogger logger, Uri http);

    [LoggerMessage(9003, LogLevel.Debug, "The other control planes could not be told who is connected here; it is tried again. {Reason}", EventName = "WorkloadsNotPublished")]
    public static partial void WorkloadsNotPublished(ILogger logger, string reason);

    [LoggerMessage(9015, LogLevel.Debug, "What clients report could not be shared with the other control planes; it is tried again. {Reason}", EventName = "LoadsNotShared")]
    public static partial void LoadsNotShared(ILogger logger, string reason);

    [LoggerMessage(9002, LogLevel.Warning, "DEVELOPMENT MODE ON AN ADDRESS THAT OTHERS REACH: the API on {Http} asks for no credentials, and whoever reaches it may change everything. It was forced by --force-development", EventName = "ApiExposed")]
    public static partial void DevelopmentExposed(ILogger logger, Uri http);

    [LoggerMessage(9003, LogLevel.Information, "Configuration is in memory: what the API is given ends with this process. Keep it in a folder with --config DIR, or in PostgreSQL with --store Postgres", EventName = "StoreInMemory")]
    public static partial void StoreInMemory(ILogger logger);
}
