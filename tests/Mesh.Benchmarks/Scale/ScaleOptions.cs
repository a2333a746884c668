namespace Mesh.Benchmarks.Scale;

/// <summary>Settings of a scale run.</summary>
internal sealed record ScaleOptions
{
    public int Services { get; init; } = 1_000;

    /// <summary>Of each service.</summary>
    public int Endpoints { get; init; } = 10;

    public int Streams { get; init; } = 2_000;

    /// <summary>Services that each client calls.</summary>
    public int Called { get; init; } = 5;

    public int Changes { get; init; } = 100;

    /// <summary>For changes without a pause between them, at ten a second.</summary>
    public TimeSpan Churn { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Reads <c>--services N --endpoints N --streams N --called N --changes N --churn-seconds N</c>.</summary>
    public static ScaleOptions Parse(string[] arguments) => NumericArguments.Read(arguments).Aggregate(
        new ScaleOptions(),
        static (options, argument) => argument.Name switch
        {
            "--services" => options with { Services = argument.Value },
            "--endpoints" => options with { Endpoints = argument.Value },
            "--streams" => options with { Streams = argument.Value },
            "--called" => options with { Called = argument.Value },
            "--changes" => options with { Changes = argument.Value },
            "--churn-seconds" => options with { Churn = TimeSpan.FromSeconds(argument.Value) },
            _ => throw NumericArguments.Unknown(argument.Name, "--services, --endpoints, --streams, --called, --changes or --churn-seconds"),
        });
}
