using System.Text.Json;
using Mesh.Client.Model.Apis;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Mesh.Server.Apis.Transformations;

/// <summary>Holds a response of JSON back until it is whole and changed; any other goes through as it is written, and so does one that is too long.</summary>
internal sealed class JsonResponseStream(HttpResponse response, Stream inner, Func<int, JsonChange[]> changesOf) : Stream
{
    private readonly MemoryStream _held = new();

    // Settled by the first bytes, when the headers are there.
    private JsonChange[]? _changes;
    private bool _isPassing;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The response is over: what was held back is changed and written.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (_held.Length == 0)
        {
            return;
        }

        var body = Change();
        _held.SetLength(0);
        if (!response.HasStarted)
        {
            response.ContentLength = body.Length;
            response.Headers.Remove(HeaderNames.ETag);
            response.Headers.Remove("Content-MD5");
            response.Headers.Remove("Digest");
        }

        await inner.WriteAsync(body, cancellationToken);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Settle();
        if (!_isPassing && _held.Length + buffer.Length > _changes!.Max(static change => change.MaxBytes))
        {
            await PassAsync(cancellationToken);
        }

        if (_isPassing)
        {
            await inner.WriteAsync(buffer, cancellationToken);
        }
        else
        {
            await _held.WriteAsync(buffer, cancellationToken);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // Headers that go out early are of a response that is not held back.
    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        Settle();
        return _isPassing ? inner.FlushAsync(cancellationToken) : Task.CompletedTask;
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Expected an asynchronous write.");

    public override void Flush()
    {
        // What is written is flushed by the asynchronous one.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _held.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Settle()
    {
        if (_changes is null)
        {
            _changes = changesOf(response.StatusCode);
            _isPassing = _changes.Length == 0 || !IsJson(response.ContentType) || response.Headers.ContentEncoding.Count > 0;
        }
    }

    private async Task PassAsync(CancellationToken cancellationToken)
    {
        _isPassing = true;
        await inner.WriteAsync(_held.GetBuffer().AsMemory(0, (int)_held.Length), cancellationToken);
        _held.SetLength(0);
    }

    private byte[] Change()
    {
        var body = _held.ToArray();
        try
        {
            foreach (var change in _changes!)
            {
                body = JsonEdits.Apply(body, change);
            }
        }
        catch (JsonException)
        {
            // It says that it is JSON and is none: its reader finds out.
        }

        return body;
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase));
}
