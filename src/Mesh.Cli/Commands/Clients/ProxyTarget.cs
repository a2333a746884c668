using System.CommandLine;
using System.Text.Json.Nodes;

namespace Mesh.Cli.Commands.Clients;

/// <summary>The client that a command is about, as the command line names it.</summary>
internal sealed class ProxyTarget(CommandRunner run)
{
    private readonly Argument<string> _client = new("client")
    {
        Description = "The client: its id, workload or service, also as NAME.NAMESPACE.",
        CompletionSources = { context => DynamicNames.Clients(run, context) },
    };

    private readonly Option<string?> _namespace = CommonOptions.Namespace("Its namespace. Default: any.");

    public IEnumerable<Symbol> Symbols => [_client, _namespace];

    public Task<JsonObject> FindAsync(Call call, CancellationToken cancellationToken) =>
        ClientFinder.FindAsync(call, call.Arguments.GetValue(_client)!, call.Arguments.GetValue(_namespace), cancellationToken);
}
