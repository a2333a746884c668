using System.Text.Json.Nodes;

namespace Mesh.ControlPlane.Tests.Api;

/// <summary>Reads the events of a watch.</summary>
internal sealed class WatchReader(HttpResponseMessage response, StreamReader reader) : IDisposable
{
    /// <summary>The next event; null when the stream has ended.</summary>
    public async Task<JsonObject?> NextAsync() =>
        await reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken) is { } line
            ? JsonNode.Parse(line)!.AsObject()
            : null;

    /// <summary>The next event as <c>TYPE name</c>.</summary>
    public async Task<string> NextNameAsync()
    {
        var next = await NextAsync();
        return next is null ? "END" : $"{next["type"]} {next["object"]!["metadata"]?["name"]}".TrimEnd();
    }

    public void Dispose()
    {
        reader.Dispose();
        response.Dispose();
    }
}
