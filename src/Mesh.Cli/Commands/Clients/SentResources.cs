using System.Text.Json.Nodes;
using Mesh.Cli.Connection;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Clients;

/// <summary>What the control plane sends a client.</summary>
internal sealed class SentResources(ApiClient api, JsonObject client) : IProxyResources
{
    public async Task<IEnumerable<JsonObject>> GetAsync(string type, CancellationToken cancellationToken)
    {
        var list = await api.GetAsync($"/api/v1/clients/{JsonText.Of(client, "stream")}/resources?type={type}", cancellationToken);
        return list["items"]!.AsArray().OfType<JsonObject>();
    }
}
