using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Type;

namespace Mesh.Client.Xds.Decoders.Clusters;

/// <summary>Decodes what one health check sends, and which answer is good.</summary>
internal static class HealthProbeDecoder
{
    private const int FirstStatus = 100;
    private const int EndOfStatuses = 600;

    public static HttpHealthProbe Http(HealthCheck.Types.HttpHealthCheck message, DecodeErrors errors)
    {
        if (!message.Path.StartsWith('/'))
        {
            errors.In("path").Add($"expected a path that starts with '/', got '{message.Path}'");
        }

        // CONNECT has no status to judge by; Envoy refuses it too.
        if (message.Method is RequestMethod.Connect)
        {
            errors.In("method").Add("expected any method but CONNECT");
        }

        if (message.CodecClientType is CodecClientType.Http3)
        {
            errors.In("codec_client_type").Add("expected HTTP1 or HTTP2, got HTTP3, which this client does not speak");
        }

        var method = message.Method is RequestMethod.MethodUnspecified ? "GET" : message.Method.ToString().ToUpperInvariant();
        return new(method, message.Path, message.Host, message.CodecClientType is CodecClientType.Http2)
        {
            ExpectedStatuses = Statuses(message.ExpectedStatuses, "expected_statuses", errors),
            RetriableStatuses = Statuses(message.RetriableStatuses, "retriable_statuses", errors),
            Headers = new([.. message.RequestHeadersToAdd
                .Where(option => option.Header is not null)
                .Select(option => KeyValuePair.Create(option.Header.Key, option.Header.Value))]),
        };
    }

    public static TcpHealthProbe Tcp(HealthCheck.Types.TcpHealthCheck message, DecodeErrors errors) => new(
        message.Send is null ? "" : Payload(message.Send, errors.In("send")),
        new([.. message.Receive.Select((payload, index) => Payload(payload, errors.In("receive", index)))]));

    private static string Payload(HealthCheck.Types.Payload payload, DecodeErrors errors)
    {
        if (payload.PayloadCase is HealthCheck.Types.Payload.PayloadOneofCase.Binary)
        {
            return Convert.ToHexString(payload.Binary.Span);
        }

        if (payload.Text.Length > 0 && payload.Text.Length % 2 == 0 && payload.Text.All(char.IsAsciiHexDigit))
        {
            return payload.Text;
        }

        errors.Add($"expected bytes in hexadecimal, such as 50494e47, got '{payload.Text}'");
        return "";
    }

    private static ValueList<StatusRange> Statuses(RepeatedField<Int64Range> ranges, string field, DecodeErrors errors)
    {
        var statuses = ImmutableArray.CreateBuilder<StatusRange>(ranges.Count);
        for (var index = 0; index < ranges.Count; index++)
        {
            var (start, end) = (ranges[index].Start, ranges[index].End);
            if (start < FirstStatus || end > EndOfStatuses || start >= end)
            {
                errors.In(field, index).Add($"expected a range within [{FirstStatus}, {EndOfStatuses}), got [{start}, {end})");
                continue;
            }

            statuses.Add(new((int)start, (int)end));
        }

        return statuses.Count == 0 ? ValueList<StatusRange>.Empty : new(statuses.ToImmutable());
    }
}
