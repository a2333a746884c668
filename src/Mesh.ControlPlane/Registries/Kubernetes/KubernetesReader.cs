using System.Threading.Channels;
using Mesh.ControlPlane.Kubernetes.Mirror;
using Mesh.ControlPlane.Registry.Feeds;

namespace Mesh.ControlPlane.Registries.Kubernetes;

/// <summary>Makes services and endpoints of what a mirror of a cluster holds, and again when it changes.</summary>
/// <param name="mirror">Of the cluster.</param>
/// <param name="isOwner">Whether it ends with this reader; else it is the store's.</param>
/// <param name="clusterDomain">Ends the names of services.</param>
/// <param name="time">For pauses.</param>
internal sealed class KubernetesReader(KubernetesMirror mirror, bool isOwner, string clusterDomain, TimeProvider time) : IRegistryReader, IAsyncDisposable
{
    /// <summary>Pods start and end in swarms.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(50);

    public async Task FollowAsync(RegistryFeed feed, CancellationToken cancellationToken)
    {
        var signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        void OnChanged() => signals.Writer.TryWrite(true);
        mirror.Changed += OnChanged;
        try
        {
            mirror.Start();
            var version = -1L;
            OnChanged();
            while (await signals.Reader.ReadAsync(cancellationToken))
            {
                var snapshot = mirror.History.Current;
                if (mirror.Loaded.IsCompletedSuccessfully && snapshot.Version != version)
                {
                    if (Concerns(version))
                    {
                        feed.Publish(KubernetesServices.Read(snapshot, clusterDomain));
                    }

                    version = snapshot.Version;
                }

                Tell(feed);
                await Task.Delay(LeastPause, time, cancellationToken);
            }
        }
        finally
        {
            mirror.Changed -= OnChanged;
        }
    }

    public ValueTask DisposeAsync() => isOwner ? mirror.DisposeAsync() : ValueTask.CompletedTask;

    /// <summary>Whether services may be others since a version: a store's mirror has much that is none of their business.</summary>
    private bool Concerns(long version) =>
        version < 0 || !mirror.History.TryGetChanges(version, out var changes) || changes.Any(change => MirrorKinds.Registry.Any(kind => kind.Kind.Kind == change.Id.Kind && kind.Kind.Group == change.Id.Group));

    private void Tell(RegistryFeed feed)
    {
        if (mirror.Failure is { } failure)
        {
            feed.Fail(failure);
        }
        else if (mirror.Loaded.IsCompletedSuccessfully)
        {
            feed.Confirm();
        }
    }
}
