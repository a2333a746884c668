using BenchmarkDotNet.Running;
using Mesh.Benchmarks;
using Mesh.Benchmarks.Change;
using Mesh.Benchmarks.Gateway;
using Mesh.Benchmarks.Load;
using Mesh.Benchmarks.MutualTls;
using Mesh.Benchmarks.Scale;
using Mesh.Benchmarks.Telemetry;

// "load", "mtls", "mtls-new", "gateway", "change", "telemetry" and "scale" measure whole processes and whole meshes; anything else goes to BenchmarkDotNet.
// Those with children come to them without an await: see CpuPins.
try
{
    return args switch
    {
        ["load", .. var rest] => LoadLauncher.Run("load", rest),
        ["mtls" or "mtls-new", .. var rest] => RunMutualTls(args[0], rest),
        ["load-server"] => await LoadServer.RunAsync(),
        ["load-client", var port, var server, .. var rest] => await LoadRig.RunAsync(port, server, LoadOptions.Parse(rest)),
        ["mtls-server" or "mtls-new-server"] => await MutualTlsServer.RunAsync(),
        ["mtls-client" or "mtls-new-client", var port, var server, .. var rest] =>
            await MutualTlsRig.RunAsync(port, server, LoadOptions.Parse(rest), isNewConnections: args[0] == "mtls-new-client"),
        ["gateway", .. var rest] => GatewayLauncher.Run(rest),
        ["gateway-server", var backend] => await GatewayServer.RunAsync(backend),
        ["gateway-floor", var backend] => await HandMadeProxy.RunAsync(backend),
        ["gateway-client", var proxies, .. var rest] => await GatewayRig.RunAsync(proxies, GatewayOptions.Parse(rest)),
        ["change", .. var rest] => await ChangeRig.RunAsync(ChangeOptions.Parse(rest)),
        ["telemetry"] => TelemetryCost.Launch(),
        ["telemetry-process"] => await TelemetryCost.RunAsync(),
        ["scale", .. var rest] => await ScaleRig.RunAsync(ScaleOptions.Parse(rest)),
        ["scale-server", var folder, var port] => await ScaleServer.RunAsync(folder, port),
        _ => BenchmarkSwitcher.FromAssembly(typeof(LoadRig).Assembly).Run(args).Any() ? 0 : 1,
    };
}
catch (UsageException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 64;
}

static int RunMutualTls(string kind, string[] arguments)
{
    BenchmarkCertificates.Issue();
    return LoadLauncher.Run(kind, arguments);
}
