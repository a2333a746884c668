using BenchmarkDotNet.Running;
using Mesh.Benchmarks.Load;

// "load" measures whole processes, "load-server" is its other half; anything else goes to BenchmarkDotNet.
return args switch
{
    ["load-server"] => await LoadServer.RunAsync(),
    ["load", .. var rest] => await LoadRig.RunAsync(LoadOptions.Parse(rest)),
    _ => BenchmarkSwitcher.FromAssembly(typeof(LoadRig).Assembly).Run(args).Any() ? 0 : 1,
};
