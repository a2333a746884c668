using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Mesh.Config.Decoding;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Extensions.Routing;
using Route = Mesh.Protocol.Envoy.Route.Route;

namespace Mesh.ControlPlane.Generation.Routes;

/// <summary>Turns the annotation <c>mesh.dev/hedging</c> of a VirtualService, our own extension, into metadata of its routes: <c>{"delay":"50ms","maxAttempts":2}</c>.</summary>
internal static class HedgingTranslator
{
    public const string Name = "mesh.dev/hedging";

    private const int MostAttempts = 5;

    /// <summary>Adds it; what is wrong with the annotation otherwise.</summary>
    public static string? Apply(Route route, string annotation)
    {
        if (Read(annotation, out var error) is not { } hedging)
        {
            return error;
        }

        route.Metadata ??= new Metadata();
        route.Metadata.TypedFilterMetadata[Name] = Any.Pack(hedging);
        return null;
    }

    private static Hedging? Read(string annotation, out string error)
    {
        error = $"expected an object such as {{\"delay\":\"50ms\",\"maxAttempts\":2}}, delay above 0 and maxAttempts 2 to {MostAttempts}, got '{annotation}'";
        try
        {
            using var json = JsonDocument.Parse(annotation);
            return json.RootElement.ValueKind == JsonValueKind.Object ? Read(json.RootElement) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Hedging? Read(JsonElement root)
    {
        var hedging = new Hedging();
        foreach (var property in root.EnumerateObject())
        {
            switch (property.Name)
            {
                case "delay" when property.Value.ValueKind == JsonValueKind.String
                    && GoDuration.TryParse(property.Value.GetString()!, out var delay) && delay.ToTimeSpan() > TimeSpan.Zero:
                    hedging.Delay = delay;
                    break;
                case "maxAttempts" when property.Value.ValueKind == JsonValueKind.Number
                    && property.Value.TryGetInt32(out var attempts) && attempts is >= 2 and <= MostAttempts:
                    hedging.MaxAttempts = (uint)attempts;
                    break;
                default:
                    return null;
            }
        }

        return hedging.Delay is null ? null : hedging;
    }
}
