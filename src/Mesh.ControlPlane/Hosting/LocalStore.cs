using Mesh.Config.Admission;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Stores;
using Mesh.ControlPlane.Stores.Folder;

namespace Mesh.ControlPlane.Hosting;

/// <summary>Opens the store of a control plane that shares its configuration with no other.</summary>
internal static class LocalStore
{
    /// <summary>Returns when the configuration is loaded.</summary>
    /// <exception cref="ConfigFolderException">The folder cannot be used.</exception>
    /// <exception cref="FormatException">A resource of the options is bad.</exception>
    public static IResourceStore Open(MeshControlPlaneOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        var ownedHosts = OwnedHostsOf(options);
        var limits = new StoreLimits { ObjectsPerNamespace = options.ObjectsPerNamespace };
        if (options.ConfigFolder is { Length: > 0 } folder)
        {
            var settings = new FolderConfigStoreOptions
            {
                Folder = folder,
                DefaultNamespace = options.DefaultNamespace,
                OwnedHosts = ownedHosts,
                IsReadOnly = options.ConfigReadOnly,
                Limits = limits,
            };
            return FolderConfigStore.Open(settings, loggers.CreateLogger<FolderConfigStore>(), time);
        }

        var store = new MemoryConfigStore(time, options.DefaultNamespace, ownedHosts, limits);
        for (var number = 0; number < options.Resources.Count; number++)
        {
            store.Apply(options.Resources[number], $"{nameof(options.Resources)}[{number}]");
        }

        HostingLog.StoreInMemory(loggers.CreateLogger<MemoryConfigStore>());
        return store;
    }

    /// <summary>What keeps namespaces out of each other's hosts; null when the options let everybody.</summary>
    public static OwnedHosts? OwnedHostsOf(MeshControlPlaneOptions options) =>
        options.HostOwnership == HostOwnership.Namespace ? new OwnedHosts(options.ClusterDomain) : null;
}
