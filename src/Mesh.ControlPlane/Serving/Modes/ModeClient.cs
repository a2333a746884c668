using System.Threading.Channels;
using Mesh.ControlPlane.Graph;
using Mesh.Protocol.Extensions.Mode;

namespace Mesh.ControlPlane.Serving.Modes;

/// <summary>A process that tells what its calls follow, and follows orders.</summary>
/// <param name="node">Its id.</param>
/// <param name="name">Who it is.</param>
/// <param name="first">What it said first.</param>
internal sealed class ModeClient(string node, GraphNode name, ModeReport first)
{
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile ModeReport _report = first;

    public string Node => node;

    public GraphNode Name => name;

    /// <summary>What it said last.</summary>
    public ModeReport Report
    {
        get => _report;
        set => _report = value;
    }

    /// <summary>Something to read whenever its orders may have changed.</summary>
    public ChannelReader<bool> Changes => _wake.Reader;

    public void Wake() => _wake.Writer.TryWrite(true);
}
