using System.Threading.Channels;
using Mesh.Server.Reports;

namespace Mesh.Server.Tests.Reports;

/// <summary>Keeps what it is told.</summary>
internal sealed class RecordingRequestSink : IRequestSink
{
    private readonly Channel<(RequestRecord Record, RequestReport Report)> _reports = Channel.CreateUnbounded<(RequestRecord, RequestReport)>();
    private int _begun;

    public int Begun => Volatile.Read(ref _begun);

    /// <summary>The next report; the caller may have its answer before it is made.</summary>
    public ValueTask<(RequestRecord Record, RequestReport Report)> NextAsync() => _reports.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public void Begin(RequestRecord record) => Interlocked.Increment(ref _begun);

    public void End(RequestRecord record, in RequestReport report) => Assert.True(_reports.Writer.TryWrite((record, report)));
}
