using Mesh.Cli;
using Mesh.Cli.Output;

#pragma warning disable RS0030 // The entry point is where the process meets its console and its environment.
var terminal = new Terminal(
    Console.Out,
    Console.Error,
    IsColored: !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
    Environment.GetEnvironmentVariable)
{
    In = Console.In,
};
using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    interrupted.Cancel();
};
return await MeshCtl.RunAsync(args, terminal, interrupted.Token);
