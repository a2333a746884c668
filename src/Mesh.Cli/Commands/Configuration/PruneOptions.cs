using System.CommandLine;

namespace Mesh.Cli.Commands.Configuration;

/// <summary>The options that have <c>apply</c> take away what the files no longer hold.</summary>
internal sealed class PruneOptions
{
    private readonly Option<bool> _prune = new("--prune") { Description = "Take away what 'apply' once made and the files no longer hold, in the namespaces of the files; with -l or --all." };
    private readonly Option<bool> _all = new("--all") { Description = "With --prune: whatever labels it has." };
    private readonly Option<string?> _selector = CommonOptions.Selector();

    public IEnumerable<Option> All => [_prune, _all, _selector];

    public bool IsAsked(ParseResult arguments)
    {
        var (isAsked, all, selector) = (arguments.GetValue(_prune), arguments.GetValue(_all), arguments.GetValue(_selector));
        return isAsked == (all || selector is not null) && !(all && selector is not null)
            ? isAsked
            : throw new CommandException(isAsked ? "--prune: expected either -l LABELS or --all, so that it is said what may go." : "-l and --all say what --prune may take away: give --prune too.", ExitCode.Usage);
    }

    /// <summary>Null for all labels.</summary>
    public string? Selector(ParseResult arguments) => arguments.GetValue(_selector);
}
