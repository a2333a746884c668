using System.Buffers;
using System.IO.Pipelines;
using Mesh.Client.Pipeline.Reports;

namespace Mesh.Server.Transport.Counting;

/// <summary>Counts what the application has consumed of a connection.</summary>
internal sealed class CountedReader(PipeReader inner, IConnectionTally tally) : PipeReader
{
    private ReadOnlySequence<byte> _read;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => Keep(await inner.ReadAsync(cancellationToken));

    public override bool TryRead(out ReadResult result)
    {
        var isRead = inner.TryRead(out result);
        if (isRead)
        {
            Keep(result);
        }

        return isRead;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        // Before it is given back: the memory is somebody else's then.
        var bytes = _read.Slice(0, consumed).Length;
        _read = default;
        if (bytes > 0)
        {
            tally.Sent((int)bytes);
        }

        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private ReadResult Keep(ReadResult result)
    {
        _read = result.Buffer;
        return result;
    }
}
