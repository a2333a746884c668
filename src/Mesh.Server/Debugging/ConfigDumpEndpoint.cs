using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Client.Xds;
using Mesh.Client.Xds.Dumps;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Debugging;

/// <summary>Answers with the configuration that this process has in force.</summary>
internal sealed class ConfigDumpEndpoint(XdsClient client)
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    public async Task WriteAsync(HttpContext context)
    {
        if (!DebugGate.Admits(context))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var type = Query(context, "type");
        var name = Query(context, "name");
        var states = await client.ReadStatesAsync().WaitAsync(context.RequestAborted);
        var dump = ClientDump.Write(
            client.Describe(),
            states,
            (typeUrl, resource) => (type is null || typeUrl.EndsWith(type, StringComparison.Ordinal)) && (name is null || resource.Contains(name, StringComparison.Ordinal)));
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await WriteAsync(context.Response, dump);
    }

    private static async Task WriteAsync(HttpResponse response, JsonNode dump)
    {
        await using var writer = new Utf8JsonWriter(response.BodyWriter, Indented);
        dump.WriteTo(writer);
        await writer.FlushAsync();
    }

    private static string? Query(HttpContext context, string name) => context.Request.Query[name] is [{ Length: > 0 } value] ? value : null;
}
