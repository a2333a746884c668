using System.CommandLine;
using System.CommandLine.Parsing;

namespace Bookinfo.AppHost;

/// <summary>The command line.</summary>
internal static class AppHostCommand
{
    private static readonly Option<string> Config = new("--config")
    {
        Description = "Folder of mesh resources (Istio YAML) to run with; changes in it take effect at once, and kubectl writes into it. Without it kubectl writes into a copy of the sample's that goes with the run.",
        DefaultValueFactory = _ => BuiltPrograms.DefaultConfigFolder,
        HelpName = "DIR",
    };

    private static readonly Option<int> Port = Of("--port", 9080, "Port of the product page");
    private static readonly Option<int> GatewayPort = Of("--gateway-port", 8080, "Port of the ingress gateway");
    private static readonly Option<int> XdsPort = Of("--xds-port", 15010, "Port of the control plane for xDS");
    private static readonly Option<int> HttpPort = Of("--http-port", 15014, "Port of the control plane for its HTTP interface");
    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object with every address and process id when ready." };
    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Show what the processes log, each line with its process." };

    private static readonly Option<Uri?> Otlp = new("--otlp")
    {
        Description = "OTLP receiver (HTTP) that every process sends the spans of the mesh to, such as http://127.0.0.1:4318. Without it OTEL_EXPORTER_OTLP_ENDPOINT decides.",
        CustomParser = result => Uri.TryCreate(result.Tokens.Single().Value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : Refuse(result),
        HelpName = "ENDPOINT",
    };

    public static RootCommand Create()
    {
        var command = new RootCommand("Runs Bookinfo and its mesh as separate processes on this machine until Ctrl-C.") { Config, Port, GatewayPort, XdsPort, HttpPort, Otlp, Json, Verbose };
        command.SetAction(async (arguments, _) =>
        {
            var options = new AppHostOptions(
                Path.GetFullPath(arguments.GetRequiredValue(Config)),
                arguments.GetResult(Config) is not { Implicit: false },
                arguments.GetValue(Port),
                GatewayPortOf(arguments),
                arguments.GetValue(XdsPort),
                arguments.GetValue(HttpPort),
                arguments.GetValue(Json),
                arguments.GetValue(Verbose),
                arguments.GetValue(Otlp));
            using var signals = new StopSignals();
            return await new BookinfoRun(options, new Progress(Console.Error), Console.Out).RunAsync(signals.Token);
        });
        return command;
    }

    // Who wants any free port for the page does not want a fixed one beside it.
    private static int GatewayPortOf(ParseResult arguments) =>
        arguments.GetResult(GatewayPort) is { Implicit: false } || arguments.GetValue(Port) != 0 ? arguments.GetValue(GatewayPort) : 0;

    private static Uri? Refuse(ArgumentResult result)
    {
        result.AddError("--otlp must be an address such as http://127.0.0.1:4318.");
        return null;
    }

    private static Option<int> Of(string name, int port, string description)
    {
        var option = new Option<int>(name) { Description = description + ", 0 for any free one.", DefaultValueFactory = _ => port, HelpName = "PORT" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > ushort.MaxValue)
            {
                result.AddError($"{name} must be between 0 and {ushort.MaxValue}.");
            }
        });
        return option;
    }
}
