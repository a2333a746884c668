using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Extensions.Routing;
using Wire = Mesh.Protocol.Envoy.Route;

namespace Mesh.Client.Xds.Decoders.Routes;

/// <summary>Decodes hedging: Envoy's own form, and the mesh's, which knows a delay.</summary>
internal static class HedgingDecoder
{
    private const string Name = "mesh.dev/hedging";
    private const uint DefaultAttempts = 2;
    private const uint MostAttempts = 5;

    /// <summary>Envoy's; null when it asks for nothing (initial_requests and additional_request_chance do nothing in Envoy either).</summary>
    public static HedgingPolicy? Decode(Wire.HedgePolicy? policy) =>
        policy is { HedgeOnPerTryTimeout: true } ? new HedgingPolicy(Delay: null, (int)DefaultAttempts) : null;

    /// <summary>The mesh's, in the metadata of a route; null when there is none.</summary>
    public static HedgingPolicy? Decode(Metadata? metadata, DecodeErrors errors)
    {
        if (metadata is null || !metadata.TypedFilterMetadata.TryGetValue(Name, out var any))
        {
            return null;
        }

        var place = errors.In(Name);
        if (TypedConfig.Read(any, place) is not { } config)
        {
            return null;
        }

        if (config.TypeUrl != Hedging.Descriptor.FullName)
        {
            place.Add($"expected {Hedging.Descriptor.FullName}, got {config.TypeUrl}");
            return null;
        }

        if (config.Parse(Hedging.Parser, place) is not { } hedging)
        {
            return null;
        }

        if (hedging.Delay is null)
        {
            place.Add("expected a delay above 0, got none");
            return null;
        }

        if (DurationDecoder.DecodePositive(hedging.Delay, place.In("delay")) is not { } delay)
        {
            return null;
        }

        return new HedgingPolicy(delay, (int)Math.Clamp(hedging.MaxAttempts ?? DefaultAttempts, DefaultAttempts, MostAttempts));
    }
}
