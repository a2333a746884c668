using System.Globalization;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Generation;
using Sender = Mesh.Protocol.Envoy.Core.ControlPlane;

namespace Mesh.ControlPlane.Serving.Sessions;

/// <summary>What a control plane calls itself in a response: with the version of the store that the response is of where several control planes share one, so that a client notices one that is behind (fault matrix B11).</summary>
/// <param name="store">Null where nobody shares the store.</param>
/// <remarks>The prefix <c>mesh</c> tells Mesh.Client that this server takes a node again on a running stream. gRPC's own clients and Envoy only show the identifier.</remarks>
internal sealed class ServerMark(IReplicatedStore? store)
{
    // Replaced as a whole: the same message for all responses of one version.
    private volatile Sender _last = new() { Identifier = ControlPlaneIdentity.Identifier };

    /// <summary>Says nothing of a store.</summary>
    public static ServerMark Plain { get; } = new(store: null);

    public Sender Of(MeshState state)
    {
        var text = ControlPlaneIdentity.Identifier;
        if (store is { Epoch: { Length: > 0 } epoch })
        {
            text = string.Create(CultureInfo.InvariantCulture, $"{text} epoch={epoch} version={VersionOf(state)}{(store.IsBehind ? " behind" : "")}");
        }

        var last = _last;
        return last.Identifier == text ? last : _last = new Sender { Identifier = text };
    }

    /// <summary>A new status makes a version and no state: what is generated is as new as the store all the same.</summary>
    private long VersionOf(MeshState state)
    {
        var (served, newest) = (state.Config, store!.Current);
        return served.EffectiveVersion == newest.EffectiveVersion ? Math.Max(served.Version, newest.Version) : served.Version;
    }
}
