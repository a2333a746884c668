namespace Mesh.Benchmarks.Load;

/// <summary>Settings of a load run.</summary>
internal sealed record LoadOptions
{
    public int Connections { get; init; } = 16;

    /// <summary>Clean rounds wanted; a round is measured again when the machine was busy, up to this many times in all.</summary>
    public int Rounds { get; init; } = 21;

    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(0.6);

    /// <summary>So long that no method is compiled while it is measured: promotion waits while others are new.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Reads <c>--connections N --rounds N --window-ms N --warm-up-ms N</c>.</summary>
    public static LoadOptions Parse(string[] arguments) => NumericArguments.Read(arguments).Aggregate(
        new LoadOptions(),
        static (options, argument) => argument.Name switch
        {
            "--connections" => options with { Connections = argument.Value },
            "--rounds" => options with { Rounds = argument.Value },
            "--window-ms" => options with { Window = TimeSpan.FromMilliseconds(argument.Value) },
            "--warm-up-ms" => options with { WarmUp = TimeSpan.FromMilliseconds(argument.Value) },
            _ => throw NumericArguments.Unknown(argument.Name, "--connections, --rounds, --window-ms or --warm-up-ms"),
        });
}
