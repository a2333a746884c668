using System.Threading.Channels;
using Mesh.ControlPlane.Graph;

namespace Mesh.ControlPlane.Serving.Taps;

/// <summary>A process that follows orders.</summary>
internal sealed class TapClient(GraphNode name)
{
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public GraphNode Name => name;

    /// <summary>Something to read whenever its orders may have changed.</summary>
    public ChannelReader<bool> Changes => _wake.Reader;

    public void Wake() => _wake.Writer.TryWrite(true);
}
