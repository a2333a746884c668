using Mesh.Cli.Output;

namespace Mesh.Cli.Tests;

/// <summary>What one run of the command line wrote and returned.</summary>
internal sealed record MeshCtlRun(int ExitCode, string Out, string Error)
{
    public static async Task<MeshCtlRun> StartAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(output, error, IsColored: false, _ => null);
        var code = await MeshCtl.RunAsync(arguments, terminal, TestContext.Current.CancellationToken);
        return new MeshCtlRun(code, output.ToString(), error.ToString());
    }
}
