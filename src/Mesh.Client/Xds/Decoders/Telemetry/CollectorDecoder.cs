using System.Collections.Immutable;
using Mesh.Client.Model.Telemetry;
using Wire = Mesh.Protocol.Extensions.Telemetry;

namespace Mesh.Client.Xds.Decoders.Telemetry;

/// <summary>Decodes where spans or logs are sent.</summary>
internal static class CollectorDecoder
{
    /// <summary>Null when there is none.</summary>
    public static CollectorReference? Decode(Wire.Collector? message, DecodeErrors errors)
    {
        if (message is null)
        {
            return null;
        }

        if (message.Authority.Length == 0)
        {
            errors.In("authority").Add("expected host:port, got none");
        }

        return new CollectorReference(message.Authority, message.Http)
        {
            Path = message.Path,
            Headers = message.Headers.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Timeout = DurationDecoder.DecodePositive(message.Timeout, errors.In("timeout")),
        };
    }
}
