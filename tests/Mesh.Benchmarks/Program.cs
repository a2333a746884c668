using BenchmarkDotNet.Running;
using Mesh.Benchmarks;
using Mesh.Benchmarks.Change;
using Mesh.Benchmarks.Load;

// "load" and "change" measure whole processes and whole meshes; anything else goes to BenchmarkDotNet.
// "load" comes to its children without an await: see CpuPins.
try
{
    return args switch
    {
        ["load", .. var rest] => LoadLauncher.Run(rest),
        ["load-server"] => await LoadServer.RunAsync(),
        ["load-client", var port, var server, .. var rest] => await LoadRig.RunAsync(port, server, LoadOptions.Parse(rest)),
        ["change", .. var rest] => await ChangeRig.RunAsync(ChangeOptions.Parse(rest)),
        _ => BenchmarkSwitcher.FromAssembly(typeof(LoadRig).Assembly).Run(args).Any() ? 0 : 1,
    };
}
catch (UsageException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 64;
}
