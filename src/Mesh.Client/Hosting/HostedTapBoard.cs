using System.Collections.Immutable;
using System.Threading.Channels;
using Mesh.Client.Model.Taps;
using Mesh.Client.Pipeline.Taps;
using Mesh.Client.Xds.Taps;

namespace Mesh.Client.Hosting;

/// <summary>The board of the pipeline, as the stream to the control plane sees it.</summary>
internal sealed class HostedTapBoard(TapBoard board) : ITapBoard
{
    public ChannelReader<TapEvent> Events => board.Events;

    public void Replace(ImmutableArray<TapOrder> orders) => board.Replace(orders);

    public long TakeDropped() => board.TakeDropped();
}
