using System.Text.Json;

namespace Mesh.EndToEnd.Tests.Grpc;

/// <summary>What a server says of a call.</summary>
/// <param name="Server">Its name.</param>
/// <param name="Method">The method.</param>
/// <param name="Call">The <c>x-call</c> of the call.</param>
/// <param name="Remaining">Seconds that the call had left when it began; null when it has no deadline.</param>
/// <param name="Previous">Attempts of the same call before this one.</param>
/// <param name="Sent">Messages that were sent before the end.</param>
internal sealed record LeafEvent(string Server, string Method, string? Call, double? Remaining, int Previous, int Sent)
{
    public static LeafEvent Parse(string json) => JsonSerializer.Deserialize<LeafEvent>(json, JsonSerializerOptions.Web)!;
}
