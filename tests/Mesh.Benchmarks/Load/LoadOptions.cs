using System.Globalization;

namespace Mesh.Benchmarks.Load;

/// <summary>Settings of a load run.</summary>
internal sealed record LoadOptions
{
    public int Connections { get; init; } = 16;

    public int Rounds { get; init; } = 15;

    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(0.6);

    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Reads <c>--connections N --rounds N --window-ms N --warm-up-ms N</c>.</summary>
    public static LoadOptions Parse(string[] arguments)
    {
        var options = new LoadOptions();
        for (var i = 0; i < arguments.Length; i += 2)
        {
            var value = int.Parse(arguments.ElementAtOrDefault(i + 1) ?? "", CultureInfo.InvariantCulture);
            options = arguments[i] switch
            {
                "--connections" => options with { Connections = value },
                "--rounds" => options with { Rounds = value },
                "--window-ms" => options with { Window = TimeSpan.FromMilliseconds(value) },
                "--warm-up-ms" => options with { WarmUp = TimeSpan.FromMilliseconds(value) },
                var unknown => throw new ArgumentException($"Unknown option {unknown}: expected --connections, --rounds, --window-ms or --warm-up-ms."),
            };
        }

        return options;
    }
}
