using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Mesh.Testing;
using Mesh.Testing.Peers;

namespace Mesh.ControlPlane.Tests.Security;

/// <summary>What hostile texts cost a control plane that is given them, as the operating system counts it (security case S46).</summary>
public sealed class HostileFolderTests
{
    private const long Limit = 200 * 1024 * 1024;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task S46_HostileTexts_CostLessThan200MegabytesAndAreRefused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The peak of a process's memory is read from /proc.");
        var folder = Directory.CreateTempSubdirectory("mesh-hostile-");
        try
        {
            Write(folder, "before.yaml", Service("before"));
            await using var process = PeerProcess.Start(
                "dotnet", [Path.Combine(AppContext.BaseDirectory, "Mesh.ControlPlane.dll"), "--xds-port", "0", "--http-port", "0", "--json", "--config", folder.FullName]);
            var report = JsonNode.Parse(await process.WaitForLineAsync(line => line.StartsWith('{'), cancellationToken: Cancellation))!;
            using var client = new HttpClient { BaseAddress = new Uri((string)report["http"]!) };
            await ShowsAsync(client, "before");
            var before = Peak(process);

            Write(folder, "bomb.yaml", AliasBomb());
            Write(folder, "deep.yaml", new string('[', 10_000));
            Write(folder, "large.yaml", new string('a', 100_000_000));
            Write(folder, "many.yaml", string.Concat(Enumerable.Repeat("---\na: b\n", 1_000_000)));
            Write(folder, "regex.yaml", Regex(new string('a', 1_000_000)));
            Write(folder, "zafter.yaml", Service("after"));
            await ShowsAsync(client, "after");

            var resources = await client.GetStringAsync("/debug/configz", Cancellation);
            Assert.DoesNotContain("VirtualService", resources, StringComparison.Ordinal);
            Assert.InRange(Peak(process) - before, 0, Limit);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task ShowsAsync(HttpClient client, string name) => Eventually.ReachesAsync(
        $"the service {name} is in force",
        async () => (await client.GetStringAsync("/debug/configz", Cancellation)).Contains(name, StringComparison.Ordinal),
        timeout: TimeSpan.FromSeconds(60),
        cancellationToken: Cancellation);

    /// <summary>The most that was ever resident, in bytes.</summary>
    private static long Peak(PeerProcess process)
    {
        var line = File.ReadLines($"/proc/{process.Id}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^2], CultureInfo.InvariantCulture) * 1024;
    }

    private static void Write(DirectoryInfo folder, string name, string text)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path + "~", text);
        File.Move(path + "~", path);
    }

    private static string Service(string name) => $"apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{ports: [{{name: http, port: 80}}]}}\n";

    private static string Regex(string text) =>
        $"apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {{name: a}}\nspec:\n  hosts: [a]\n  http:\n  - match: [{{uri: {{regex: {text}}}}}]\n    route: [{{destination: {{host: a}}}}]\n";

    private static string AliasBomb()
    {
        var text = new StringBuilder("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (var level = 1; level < 20; level++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  a{level}: &a{level} [").AppendJoin(", ", Enumerable.Repeat($"*a{level - 1}", 9)).Append("]\n");
        }

        return text.ToString();
    }
}
