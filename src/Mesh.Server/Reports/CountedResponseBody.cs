using System.IO.Pipelines;
using Mesh.Client.Pipeline.Reports;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Server.Reports;

/// <summary>Counts a response's body as the application writes it; writer and feature in one, as every request pays for it.</summary>
internal sealed class CountedResponseBody : PipeWriter, IHttpResponseBodyFeature
{
    private readonly HttpContext _context;
    private readonly IHttpResponseBodyFeature _inner;
    private readonly bool _isGrpc;
    private PipeWriter? _writer;
    private Stream? _stream;
    private Memory<byte> _offered;
    private GrpcFrames _frames;

    private CountedResponseBody(HttpContext context, IHttpResponseBodyFeature inner, bool isGrpc) => (_context, _inner, _isGrpc) = (context, inner, isGrpc);

    public long Bytes { get; private set; }

    public long Messages => _frames.Messages;

    public Stream Stream => _stream ??= AsStream(leaveOpen: true);

    public PipeWriter Writer => this;

    public override bool CanGetUnflushedBytes => Inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => Inner.UnflushedBytes;

    private PipeWriter Inner => _writer ??= _inner.Writer;

    /// <summary>Null when the server has no body to write to.</summary>
    public static CountedResponseBody? Attach(HttpContext context, bool isGrpc)
    {
        if (context.Features.Get<IHttpResponseBodyFeature>() is not { } inner)
        {
            return null;
        }

        var counted = new CountedResponseBody(context, inner, isGrpc);
        context.Features.Set<IHttpResponseBodyFeature>(counted);
        return counted;
    }

    /// <summary>Gives the response the body back that it had.</summary>
    public void Detach()
    {
        if (ReferenceEquals(_context.Features.Get<IHttpResponseBodyFeature>(), this))
        {
            _context.Features.Set(_inner);
        }
    }

    public void DisableBuffering() => _inner.DisableBuffering();

    public async Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default)
    {
        await _inner.SendFileAsync(path, offset, count, cancellationToken);
        Bytes += count ?? new FileInfo(path).Length - offset;
    }

    public Task StartAsync(CancellationToken cancellationToken = default) => _inner.StartAsync(cancellationToken);

    public Task CompleteAsync() => _inner.CompleteAsync();

    public override Memory<byte> GetMemory(int sizeHint = 0) => _offered = Inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        Count(_offered.Span[..Math.Min(bytes, _offered.Length)]);
        _offered = _offered[Math.Min(bytes, _offered.Length)..];
        Inner.Advance(bytes);
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        Count(source.Span);
        return Inner.WriteAsync(source, cancellationToken);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => Inner.FlushAsync(cancellationToken);

    public override void CancelPendingFlush() => Inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => Inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => Inner.CompleteAsync(exception);

    private void Count(ReadOnlySpan<byte> piece)
    {
        Bytes += piece.Length;
        if (_isGrpc)
        {
            _frames.Add(piece);
        }
    }
}
