using System.CommandLine;

namespace Mesh.Cli.Commands.Clients;

/// <summary>The client that a command is about, as the command line names it: to be asked of the control plane, or by itself.</summary>
internal sealed class ProxyTarget(CommandRunner run)
{
    private readonly Argument<string?> _client = new("client")
    {
        Description = "The client: its id, workload or service, svc/NAME or deploy/NAME, also as NAME.NAMESPACE. Not needed with --address.",
        Arity = ArgumentArity.ZeroOrOne,
        CompletionSources = { context => DynamicNames.Clients(run, context) },
    };

    private readonly Option<string?> _namespace = CommonOptions.Namespace("Its namespace. Default: any.");

    private readonly Option<string?> _address = new("--address")
    {
        Description = "Asks the application itself what it holds: the URL of its config dump (MapMeshDebug), such as http://localhost:5000/debug/config_dump. Of listeners and endpoints also: only of this address.",
        HelpName = "URL",
    };

    /// <summary>For tables with addresses: what is no URL narrows them.</summary>
    public Option<string?> Address => _address;

    public static bool IsUrl(string address) => address.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || address.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    public IEnumerable<Symbol> Symbols => [_client, _namespace, _address];

    /// <summary>Where the resources come from.</summary>
    public async Task<IProxyResources> OpenAsync(Call call, CancellationToken cancellationToken)
    {
        var client = call.Arguments.GetValue(_client);
        if (call.Arguments.GetValue(_address) is { } address && (client is null || IsUrl(address)))
        {
            return client is null
                ? await DumpedResources.ReadAsync(call.Terminal, address, cancellationToken)
                : throw new CommandException("Expected a client or --address, got both.", ExitCode.Usage);
        }

        return client is null
            ? throw new CommandException("Expected a client, or --address with the config dump of an application.", ExitCode.Usage)
            : new SentResources(call.Api, await ClientFinder.FindAsync(call, client, call.Arguments.GetValue(_namespace), cancellationToken));
    }
}
