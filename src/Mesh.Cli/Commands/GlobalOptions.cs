using System.CommandLine;
using System.CommandLine.Parsing;
using Mesh.Cli.Connection;
using Mesh.Cli.Contexts;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands;

/// <summary>The options that every command takes.</summary>
internal sealed class GlobalOptions
{
    private readonly Option<string?> _context = New("--context", "NAME", $"A context of 'meshctl context list'. Default: {ContextStore.ContextVariable}, then the one in use.");
    private readonly Option<string?> _server = New("--server", "URL", $"The HTTP API of the control plane. Default: {ControlPlaneContext.ServerVariable}, what the state folder says, http://127.0.0.1:15014.");
    private readonly Option<string?> _token = New("--api-token", "TOKEN", $"A token of the API: @FILE (mode 0600), or its text, which other users may see in the process list. Default: {ControlPlaneContext.TokenVariable}, or admin.token of the state folder.");
    private readonly Option<string?> _state = New("--state", "DIR", $"The state folder of a control plane on this machine, which says where it is and holds a token. Default: {ControlPlaneContext.StateVariable}.");
    private readonly Option<string?> _roots = New("--roots", "FILE", "Roots in PEM to believe an https server by. Default: the pin in the token.");

    private readonly Option<OutputChoice> _output = new("--output", "-o")
    {
        Description = "Form of the output: table, wide, json, yaml, name, ndjson, jsonpath=TEMPLATE or custom-columns=TITLE:PATH,…",
        HelpName = "FORMAT",
        Recursive = true,
        CustomParser = ReadOutput,
        CompletionSources = { "table", "wide", "json", "yaml", "name", "ndjson", "jsonpath=", "custom-columns=" },
    };

    public void AddTo(RootCommand root)
    {
        foreach (var option in new Option[] { _context, _server, _token, _state, _roots, _output })
        {
            root.Options.Add(option);
        }
    }

    public ControlPlaneContext Context(ParseResult parsed, Func<string, string?> variable) => ControlPlaneContext.Find(
        new AskedContext
        {
            Context = parsed.GetValue(_context),
            Server = parsed.GetValue(_server),
            Token = parsed.GetValue(_token),
            State = parsed.GetValue(_state),
            Roots = parsed.GetValue(_roots),
        },
        variable);

    /// <summary>As the command line has it; null when it does not.</summary>
    public string? Server(ParseResult parsed) => parsed.GetValue(_server);

    /// <summary>As the command line has it; null when it does not.</summary>
    public string? Roots(ParseResult parsed) => parsed.GetValue(_roots);

    /// <summary>As the command line has it; null when it does not.</summary>
    public string? Token(ParseResult parsed) => parsed.GetValue(_token);

    public OutputFormat Format(ParseResult parsed) => Output(parsed).Format;

    public OutputChoice Output(ParseResult parsed) => parsed.GetValue(_output) ?? OutputChoice.Table;

    private static OutputChoice? ReadOutput(ArgumentResult result)
    {
        try
        {
            return OutputChoice.Parse(result.Tokens[0].Value);
        }
        catch (FormatException exception)
        {
            result.AddError($"-o: {exception.Message}.");
            return null;
        }
    }

    private static Option<string?> New(string name, string helpName, string description) => new(name) { HelpName = helpName, Description = description, Recursive = true };
}
