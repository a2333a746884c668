using System.Collections.Immutable;
using System.Threading.Channels;
using Mesh.Client.Model.Taps;

namespace Mesh.Client.Xds.Taps;

/// <summary>Where a process notes what the control plane wants to look at.</summary>
internal interface ITapBoard
{
    /// <summary>What is to be told.</summary>
    ChannelReader<TapEvent> Events { get; }

    /// <summary>Every order that holds now.</summary>
    void Replace(ImmutableArray<TapOrder> orders);

    /// <summary>How many requests were left out since the last time.</summary>
    long TakeDropped();
}
