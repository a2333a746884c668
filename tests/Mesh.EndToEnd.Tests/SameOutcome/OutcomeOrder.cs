using System.Text.Json.Serialization;

namespace Mesh.EndToEnd.Tests.SameOutcome;

/// <summary>What a client is asked to do; the same for every language.</summary>
internal sealed record OutcomeOrder
{
    [JsonPropertyName("path")]
    public string Path { get; init; } = "/test.Greeter/Hello";

    [JsonPropertyName("metadata")]
    public Dictionary<string, string> Metadata { get; init; } = [];

    [JsonPropertyName("count")]
    public int Count { get; init; } = 1;

    /// <summary>All at once instead of one after another.</summary>
    [JsonPropertyName("parallel")]
    public bool Parallel { get; init; }

    /// <summary>Seconds.</summary>
    [JsonPropertyName("timeout")]
    public double Timeout { get; init; } = 20;

    /// <summary>gRPC's wait for ready.</summary>
    [JsonPropertyName("wait")]
    public bool Wait { get; init; }
}
