using System.Text.Json;

namespace Mesh.ControlPlane.Registries.Http;

/// <summary>What a registry answered.</summary>
internal sealed class RegistryReply(JsonDocument body, IReadOnlyDictionary<string, string> headers) : IDisposable
{
    public JsonElement Body => body.RootElement;

    public string? Header(string name) => headers.GetValueOrDefault(name);

    public void Dispose() => body.Dispose();
}
