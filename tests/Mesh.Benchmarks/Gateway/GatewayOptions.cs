namespace Mesh.Benchmarks.Gateway;

/// <summary>Settings of a comparison of gateways.</summary>
internal sealed record GatewayOptions
{
    public int Connections { get; init; } = 64;

    public int Rounds { get; init; } = 9;

    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Requests a second while latency is measured.</summary>
    public int Rate { get; init; } = 1_000;

    /// <summary>Reads <c>--connections N --rounds N --window-ms N --warm-up-ms N --rate N</c>.</summary>
    public static GatewayOptions Parse(string[] arguments) => NumericArguments.Read(arguments).Aggregate(
        new GatewayOptions(),
        static (options, argument) => argument.Name switch
        {
            "--connections" => options with { Connections = argument.Value },
            "--rounds" => options with { Rounds = argument.Value },
            "--window-ms" => options with { Window = TimeSpan.FromMilliseconds(argument.Value) },
            "--warm-up-ms" => options with { WarmUp = TimeSpan.FromMilliseconds(argument.Value) },
            "--rate" => options with { Rate = argument.Value },
            _ => throw NumericArguments.Unknown(argument.Name, "--connections, --rounds, --window-ms, --warm-up-ms or --rate"),
        });
}
