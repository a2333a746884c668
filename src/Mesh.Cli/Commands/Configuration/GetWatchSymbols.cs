using System.CommandLine;

namespace Mesh.Cli.Commands.Configuration;

/// <summary>The options of watching, with kubectl's names.</summary>
internal sealed class GetWatchSymbols
{
    private readonly Option<bool> _watch = new("--watch", "-w") { Description = "After what is there, every change to it until interrupted; of one kind." };
    private readonly Option<bool> _only = new("--watch-only") { Description = "Every change, without what is there now." };
    private readonly Option<bool> _events = new("--output-watch-events") { Description = "With -w: says of each line whether it was ADDED, MODIFIED or DELETED." };

    public IEnumerable<Symbol> All => [_watch, _only, _events];

    /// <summary>What was asked for; null for no watching.</summary>
    public GetWatchOptions? Of(ParseResult arguments) =>
        arguments.GetValue(_watch) || arguments.GetValue(_only) ? new GetWatchOptions(!arguments.GetValue(_only), arguments.GetValue(_events)) : null;
}
