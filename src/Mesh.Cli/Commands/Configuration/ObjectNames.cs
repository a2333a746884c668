using System.CommandLine;
using Mesh.Cli.Objects;

namespace Mesh.Cli.Commands.Configuration;

/// <summary>The words that name objects: <c>KIND</c>, <c>KIND NAME …</c> or <c>KIND/NAME …</c>.</summary>
internal sealed class ObjectNames
{
    private readonly Argument<string[]> _words = new("kind/name")
    {
        Description = "A kind, a kind and names, or KIND/NAME: such as vs, virtualservice reviews, or virtualservices.networking.istio.io/reviews.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _namespace = CommonOptions.Namespace("Default: the context's, or default.");

    public ObjectNames(CommandRunner run) => _words.CompletionSources.Add(context =>
    {
        // The word under the cursor is among the arguments, unless a blank ends it.
        var words = context.ParseResult.GetValue(_words) ?? [];
        return DynamicNames.Objects(run, context, words, context.ParseResult.GetValue(_namespace), isOpen: context.WordToComplete.Length > 0);
    });

    public Argument<string[]> Words => _words;

    public IEnumerable<Symbol> Symbols => [_words, _namespace];

    public bool AreGiven(ParseResult arguments) => arguments.GetValue(_words) is { Length: > 0 };

    public string Namespace(Call call) => call.Arguments.GetValue(_namespace) ?? call.Context.Namespace;

    /// <summary>Kinds with the name that is meant; no name for all objects of the kind.</summary>
    public async Task<IReadOnlyList<(ServedKind Kind, string? Name)>> FindAsync(Call call, ObjectApi api, CancellationToken cancellationToken)
    {
        var words = call.Arguments.GetValue(_words) ?? [];
        if (words.Length == 0)
        {
            throw new CommandException("Expected a kind, such as virtualservice; 'kubectl api-resources' and GET /apis list them. See --help.", ExitCode.Usage);
        }

        var found = new List<(ServedKind, string?)>();
        if (words.Any(word => word.Contains('/', StringComparison.Ordinal)))
        {
            foreach (var word in words)
            {
                if (word.Split('/') is not [{ Length: > 0 } kind, { Length: > 0 } name])
                {
                    throw new CommandException($"Expected KIND/NAME like the others, got '{word}'.", ExitCode.Usage);
                }

                found.AddRange((await api.FindAsync(kind, cancellationToken)).Select(one => (one, (string?)name)));
            }

            return found;
        }

        var kinds = await api.FindAsync(words[0], cancellationToken);
        return words.Length == 1 ? [.. kinds.Select(kind => (kind, (string?)null))] : [.. kinds.SelectMany(_ => words[1..], (kind, name) => (kind, (string?)name))];
    }
}
