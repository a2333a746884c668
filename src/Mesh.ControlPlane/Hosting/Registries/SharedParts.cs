using Mesh.ControlPlane.Hosting.Database;
using Mesh.ControlPlane.Registry.Feeds;
using Mesh.ControlPlane.Stores.Kubernetes;

namespace Mesh.ControlPlane.Hosting.Registries;

/// <summary>What a control plane has of others: the database or the API server that holds its configuration, and the registries that it asks.</summary>
/// <param name="Database">Null when the settings name none.</param>
/// <param name="Kubernetes">Null when the settings name none.</param>
/// <param name="Registries">Not started.</param>
internal sealed record SharedParts(DatabaseParts? Database, KubernetesConfigStore? Kubernetes, RegistryFeeds Registries)
{
    /// <summary>Returns when the configuration is loaded.</summary>
    /// <exception cref="IOException">One of them cannot be used.</exception>
    public static async Task<SharedParts> OpenAsync(
        MeshControlPlaneOptions options, IConfiguration? configuration, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        var database = await DatabaseParts.OpenAsync(options, loggers, time, cancellationToken);
        KubernetesConfigStore? kubernetes = null;
        try
        {
            kubernetes = await new KubernetesFactory(configuration, loggers, time).OpenStoreAsync(options, cancellationToken);
            return new SharedParts(database, kubernetes, new RegistryFactory(options, configuration, kubernetes, loggers, time).Create());
        }
        catch
        {
            await CloseAsync(database, kubernetes);
            throw;
        }
    }

    /// <summary>For a start that failed: the registries were not started.</summary>
    public Task CloseAsync() => CloseAsync(Database, Kubernetes);

    private static async Task CloseAsync(DatabaseParts? database, KubernetesConfigStore? kubernetes)
    {
        await (kubernetes?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (database?.DisposeAsync() ?? ValueTask.CompletedTask);
    }
}
