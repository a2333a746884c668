using System.Globalization;
using Mesh.Config;
using Mesh.ControlPlane.Stores.Folder;
using Mesh.Testing.Logging;
using Microsoft.Extensions.Logging;

namespace Mesh.EndToEnd.Tests.Stores;

/// <summary>Kill -9 in the middle of writes: what was acknowledged is there, what was not is there whole or not at all, and versions only grow.</summary>
public sealed class KilledWriterTests(ITestOutputHelper output) : IDisposable
{
    private const string ByHand = """
        # Kept by hand; the API writes into it as well.
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: hand-1} # first
        spec: {hosts: [hand-1], http: [{route: [{destination: {host: somewhere}}]}]}
        # About the second.
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: hand-2}
        spec: {hosts: [hand-2], http: [{route: [{destination: {host: somewhere}}]}]}
        ---
        # Nobody writes this one.
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: untouched} # as it was
        spec: {hosts: [untouched], http: [{route: [{destination: {host: somewhere}}]}]}

        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mesh-killed-");
    private readonly Dictionary<string, Write> _acknowledged = new(StringComparer.Ordinal);
    private readonly Random _random = new(20261121);
    private long _counter;
    private long _newest;
    private int _writes;
    private int _interrupted;
    private int _survived;

    /// <summary>More by hand: MESH_KILL_ROUNDS=200.</summary>
    private static int Rounds => int.TryParse(Environment.GetEnvironmentVariable("MESH_KILL_ROUNDS"), out var rounds) ? rounds : 6;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task H01_H02_KilledInTheMiddleOfWrites_LosesNothingAcknowledged()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "mesh.yaml"), ByHand, TestContext.Current.CancellationToken);
        for (var round = 1; round <= Rounds; round++)
        {
            var pending = await RunAndKillAsync(seed: round);
            await VerifyAsync(round, pending);
        }

        output.WriteLine($"{Rounds} kills: {_writes} writes acknowledged, 0 lost; {_interrupted} interrupted, of which {_survived} are there whole; newest version {_newest}");
    }

    /// <returns>The write that was on its way; null when there was none.</returns>
    private async Task<Write?> RunAndKillAsync(int seed)
    {
        using var writer = StoreWriterProcess.Start(_folder.FullName, seed, _counter);
        Write? pending = null;

        // The kill is sent after so many lines and meets the writer wherever it is then.
        for (var left = _random.Next(2, 60); await writer.ReadLineAsync() is { } line; left--)
        {
            switch (line.Split(' '))
            {
                case ["try", var name, var value]:
                    pending = new Write(name, value, 0);
                    _counter = value == "-" ? _counter : Math.Max(_counter, long.Parse(value[1..], CultureInfo.InvariantCulture));
                    break;
                case ["done", var name, var value, var version]:
                    var done = new Write(name, value, long.Parse(version, CultureInfo.InvariantCulture));
                    Assert.True(done.Version > _newest, $"{line}: version {_newest} was acknowledged before");
                    (_acknowledged[name], _newest, pending) = (done, done.Version, null);
                    _writes++;
                    break;
                default:
                    Assert.Equal("ready", line);
                    break;
            }

            if (left == 0)
            {
                writer.Kill();
            }
        }

        return pending;
    }

    private async Task VerifyAsync(int round, Write? pending)
    {
        var logs = new LogCollector();
        await using var store = FolderConfigStore.Open(new FolderConfigStoreOptions { Folder = _folder.FullName }, logs.CreateLogger<FolderConfigStore>(), TimeProvider.System);
        logs.VerifyNoUnexpected();
        Assert.True(store.Current.Version >= _newest, $"round {round}: version {store.Current.Version} after {_newest}");
        Assert.All(store.Status.Files, file => Assert.True(file.Accepted, $"round {round}: {file.Path}"));
        Assert.Empty(Directory.GetFiles(_folder.FullName, "*.mesh.tmp", SearchOption.AllDirectories));
        foreach (var (name, acknowledged) in _acknowledged)
        {
            var found = store.Current.Resources.GetValueOrDefault(Id(name));
            if (pending?.Name == name && ValueOf(found) == pending.Value)
            {
                // Not acknowledged, and there all the same: as good as if it had been.
                _survived++;
                _acknowledged[name] = pending with { Version = found?.ResourceVersion ?? 0 };
                continue;
            }

            Assert.Equal($"round {round} {name}: {acknowledged.Value} {acknowledged.Version}", $"round {round} {name}: {ValueOf(found)} {found?.ResourceVersion ?? acknowledged.Version}");
        }

        _interrupted += pending is null ? 0 : 1;
        _newest = Math.Max(_newest, store.Current.Version);
        Assert.EndsWith(ByHand[ByHand.IndexOf("---\n# Nobody", StringComparison.Ordinal)..], await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "mesh.yaml"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    /// <summary>The status holds the value of the latest write, the annotation that of the latest write of the file; the file never runs ahead of its status.</summary>
    private static string ValueOf(Resource? resource)
    {
        if (resource is null)
        {
            return "-";
        }

        var status = resource.Document.TryGetProperty("status", out var found) ? found.GetProperty("value").GetString()! : "by hand";
        var annotation = resource.Annotations.GetValueOrDefault("value", status);
        Assert.True(status == "by hand" || long.Parse(annotation[1..], CultureInfo.InvariantCulture) <= long.Parse(status[1..], CultureInfo.InvariantCulture), $"{annotation} {status}");
        return status;
    }

    private static ResourceId Id(string name) => new(ResourceKinds.NetworkingGroup, "VirtualService", "default", name);

    private sealed record Write(string Name, string Value, long Version);
}
