using System.Net;
using System.Text.Json.Nodes;
using Mesh.Cli.Commands.Configuration;
using Mesh.Cli.Connection;
using Mesh.Cli.Objects;
using Mesh.Cli.Output;
using Mesh.Config.Analysis;

namespace Mesh.Cli.Commands.Analysis;

/// <summary>Reads what a control plane has, for analysis: every object of every kind, and what only the registry knows of.</summary>
internal sealed class LiveMesh(ApiClient client, Terminal terminal)
{
    /// <summary>Lists that are asked for at a time.</summary>
    private const int AtOnce = 8;

    private static readonly HttpStatusCode[] OfNoUse = [HttpStatusCode.Forbidden, HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed];

    /// <summary>Adds all of it; what the caller may not read is named on the side of words.</summary>
    /// <exception cref="CommandException">The control plane cannot be asked.</exception>
    public async Task AddToAsync(AnalysisReader reader, CancellationToken cancellationToken)
    {
        var api = new ObjectApi(client);
        var kinds = (await api.KindsAsync(cancellationToken)).Where(kind => kind.Verbs.Contains("list")).DistinctBy(kind => (kind.Group, kind.Kind));
        var missing = new List<string>();
        var objects = new List<JsonObject>();
        foreach (var batch in kinds.Chunk(AtOnce))
        {
            var answers = await Task.WhenAll(batch.Select(kind => api.GetAsync(kind, null, null, "", cancellationToken)));
            foreach (var (kind, answer) in batch.Zip(answers))
            {
                if (OfNoUse.Contains(answer.Status))
                {
                    missing.Add(kind.Plural);
                    continue;
                }

                objects.AddRange(ObjectItems.Of(kind, answer.Require()).Where(IsWritten));
            }
        }

        if (missing.Count > 0)
        {
            await terminal.Error.WriteLineAsync($"Warning: not read, as you may not list them in all namespaces: {string.Join(", ", missing)}. What refers to them may be reported as missing.");
        }

        // Before the objects, so that what somebody wrote counts more.
        foreach (var item in (await RegisteredAsync(cancellationToken)).Concat(objects))
        {
            reader.AddText(item.ToJsonString(), "");
        }
    }

    /// <summary>A namespace that is there because something is in it says nothing, and nothing is to be said of it.</summary>
    private static bool IsWritten(JsonObject item) =>
        JsonText.Of(item, "kind") != "Namespace"
        || item["metadata"]?["annotations"] is JsonObject { Count: > 0 }
        || (item["metadata"]?["labels"] as JsonObject ?? []).Any(label => label.Key != "kubernetes.io/metadata.name");

    /// <summary>Services and workloads that exist by being connected, or in a registry beside the store; nothing when the caller may not see the whole mesh.</summary>
    private async Task<IEnumerable<JsonObject>> RegisteredAsync(CancellationToken cancellationToken)
    {
        var answer = await client.ExchangeAsync(new ApiRequest(HttpMethod.Get, "/api/v1/registry"), cancellationToken);
        return OfNoUse.Contains(answer.Status) ? [] : RegisteredObjects.Of(answer.Require());
    }
}
