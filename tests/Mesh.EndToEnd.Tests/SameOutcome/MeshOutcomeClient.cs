using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Mesh.Protocol.Grpc;

namespace Mesh.EndToEnd.Tests.SameOutcome;

/// <summary>The mesh's own client, called as a gRPC library calls its handler: one framed message, the status in trailers.</summary>
internal sealed class MeshOutcomeClient(HttpMessageHandler handler, Uri address) : IOutcomeClient
{
    private const int FrameHeader = 5;

    private readonly HttpMessageInvoker _invoker = new(handler);

    public async Task<OutcomeResult> CallAsync(OutcomeOrder order, CancellationToken cancellationToken)
    {
        var outcomes = new List<(string? Answer, string? Error)>();
        for (var call = 0; call < order.Count; call++)
        {
            outcomes.Add(await CallOnceAsync(order, cancellationToken));
        }

        return Count(outcomes);
    }

    public async Task<OutcomeResult> CallAsync(OutcomeOrder order, int ended, Func<Task> then, CancellationToken cancellationToken)
    {
        var calls = Enumerable.Range(0, order.Count).Select(_ => CallOnceAsync(order, cancellationToken)).ToList();
        var open = new List<Task<(string?, string?)>>(calls);
        for (var call = 0; call < ended; call++)
        {
            open.Remove(await Task.WhenAny(open));
        }

        await then();
        return Count(await Task.WhenAll(calls));
    }

    public ValueTask DisposeAsync()
    {
        _invoker.Dispose();
        return ValueTask.CompletedTask;
    }

    private static OutcomeResult Count(IEnumerable<(string? Answer, string? Error)> outcomes)
    {
        var result = new OutcomeResult(new(StringComparer.Ordinal), new(StringComparer.Ordinal));
        foreach (var (answer, error) in outcomes)
        {
            var (counts, key) = error is null ? (result.Answers, answer!) : (result.Errors, error);
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }

        return result;
    }

    private async Task<(string? Answer, string? Error)> CallOnceAsync(OutcomeOrder order, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(order.Timeout));
        using var request = CreateRequest(order);
        try
        {
            using var response = await _invoker.SendAsync(request, limit.Token);
            var body = await response.Content.ReadAsByteArrayAsync(limit.Token);
            var status = Find(response.Headers) ?? Find(response.TrailingHeaders);
            return status == "0" ? (Encoding.UTF8.GetString(body.AsSpan(FrameHeader)), null) : (null, Name(status));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (null, "DEADLINE_EXCEEDED");
        }
        catch (HttpRequestException)
        {
            // As Grpc.Net.Client says it: the mesh does not know the host yet, and passed the call through.
            return (null, "UNAVAILABLE");
        }
    }

    private HttpRequestMessage CreateRequest(OutcomeOrder order)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, order.Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(new byte[FrameHeader]),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation("grpc-timeout", string.Create(CultureInfo.InvariantCulture, $"{order.Timeout * 1000:0}m"));
        foreach (var (name, value) in order.Metadata)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static string? Find(HttpHeaders headers) => headers.TryGetValues("grpc-status", out var values) ? values.Single() : null;

    // UNAVAILABLE, DEADLINE_EXCEEDED …: as gRPC's own clients print them.
    private static string Name(string? status)
    {
        var code = (GrpcStatusCode)int.Parse(status ?? throw new InvalidOperationException("The response has no grpc-status."), CultureInfo.InvariantCulture);
        return string.Concat(code.ToString().Select((letter, index) => index > 0 && char.IsUpper(letter) ? $"_{letter}" : $"{char.ToUpperInvariant(letter)}"));
    }
}
