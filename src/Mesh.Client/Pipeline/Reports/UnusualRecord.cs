using System.Diagnostics;

namespace Mesh.Client.Pipeline.Reports;

/// <summary>What is noted of calls that have a body, are hedged or repeated under a trace, or go out of the mesh.</summary>
#pragma warning disable CA1001 // The counted content is the request message's, which disposes it.
internal sealed class UnusualRecord
#pragma warning restore CA1001
{
    /// <summary>The body, when it has to be counted.</summary>
    public CountedRequestContent? Counted { get; set; }

    /// <summary>The length that the body says.</summary>
    public long Declared { get; set; }

    public CallPeer? Answerer { get; set; }

    public Activity? Attempt { get; set; }

    public HedgedReport? Hedge { get; set; }
}
