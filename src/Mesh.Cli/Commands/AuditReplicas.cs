using System.CommandLine;
using System.Text.Json.Nodes;
using Mesh.Cli.Connection;

namespace Mesh.Cli.Commands;

/// <summary>The control planes whose records are read as one: of several on one database each keeps a chain of its own.</summary>
internal sealed class AuditReplicas
{
    private const string Field = "replica";

    public Option<string[]> Option { get; } = new("--replica")
    {
        Description = "The HTTP API of a further control plane on the same database, which is asked with the same token; may be given several times. Each keeps a record of its own.",
        HelpName = "URL",
    };

    /// <summary>Whether more than one is asked.</summary>
    public bool AreSeveral(Call call) => call.Arguments.GetValue(Option) is { Length: > 0 };

    /// <summary>Asks each, and marks what it says with where it is from when there are several.</summary>
    public async Task<IReadOnlyList<JsonObject>> AskAsync(Call call, Func<ApiClient, Task<IReadOnlyList<JsonObject>>> ask, CancellationToken cancellationToken)
    {
        var found = new List<JsonObject>(await ask(call.Api));
        if (!AreSeveral(call))
        {
            return found;
        }

        Mark(found, call.Context.Server);
        foreach (var server in call.Arguments.GetValue(Option)!.Select(text => ControlPlaneContext.Address(text, "--replica")))
        {
            await CommandRunner.WithApiAsync(
                call.Context with { Server = server },
                async api =>
                {
                    var more = await ask(api);
                    Mark(more, server);
                    found.AddRange(more);
                },
                cancellationToken);
        }

        return found;
    }

    private static void Mark(IEnumerable<JsonObject> items, Uri server)
    {
        foreach (var item in items)
        {
            item[Field] = server.Authority;
        }
    }
}
