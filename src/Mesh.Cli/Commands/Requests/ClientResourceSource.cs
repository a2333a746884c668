using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Cli.Connection;
using Mesh.Cli.Explanation;
using Mesh.Cli.Output;
using Mesh.Client.Xds.Resources;
using Mesh.Protocol.Xds;

namespace Mesh.Cli.Commands.Requests;

/// <summary>Asks the API for the resources that a connected client gets.</summary>
internal sealed class ClientResourceSource(ApiClient api, string stream) : IResourceSource
{
    /// <summary>As many names as fit into an address.</summary>
    private const int NamesAtOnce = 25;

    public async Task<IReadOnlyList<ResourceUpdate>> FetchAsync(string typeUrl, IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        var updates = new List<ResourceUpdate>(names.Count);
        foreach (var chunk in names.Chunk(NamesAtOnce))
        {
            var query = string.Concat(chunk.Select(name => $"&name={Uri.EscapeDataString(name)}"));
            var list = await api.GetAsync($"/api/v1/clients/{stream}/resources?type={ShortName(typeUrl)}&bytes=true{query}", cancellationToken);
            updates.AddRange(list["items"]!.AsArray().OfType<JsonObject>().Select(item => Read(typeUrl, item)));
        }

        return updates;
    }

    private static ResourceUpdate Read(string typeUrl, JsonObject item)
    {
        var bytes = JsonText.Of(item, "bytes");
        return new ResourceUpdate(
            JsonText.Of(item, "name"),
            JsonText.Of(item, "version"),
            bytes.Length == 0 && JsonText.Of(item, "version").Length == 0 ? null : new Any { TypeUrl = typeUrl, Value = ByteString.FromBase64(bytes) });
    }

    private static string ShortName(string typeUrl) => typeUrl switch
    {
        XdsTypeUrl.Listener => "LDS",
        XdsTypeUrl.RouteConfiguration => "RDS",
        XdsTypeUrl.Cluster => "CDS",
        XdsTypeUrl.ClusterLoadAssignment => "EDS",
        _ => "SDS",
    };
}
