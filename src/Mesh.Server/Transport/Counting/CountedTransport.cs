using System.IO.Pipelines;
using Mesh.Client.Pipeline.Reports;

namespace Mesh.Server.Transport.Counting;

/// <summary>The two directions of a connection, whose bytes are counted as the application takes and gives them.</summary>
internal sealed class CountedTransport(IDuplexPipe inner, IConnectionTally tally) : IDuplexPipe
{
    public PipeReader Input { get; } = new CountedReader(inner.Input, tally);

    public PipeWriter Output { get; } = new CountedWriter(inner.Output, tally);
}
