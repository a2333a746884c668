using System.Buffers;
using System.IO.Pipelines;
using Mesh.Client.Pipeline.Reports;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Server.Reports;

/// <summary>Counts a request's body that does not say its length, or is gRPC, as the application reads it.</summary>
internal sealed class CountedRequestBody : PipeReader, IRequestBodyPipeFeature
{
    private readonly HttpContext _context;
    private readonly IRequestBodyPipeFeature? _feature;
    private readonly PipeReader _inner;
    private readonly Stream _body;
    private readonly Stream _stream;
    private readonly bool _isGrpc;
    private PipeReader? _foreign;
    private ReadOnlySequence<byte> _read;
    private GrpcFrames _frames;

    private CountedRequestBody(HttpContext context, bool isGrpc)
    {
        (_context, _isGrpc) = (context, isGrpc);
        _feature = context.Features.Get<IRequestBodyPipeFeature>();
        (_body, _inner) = (context.Request.Body, context.Request.BodyReader);
        _stream = AsStream(leaveOpen: true);
    }

    public long Bytes { get; private set; }

    public long Messages => _frames.Messages;

    /// <summary>A body that a middleware has put in the place of this one is what the application means.</summary>
    public PipeReader Reader => ReferenceEquals(_context.Request.Body, _stream) ? this : _foreign ??= Create(_context.Request.Body);

    /// <summary>Null when the request says how long its body is, or has none.</summary>
    public static CountedRequestBody? Attach(HttpContext context, bool isGrpc)
    {
        if (!isGrpc && (context.Request.ContentLength is not null || context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != true))
        {
            return null;
        }

        var counted = new CountedRequestBody(context, isGrpc);
        context.Request.Body = counted._stream;
        context.Features.Set<IRequestBodyPipeFeature>(counted);
        return counted;
    }

    /// <summary>Gives the request the body back that it came with.</summary>
    public void Detach()
    {
        if (ReferenceEquals(_context.Features.Get<IRequestBodyPipeFeature>(), this))
        {
            _context.Request.Body = _body;
            _context.Features.Set(_feature);
        }
    }

    public override void AdvanceTo(SequencePosition consumed)
    {
        Count(consumed);
        _inner.AdvanceTo(consumed);
    }

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        Count(consumed);
        _inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => _inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => _inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => _inner.CompleteAsync(exception);

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var result = await _inner.ReadAsync(cancellationToken);
        _read = result.Buffer;
        return result;
    }

    public override bool TryRead(out ReadResult result)
    {
        if (!_inner.TryRead(out result))
        {
            return false;
        }

        _read = result.Buffer;
        return true;
    }

    private void Count(SequencePosition consumed)
    {
        var taken = _read.Slice(_read.Start, consumed);
        Bytes += taken.Length;
        if (_isGrpc)
        {
            foreach (var piece in taken)
            {
                _frames.Add(piece.Span);
            }
        }

        _read = default;
    }
}
