using System.Diagnostics;
using System.Globalization;
using Mesh.Client.Model;

namespace Mesh.Benchmarks.Load;

/// <summary>Compares, from the client's process, plain HttpClient, its twin (what the machine's noise makes of no difference), the mesh, and what a team builds without one.</summary>
/// <remarks>Variants take turns in every round, so that a busy neighbour meets all of them; ratios are taken within rounds.</remarks>
internal static class LoadRig
{
    /// <summary>A busy machine is given so many times the wanted rounds to show enough quiet ones.</summary>
    private const int MaxAttempts = 2;

    public static async Task<int> RunAsync(string port, string serverId, LoadOptions options)
    {
        var address = new EndpointAddress("127.0.0.1", int.Parse(port, CultureInfo.InvariantCulture));
        using var server = Process.GetProcessById(int.Parse(serverId, CultureInfo.InvariantCulture));
        var authority = new Authority(address.Host, address.Port);
        await using var mesh = new HandMadeMesh(HandMadeDestination.Routed(authority, address), tellsNobody: true);
        await using var guarded = new HandMadeMesh(HandMadeDestination.Guarded(authority, address.Port), tellsNobody: true);
        await using var telemetry = new HandMadeMesh(HandMadeDestination.Guarded(authority, address.Port));
        var target = new Uri($"http://{address.Host}:{address.Port}/reviews/0");
        var spread = HandMadeDestination.ReplicaHosts.Select(host => new Uri($"http://{host}:{address.Port}{target.AbsolutePath}")).ToArray();
        LoadVariant[] variants =
        [
            new(LoadReport.Plain, new SocketsHttpHandler(), target),
            new(LoadReport.Twin, new SocketsHttpHandler(), target),
            new(LoadReport.Lean, LeanHandler(), target),
            new(LoadReport.Mesh, mesh.CreateHandler(), target),
            new(LoadReport.Spread, new SpreadHandler(spread, new SocketsHttpHandler()), target),
            new(LoadReport.Guarded, guarded.CreateHandler(), target),
            new(LoadReport.Telemetry, telemetry.CreateHandler(), target),
            new(LoadReport.Polly, new PollyHandler(new SpreadHandler(spread, new SocketsHttpHandler())), target),
        ];
        try
        {
            LoadReport.WriteConditions(options, server);
            var rounds = await MeasureAsync(variants, server, options);
            return new LoadReport([.. variants.Select(variant => variant.Name)], rounds).Write(options);
        }
        finally
        {
            Array.ForEach(variants, variant => variant.Dispose());
        }
    }

    /// <summary>Without redirects, cookies and proxy, as the mesh makes its connections: what is left of the difference is the mesh's own.</summary>
    private static SocketsHttpHandler LeanHandler() => new() { AllowAutoRedirect = false, UseCookies = false, UseProxy = false };

    public static async Task<List<LoadRound>> MeasureAsync(LoadVariant[] variants, Process server, LoadOptions options)
    {
        foreach (var variant in variants)
        {
            await variant.RunAsync(options.Connections, options.WarmUp, server);
        }

        var rounds = new List<LoadRound>();
        while (rounds.Count(round => round.IsClean) < options.Rounds && rounds.Count < MaxAttempts * options.Rounds)
        {
            var round = await MeasureRoundAsync(variants, rounds.Count, server, options);
            rounds.Add(round);
            LoadReport.Write(round, rounds.Count);
        }

        return rounds;
    }

    private static async Task<LoadRound> MeasureRoundAsync(LoadVariant[] variants, int first, Process server, LoadOptions options)
    {
        var samples = new LoadSample[variants.Length];
        var before = CpuReading.Take(server);
        for (var turn = 0; turn < variants.Length; turn++)
        {
            var index = (first + turn) % variants.Length;
            samples[index] = await variants[index].RunAsync(options.Connections, options.Window, server);
        }

        return new LoadRound(samples, CpuReading.Take(server).ForeignCoresSince(before));
    }
}
