using System.Collections.Immutable;
using Mesh.Config;
using Mesh.Config.Admission;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Generation;
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
            if (ownedHosts is not null && RootNamespaceIn(folder, options) is { } root)
            {
                ownedHosts.RootNamespace = () => root;
            }

            var settings = new FolderConfigStoreOptions
            {
                Folder = folder,
                DefaultNamespace = options.DefaultNamespace,
                OwnedHosts = ownedHosts,
                IsReadOnly = options.ConfigReadOnly,
                Limits = limits,
            };
            return Following(FolderConfigStore.Open(settings, loggers.CreateLogger<FolderConfigStore>(), time), ownedHosts, options);
        }

        var store = new MemoryConfigStore(time, options.DefaultNamespace, ownedHosts, limits);
        Following(store, ownedHosts, options);
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

    /// <summary>From here on the mesh configuration of the store says which namespace may define anything.</summary>
    public static T Following<T>(T store, OwnedHosts? ownedHosts, MeshControlPlaneOptions options)
        where T : IResourceStore
    {
        if (ownedHosts is not null)
        {
            ownedHosts.RootNamespace = () => MeshSettings.Of(store.Current, options.TrustDomain).RootNamespace;
        }

        return store;
    }

    /// <summary>As the mesh configuration in the folder has it: the files are judged by it before there is a store to ask. Null when it says nothing.</summary>
    private static string? RootNamespaceIn(string folder, MeshControlPlaneOptions options)
    {
        const string Setting = "rootNamespace";
        var reader = new ResourceReader(options.DefaultNamespace);
        var configs = from file in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }) : []
                      where Path.GetExtension(file) is ".yaml" or ".yml" or ".json"
                      let text = File.ReadAllText(file)
                      where text.Contains(Setting, StringComparison.Ordinal)
                      from resource in reader.Read(text, file).Resources
                      where resource.Kind == ResourceKinds.ConfigMap
                      select resource;
        var resources = configs.ToLookup(resource => resource.Id).ToImmutableDictionary(same => same.Key, same => same.First());
        return resources.IsEmpty ? null : MeshSettings.Of(new ConfigSnapshot(1, resources), options.TrustDomain).RootNamespace;
    }
}
