using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace Mesh.ControlPlane.Kubernetes.Connection;

/// <summary>Reads the events of a watch: one JSON object a line, of a bounded length.</summary>
internal sealed class EventLines(Stream stream) : IAsyncDisposable
{
    private const int LongestLine = 32 * 1024 * 1024;

    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 256 };

    private readonly PipeReader _reader = PipeReader.Create(stream);

    /// <summary>The next event; null at the end.</summary>
    /// <exception cref="KubernetesFailure">A line is too long.</exception>
    /// <exception cref="JsonException">A line is no JSON.</exception>
    public async ValueTask<JsonElement?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await _reader.ReadAsync(cancellationToken);
            if (result.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = result.Buffer.Slice(0, end);
                var parsed = IsBlank(line) ? (JsonElement?)null : Parse(line);
                _reader.AdvanceTo(result.Buffer.GetPosition(1, end));
                if (parsed is not null)
                {
                    return parsed;
                }

                continue;
            }

            if (result.IsCompleted)
            {
                return null;
            }

            if (result.Buffer.Length > LongestLine)
            {
                throw new KubernetesFailure($"An event of a watch has more than {LongestLine} bytes.");
            }

            _reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    public ValueTask DisposeAsync() => _reader.CompleteAsync();

    private static bool IsBlank(ReadOnlySequence<byte> line) => line.Length == 0 || (line.Length == 1 && line.FirstSpan[0] == '\r');

    private static JsonElement Parse(ReadOnlySequence<byte> line)
    {
        using var document = JsonDocument.Parse(line, Deep);
        return document.RootElement.Clone();
    }
}
