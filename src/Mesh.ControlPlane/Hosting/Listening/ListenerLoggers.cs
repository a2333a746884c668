using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.ControlPlane.Hosting.Listening;

/// <summary>The host's loggers for a server inside it, without the line that tells an address: in the host's log it would pass for the app's own.</summary>
internal sealed class ListenerLoggers(ILoggerFactory host) : ILoggerFactory
{
    private const string AddressCategory = "Microsoft.Hosting.Lifetime";

    public ILogger CreateLogger(string categoryName) => categoryName == AddressCategory ? NullLogger.Instance : host.CreateLogger(categoryName);

    public void AddProvider(ILoggerProvider provider) => host.AddProvider(provider);

    // The host's own: they outlive the server.
    public void Dispose()
    {
    }
}
