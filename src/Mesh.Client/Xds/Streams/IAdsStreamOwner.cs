using Mesh.Client.Xds.Resources;
using Mesh.Protocol.Envoy.Core;

namespace Mesh.Client.Xds.Streams;

/// <summary>Whom a stream tells what happens to it; called on the client's queue only.</summary>
internal interface IAdsStreamOwner
{
    /// <summary>How this process introduces itself now.</summary>
    Node CreateNode();

    /// <summary>The server has accepted the stream.</summary>
    void OnOpened(AdsStream? stream);

    /// <summary>A message has gone out: there is a connection.</summary>
    void OnSent(AdsStream stream);

    /// <summary>A response came; it is acknowledged, or not, before the next one is read.</summary>
    void OnUpdate(AdsStream stream, AdsUpdate update);

    /// <summary>Names have gone out to the server.</summary>
    void OnAsked(AdsStream stream, ResourceTable table, IReadOnlyCollection<string> names);

    /// <summary>The last call: the stream is over, with the reason unless it ended well.</summary>
    void OnEnded(AdsStream stream, Exception? error);
}
