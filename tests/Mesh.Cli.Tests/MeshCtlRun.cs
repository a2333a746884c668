using System.Text.Json.Nodes;
using Mesh.Cli.Output;

namespace Mesh.Cli.Tests;

/// <summary>What one run of the command line wrote and returned.</summary>
internal sealed record MeshCtlRun(int ExitCode, string Out, string Error)
{
    /// <summary>The output as JSON.</summary>
    public JsonNode Json => JsonNode.Parse(Out) ?? throw new InvalidOperationException($"No JSON: '{Out}', {Error}");

    /// <summary>The lines of the output, without the blanks at their ends.</summary>
    public string[] Lines => [.. Out.Split('\n').Select(line => line.TrimEnd())];

    public static Task<MeshCtlRun> StartAsync(params string[] arguments) => StartAsync(arguments, input: "", NoVariables);

    /// <param name="arguments">Of the command line.</param>
    /// <param name="input">What is piped in.</param>
    /// <param name="variable">The environment.</param>
    public static async Task<MeshCtlRun> StartAsync(IReadOnlyList<string> arguments, string input, Func<string, string?> variable)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var reader = new StringReader(input);
        var terminal = new Terminal(output, error, IsColored: false, name => variable(name) ?? NoVariables(name)) { In = reader };
        var code = await MeshCtl.RunAsync(arguments, terminal, TestContext.Current.CancellationToken);
        return new MeshCtlRun(code, output.ToString(), error.ToString());
    }

    /// <summary>None but a folder that is not there: the contexts of whoever runs the tests are not asked.</summary>
    private static string? NoVariables(string name) => name == "MESH_CONFIG" ? Path.Combine(AppContext.BaseDirectory, "no-contexts") : null;
}
