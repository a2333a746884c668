namespace Mesh.Benchmarks.Change;

/// <summary>Settings of a change run.</summary>
internal sealed record ChangeOptions
{
    public int Changes { get; init; } = 100;

    public TimeSpan FlipTime { get; init; } = TimeSpan.FromSeconds(20);

    public int EndpointRounds { get; init; } = 3;

    /// <summary>Reads <c>--changes N --flip-seconds N --endpoint-rounds N</c>.</summary>
    public static ChangeOptions Parse(string[] arguments) => NumericArguments.Read(arguments).Aggregate(
        new ChangeOptions(),
        static (options, argument) => argument.Name switch
        {
            "--changes" => options with { Changes = argument.Value },
            "--flip-seconds" => options with { FlipTime = TimeSpan.FromSeconds(argument.Value) },
            "--endpoint-rounds" => options with { EndpointRounds = argument.Value },
            _ => throw NumericArguments.Unknown(argument.Name, "--changes, --flip-seconds or --endpoint-rounds"),
        });
}
