using System.Collections.Immutable;
using Mesh.ControlPlane.Kubernetes;
using Mesh.ControlPlane.Kubernetes.Configuration;
using Mesh.ControlPlane.Kubernetes.Connection;
using Mesh.ControlPlane.Kubernetes.Mirror;
using Mesh.ControlPlane.Kubernetes.Watching;
using Mesh.ControlPlane.Stores.Kubernetes;

namespace Mesh.ControlPlane.Hosting.Registries;

/// <summary>Makes what follows Kubernetes API servers, as the settings name them.</summary>
internal sealed class KubernetesFactory(IConfiguration? configuration, ILoggerFactory loggers, TimeProvider time)
{
    /// <summary>A start waits so long for the configuration, without which nothing can be served.</summary>
    private static readonly TimeSpan LongestLoad = TimeSpan.FromSeconds(60);

    /// <summary>The store of the settings, when everything is read; null when they name another.</summary>
    /// <exception cref="IOException">The server cannot be used.</exception>
    public async Task<KubernetesConfigStore?> OpenStoreAsync(MeshControlPlaneOptions options, CancellationToken cancellationToken)
    {
        if (options.Store != ControlPlaneStore.Kubernetes)
        {
            return null;
        }

        var client = ClientOf(options.Kubernetes);
        var store = new KubernetesConfigStore(client, MirrorOf(client, MirrorKinds.Store, keepsOwners: true), time);
        try
        {
            await store.Loaded.WaitAsync(LongestLoad, time, cancellationToken);
            return store;
        }
        catch (TimeoutException exception)
        {
            var reason = store.Mirror.Failure;
            await store.DisposeAsync();
            throw new KubernetesFailure($"The configuration of {client.Server} could not be read within {LongestLoad.TotalSeconds:0} s: {reason ?? "see the log"}", exception);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>A mirror of what services are made of.</summary>
    /// <exception cref="KubernetesFailure">The kubeconfig cannot be used.</exception>
    public KubernetesMirror RegistryMirror(MeshKubernetesOptions kubernetes) => MirrorOf(ClientOf(kubernetes), MirrorKinds.Registry, keepsOwners: false);

    private KubernetesClient ClientOf(MeshKubernetesOptions kubernetes) =>
        new(new KubernetesAccessFinder(configuration).Find(kubernetes.Kubeconfig, kubernetes.Context, kubernetes.AllowInsecure, kubernetes.ExecTimeout), time);

    private KubernetesMirror MirrorOf(KubernetesClient client, ImmutableArray<WatchedKind> kinds, bool keepsOwners) =>
        new(client, kinds, keepsOwners, time, RandomSource.Default, loggers.CreateLogger<KubernetesMirror>());
}
